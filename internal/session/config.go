package session

import (
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/recipe"
)

// Resolve works out all settings of a training, without training.
func Resolve(root string, q *recipe.Request) (*recipe.Recipe, error) {
	t := &Training{TrainOptions: TrainOptions{Root: root}}
	if q.From != nil {
		var err error
		if q, err = t.startFrom(q); err != nil {
			return nil, exit.With(exit.Data, err)
		}
	}
	data, err := q.Load()
	if err != nil {
		return nil, exit.With(exit.Data, err)
	}
	t.data = data
	if q, err = t.fitHead(q); err != nil {
		return nil, exit.With(exit.Data, err)
	}
	r, err := recipe.Resolve(q, data.Facts())
	if err == nil {
		_, err = r.Divide(data)
	}
	return r, exit.With(exit.Data, err)
}

// Completed is a request with what the model decides that it begins from, for data that have been loaded. Others are complete.
func Completed(root string, q *recipe.Request, data *recipe.Data) (*recipe.Request, error) {
	if q.From == nil {
		return q, nil
	}
	t := &Training{TrainOptions: TrainOptions{Root: root}, data: data}
	q, err := t.startFrom(q)
	if err != nil {
		return nil, err
	}
	return t.fitHead(q)
}
