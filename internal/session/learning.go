package session

import (
	"context"
	"os"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/build"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/train"
)

// Config is the recipe as package train takes it, with what the folder keeps: the first monitor is the [train.Saver].
func (t *Training) Config() (train.Config, error) {
	cfg, err := t.Learning()
	if err != nil {
		return cfg, err
	}
	csv, jsonl := &lazyFile{path: t.run.Path(runs.CSV)}, &lazyFile{path: t.run.Path(runs.JSONL)}
	cfg.Resume, cfg.Info = t.resume, t.info()
	// The saver comes first: it takes the folder for this process alone before anything else is written to it.
	cfg.Monitors = []train.Monitor{
		&train.Saver{Dir: t.run.Dir, Every: t.SaveEvery}, train.CSV(csv), train.JSONL(jsonl), t.show, csv, jsonl,
	}
	return cfg, nil
}

// Learning is how the network learns: all of train.Config that decides its weights.
func (t *Training) Learning() (train.Config, error) {
	optimizer, err := t.recipe.Optimizer()
	if err != nil {
		return train.Config{}, err
	}
	schedule, err := recipe.ParseSchedule(t.recipe.Schedule)
	if err != nil {
		return train.Config{}, err
	}
	cfg := train.Config{
		Epochs: t.recipe.Epochs, Iterations: t.recipe.Iters, Batch: min(t.recipe.Batch, t.parts.Train.Len()), Seed: t.recipe.Seed,
		Optimizer: optimizer, Schedule: schedule, Clip: train.Clip{Norm: t.recipe.Clip},
		HeldOut: t.parts.HeldOut, Patience: t.recipe.Patience, RestoreBest: t.parts.Judge == "val",
	}
	if t.recipe.Replacement {
		cfg.Sampling = train.Replacement
	}
	cfg.Measure, cfg.Watch = t.measure()
	return cfg, nil
}

// measure translates the monitors, and chooses what decides the best epoch: what people look at.
func (t *Training) measure() (train.Measure, train.Metric) {
	m, _ := recipe.ParseMonitor(t.recipe.Monitor) // checked when it was resolved
	var measure train.Measure
	for _, pair := range []struct {
		on   bool
		what train.Measure
	}{
		{m.EvaluationCost, train.EvaluationCost}, {m.EvaluationAccuracy, train.EvaluationAccuracy},
		{m.TrainingCost, train.TrainingCost}, {m.TrainingAccuracy, train.TrainingAccuracy},
	} {
		if pair.on {
			measure |= pair.what
		}
	}
	switch {
	case m.EvaluationAccuracy && t.data.Train.Kind() != dataset.Real && t.recipe.Patience == 0:
		return measure, train.ValAcc // with patience, small sets would stand still too long at one accuracy
	case m.EvaluationCost || m.EvaluationAccuracy:
		return measure, train.ValLoss
	}
	return measure, train.TrainLoss
}

// info is what the saved models carry.
func (t *Training) info() model.Info {
	info := model.Info{
		Classes: t.parts.Train.Classes, Features: t.data.Info.Columns, Preprocess: t.data.Info.Applied,
		Seed: t.recipe.Seed, Data: t.recipe.Data, Tool: "gradus " + build.Read().String(),
	}
	if t.data.Table != nil {
		info.Columns = t.data.Table.Schema
	}
	return info
}

// A lazyFile is made, or made empty, when the first thing is written to it. As the last monitors, lazy files are closed at
// the end of a training.
type lazyFile struct {
	path string
	file *os.File
}

func (l *lazyFile) Write(p []byte) (int, error) {
	if l.file == nil {
		var err error
		if l.file, err = os.Create(l.path); err != nil {
			return 0, err
		}
	}
	return l.file.Write(p)
}

// Epoch does nothing: a lazyFile is a monitor for the sake of Finish.
func (l *lazyFile) Epoch(context.Context, *train.Epoch) error { return nil }

// Finish closes the file.
func (l *lazyFile) Finish(*train.Finish) error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}
