package prediction

import (
	"fmt"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/recipe"
)

// arrayRows answers for every row of arrays.
func (p *Predictor) arrayRows(name string, answer func(Prediction) error) error {
	set, done, err := recipe.ArrayRows(name)
	if err != nil {
		return exit.With(exit.Data, err)
	}
	missing, err := p.Missing(done)
	if err != nil {
		return exit.Dataf("%s: %w", name, err)
	}
	if have, want := set.X.Width(), p.Model.Spec.Input.Size(); have != want {
		return exit.Dataf("%s: %d numbers an example; the model wants %v", name, have, p.Model.Spec.Input)
	}
	if set, err = missing.Set(set); err != nil {
		return exit.With(exit.Data, err)
	}
	for i := range set.Len() {
		a, err := p.predict(fmt.Sprintf("%s[%d]", name, i), set.Example(i))
		if err != nil {
			return err
		}
		if err := answer(a); err != nil {
			return err
		}
	}
	return nil
}
