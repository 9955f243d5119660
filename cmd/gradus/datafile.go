package main

import (
	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/catalog"
	"github.com/gradus-nn/gradus/internal/datafile"
	"github.com/gradus-nn/gradus/internal/exit"
)

// showFile shows a file of rows or arrays: what is in it or, where a number is given, one row or example.
func showFile(c *console, name, part string, index int, numbered bool, output string, replace bool) error {
	if !numbered {
		return datafile.Describe(c.out, name)
	}
	train, test, pictures, err := datafile.Pictures(name)
	if err != nil {
		return err
	}
	if !pictures {
		return datafile.Row(c.out, name, part, index)
	}
	set, err := partOf(train, test, part)
	if err != nil {
		return err
	}
	if index < 0 || index >= set.Len() {
		return exit.Usagef("gradus data show: there is no example %d; %s has 0 to %d", index, set.Name, set.Len()-1)
	}
	return showExample(c, set, catalog.Info{Name: name}, index, output, replace)
}

// partOf returns the part that --part names.
func partOf(train, test *dataset.Set, part string) (*dataset.Set, error) {
	switch {
	case part == "train":
		return train, nil
	case part == "test" && test != nil:
		return test, nil
	case part == "test":
		return nil, exit.Usagef("gradus data show: %s has no part to test", train.Name)
	}
	return nil, exit.Usagef("gradus data show: --part is %q; want train or test", part)
}
