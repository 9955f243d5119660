package train

import (
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
)

// History is what a training has been.
type History struct {
	Epochs   []Epoch
	Best     Best
	Steps    int
	Stopped  Reason
	Why      string // the reason in words
	Warnings []Warning
	Seconds  float64 // in all, those before a resumption too
	Restored bool    // the network has been given the weights of the best epoch
}

// Best is the best epoch so far by Config.Watch.
type Best struct {
	Epoch  int // 0: none yet
	Metric Metric
	Value  float64
}

// Reason is why a training ended.
type Reason string

const (
	Finished    Reason = "finished"    // all epochs or iterations are done
	EarlyStop   Reason = "early stop"  // no better epoch within Config.Patience
	Stopped     Reason = "stopped"     // a monitor returned Stop
	Interrupted Reason = "interrupted" // the context was cancelled
	Failed      Reason = "failed"
)

// An Epoch is the result of one pass over the data. The last one of a run that is limited by Iterations may be shorter.
type Epoch struct {
	Live `json:"-"`

	Number   int            // from 1
	Step     int            // steps done since the beginning of the training
	Rate     float64        // learning rate of the last step
	Loss     float64        // mean over the epoch's examples as they were learnt from, without regularisers
	Penalty  float64        // what regularisers add to the cost, at the end of the epoch
	Train    *nn.Evaluation // of all training examples at the end of the epoch; nil if not measured
	HeldOut  *nn.Evaluation // nil if not measured
	Improved bool           // the best so far
	Examples int            // learnt from in this epoch
	Seconds  float64        // that the epoch took, evaluation included
	Measured Measure        // what Figures lists
}

// Speed returns the examples learnt from in a second.
func (e *Epoch) Speed() float64 {
	if e.Seconds <= 0 {
		return 0
	}
	return float64(e.Examples) / e.Seconds
}

// A Figure is one number of an epoch under the name that it has in metrics.csv.
type Figure struct {
	Name    string
	Value   float64
	Quality bool // tells how good the network is; the others how it was trained
}

// Figures lists what was measured: train_loss, train_acc, val_loss, val_acc, for regressions val_mae, val_rmse and
// val_r2, then lr, samples_per_s and seconds.
func (e *Epoch) Figures() []Figure {
	figures := []Figure{{string(TrainLoss), e.TrainLoss(), true}}
	if e.Train != nil && e.Train.Task != loss.Regression && e.Measured&TrainingAccuracy != 0 {
		figures = append(figures, Figure{string(TrainAcc), e.Train.Accuracy(), true})
	}
	if v := e.HeldOut; v != nil {
		if e.Measured&EvaluationCost != 0 {
			figures = append(figures, Figure{string(ValLoss), v.Loss, true})
		}
		switch {
		case v.Task == loss.Regression:
			figures = append(figures, Figure{"val_mae", v.MAE, true}, Figure{"val_rmse", v.RMSE, true}, Figure{"val_r2", v.R2, true})
		case e.Measured&EvaluationAccuracy != 0:
			figures = append(figures, Figure{string(ValAcc), v.Accuracy(), true})
		}
	}
	return append(figures, Figure{"lr", e.Rate, false}, Figure{"samples_per_s", e.Speed(), false}, Figure{"seconds", e.Seconds, false})
}

// TrainLoss returns the loss on all training examples at the end of the epoch if that was measured, and otherwise the
// mean over the epoch's batches.
func (e *Epoch) TrainLoss() float64 {
	if e.Train != nil {
		return e.Train.Loss
	}
	return e.Loss
}

// value returns the figure that is watched, if the epoch has it.
func (e *Epoch) value(m Metric) (float64, bool) {
	switch {
	case m == TrainLoss:
		return e.TrainLoss(), true
	case m == TrainAcc && e.Train != nil:
		return e.Train.Accuracy(), true
	case m == ValLoss && e.HeldOut != nil:
		return e.HeldOut.Loss, true
	case m == ValAcc && e.HeldOut != nil:
		return e.HeldOut.Accuracy(), true
	}
	return 0, false
}
