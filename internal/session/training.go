package session

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/nn"
)

// Load makes a training of a request, with the data that it names. Close lets go of it.
func Load(ctx context.Context, o TrainOptions) (*Training, error) {
	t := &Training{TrainOptions: o}
	if err := t.prepare(ctx); err != nil {
		return nil, err
	}
	return t, nil
}

// New is Load with data that have been loaded.
func New(o TrainOptions, data *recipe.Data) (*Training, error) {
	t := &Training{TrainOptions: o, data: data}
	request := o.Request
	if request.From != nil {
		var err error
		if request, err = t.startFrom(request); err != nil {
			return nil, exit.With(exit.Data, err)
		}
	}
	if err := t.build(request); err != nil {
		return nil, err
	}
	return t, nil
}

// Close lets go of the network, and of the log.
func (t *Training) Close() {
	t.net.Close()
	if t.log != nil {
		t.log.Close() // whose lines have been written
	}
}

// Recipe is all settings.
func (t *Training) Recipe() *recipe.Recipe { return t.recipe }

// Data is what is learnt and judged by.
func (t *Training) Data() *recipe.Data { return t.data }

// Parts is how the data are divided.
func (t *Training) Parts() *recipe.Division { return t.parts }

// Net is the network.
func (t *Training) Net() *nn.Net[float32] { return t.net }

// Folder is where the training is kept; nil before In.
func (t *Training) Folder() *runs.Run { return t.run }

// Report is what the training has come to; nil before Finish.
func (t *Training) Report() *TrainReport { return t.report }

// Judged is what there is to say about the test examples; nil before Finish.
func (t *Training) Judged() *EvalReport { return t.judged }

// FolderName is what a folder of the training is called by its data and its network: "digits-64-48-10".
func (t *Training) FolderName() string { return t.data.Info.Name + "-" + short(t.net.Spec()) }

// In gives the training its folder: a new one gets the record of what is going to be trained, and from another the training goes on.
func (t *Training) In(run *runs.Run) error {
	t.run = run
	if _, err := os.Stat(run.Path(runs.Config)); errors.Is(err, fs.ErrNotExist) {
		if err := t.record(); err != nil {
			return err
		}
	}
	return t.open()
}

// Finish trains to the end from where the folder is, and judges the network by the test examples.
func (t *Training) Finish(ctx context.Context) error {
	t.Resume = t.run.Dir
	t.introduce()
	return t.train(ctx)
}
