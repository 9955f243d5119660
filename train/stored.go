package train

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
)

// storedTraining is the part of a snapshot that goes into the metadata of a model file.
type storedTraining struct {
	Setup          setup         `json:"setup"`
	Position       int           `json:"position"`
	Step           int           `json:"step"`
	NetSteps       uint64        `json:"net_steps"`
	OptimizerSteps uint64        `json:"optimizer_steps"`
	Random         []byte        `json:"random"`
	LossSum        number        `json:"loss_sum"`
	Seen           int           `json:"seen"`
	Rate           number        `json:"rate"`
	Best           storedBest    `json:"best"`
	Waited         int           `json:"waited"`
	History        []storedEpoch `json:"history"`
	Warnings       []Warning     `json:"warnings,omitempty"`
	Seconds        number        `json:"seconds"`
	EpochSeconds   number        `json:"epoch_seconds"`
	First          look          `json:"first"`
	Judged         bool          `json:"judged,omitempty"`
	Done           bool          `json:"done,omitempty"`
}

type storedBest struct {
	Epoch int    `json:"epoch"`
	Value number `json:"value"`
}

type storedEpoch struct {
	Number   int               `json:"epoch"`
	Step     int               `json:"step"`
	Rate     number            `json:"lr"`
	Loss     number            `json:"loss"`
	Penalty  number            `json:"penalty,omitempty"`
	Train    *storedEvaluation `json:"train,omitempty"`
	HeldOut  *storedEvaluation `json:"held_out,omitempty"`
	Improved bool              `json:"improved,omitempty"`
	Examples int               `json:"examples"`
	Seconds  number            `json:"seconds"`
	Measured Measure           `json:"measured"`
}

type storedEvaluation struct {
	Task     loss.Task `json:"task"`
	Examples int       `json:"examples"`
	Loss     number    `json:"loss"`
	Correct  int       `json:"correct,omitempty"`
	MAE      number    `json:"mae,omitempty"`
	RMSE     number    `json:"rmse,omitempty"`
	R2       number    `json:"r2,omitempty"`
}

func storeEpochs(epochs []Epoch) []storedEpoch {
	stored := make([]storedEpoch, len(epochs))
	for i, e := range epochs {
		stored[i] = storedEpoch{
			Number: e.Number, Step: e.Step, Rate: number(e.Rate), Loss: number(e.Loss), Penalty: number(e.Penalty),
			Train: storeEvaluation(e.Train), HeldOut: storeEvaluation(e.HeldOut), Improved: e.Improved, Examples: e.Examples,
			Seconds: number(e.Seconds), Measured: e.Measured,
		}
	}
	return stored
}

func loadEpochs(stored []storedEpoch) []Epoch {
	epochs := make([]Epoch, len(stored))
	for i, e := range stored {
		epochs[i] = Epoch{
			Number: e.Number, Step: e.Step, Rate: float64(e.Rate), Loss: float64(e.Loss), Penalty: float64(e.Penalty),
			Train: e.Train.load(), HeldOut: e.HeldOut.load(), Improved: e.Improved, Examples: e.Examples,
			Seconds: float64(e.Seconds), Measured: e.Measured,
		}
	}
	return epochs
}

func storeEvaluation(e *nn.Evaluation) *storedEvaluation {
	if e == nil {
		return nil
	}
	return &storedEvaluation{e.Task, e.Examples, number(e.Loss), e.Correct, number(e.MAE), number(e.RMSE), number(e.R2)}
}

func (e *storedEvaluation) load() *nn.Evaluation {
	if e == nil {
		return nil
	}
	return &nn.Evaluation{Task: e.Task, Examples: e.Examples, Loss: float64(e.Loss), Correct: e.Correct, MAE: float64(e.MAE), RMSE: float64(e.RMSE), R2: float64(e.R2)}
}

// number is a float64 in JSON with all its bits, NaN and the infinities included, as which JSON has no numbers.
type number float64

// MarshalJSON writes the shortest number that reads back the same, or "NaN", "+Inf", "-Inf".
func (n number) MarshalJSON() ([]byte, error) {
	text := strconv.FormatFloat(float64(n), 'g', -1, 64)
	if math.IsNaN(float64(n)) || math.IsInf(float64(n), 0) {
		text = strconv.Quote(text)
	}
	return []byte(text), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (n *number) UnmarshalJSON(data []byte) error {
	text := string(data)
	if len(data) > 0 && data[0] == '"' {
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return fmt.Errorf("want a number, have %.40s", data)
	}
	*n = number(v)
	return nil
}
