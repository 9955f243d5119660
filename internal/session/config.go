package session

import (
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/recipe"
)

// Resolve works out all settings of a training, without training.
func Resolve(root string, q *recipe.Request) (*recipe.Recipe, error) {
	t := &trainer{TrainOptions: TrainOptions{Root: root}}
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
