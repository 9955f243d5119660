package saved

import (
	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/recipe"
)

// arrays loads a part of arrays for the model: all of them where they have no parts.
func (u *File) arrays(name, part string) (*dataset.Set, error) {
	e, err := recipe.ReadArrays(name, append([]string{}, u.Model.Classes...))
	if err != nil {
		return nil, exit.With(exit.Data, err)
	}
	missing, err := u.Missing(e.Done)
	if err != nil {
		return nil, exit.Dataf("%s: %w", name, err)
	}
	var set *dataset.Set
	switch {
	case e.Val == nil && e.Test == nil && part == "test":
		set = e.Train.WithName(name)
	case part == "test" && e.Test == nil:
		set = e.Val
	default:
		v := &recipe.Division{Train: e.Train, HeldOut: e.Val, Test: e.Test, Judge: "test"}
		if e.Val != nil {
			v.Judge = "val"
		}
		if set, err = pick(v, part); err != nil {
			return nil, err
		}
	}
	if set == nil {
		return nil, exit.Usagef("--part %s: %s has no such part", part, name)
	}
	if set.X.Width() != u.Model.Spec.Input.Size() {
		return nil, exit.Dataf("%s: %d numbers an example; the model wants %v", name, set.X.Width(), u.Model.Spec.Input)
	}
	if set, err = set.WithShape(u.Model.Spec.Input); err != nil {
		return nil, exit.With(exit.Data, err)
	}
	set, err = missing.Set(set)
	return set, exit.With(exit.Data, err)
}
