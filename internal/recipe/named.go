package recipe

import (
	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/catalog"
	"github.com/gradus-nn/gradus/preprocess"
)

// namedForm are the sets of the catalogue, and folders of IDX files.
var namedForm = form{
	is:    func(*Request, *place) bool { return true },
	load:  (*Request).loadNamed,
	whole: (*Request).wholeNamed,
}

func (q *Request) loadNamed() (*Data, error) {
	if or(q.Data, "mnist") == "" {
		return nil, fieldf("data", "is empty; want a name (gradus data ls) or a folder of IDX files")
	}
	if err := look(or(q.Data, "mnist")).foreign(); err != nil {
		return nil, err
	}
	train, test, info, err := catalog.Load(or(q.Data, "mnist"), catalog.Options{Seed: or(q.Seed, 0), Prepare: or(q.Scale, "auto") == "auto"})
	if err != nil {
		return nil, err
	}
	return &Data{Train: train, Test: test, Info: info}, nil
}

func (q *Request) wholeNamed() (*dataset.Set, func(train, test *dataset.Set) (*Data, error), error) {
	scale := or(q.Scale, "auto")
	train, test, info, err := catalog.Load(or(q.Data, "mnist"), catalog.Options{Seed: or(q.Seed, 0)})
	if err != nil {
		return nil, nil, err
	}
	all, err := join(info.Name, train, test)
	return all, func(train, test *dataset.Set) (*Data, error) {
		d := &Data{Info: info}
		var p preprocess.Pipeline
		switch {
		case scale == "none":
		case info.Scaling == catalog.Standardized:
			s, err := preprocess.FitStandardize(train)
			if err != nil {
				return nil, err
			}
			p = preprocess.Pipeline{s}
		case info.Scaling == catalog.Pixels16:
			p = preprocess.Pipeline{preprocess.PixelScale{Divide: 16}}
		}
		var err error
		if d.Train, err = p.Set(train); err != nil {
			return nil, err
		}
		d.Test, err = p.Set(test)
		return d, err
	}, err
}
