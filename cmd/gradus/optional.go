package main

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/pflag"
)

// An optional is a flag that knows whether it was given: it points to nothing until then.
type optional[T any] struct {
	to    **T
	kind  string // what flagError calls it: int, float64, uint64, bool, string
	parse func(string) (T, error)
}

func (o *optional[T]) Set(text string) error {
	v, err := o.parse(text)
	if err != nil {
		var n *strconv.NumError
		if errors.As(err, &n) {
			err = n.Err
		}
		return err
	}
	*o.to = &v
	return nil
}

func (o *optional[T]) Type() string { return o.kind }

func (o *optional[T]) String() string {
	if o.to == nil || *o.to == nil {
		return ""
	}
	return fmt.Sprint(**o.to)
}

func optionalInt(f *pflag.FlagSet, to **int, name, usage string) {
	f.Var(&optional[int]{to, "int", strconv.Atoi}, name, usage)
}

func optionalFloat(f *pflag.FlagSet, to **float64, name, usage string) {
	// What is out of range, such as 1e999, becomes an infinity, which the recipe refuses in its own words.
	parse := func(text string) (float64, error) {
		v, err := strconv.ParseFloat(text, 64)
		if errors.Is(err, strconv.ErrRange) {
			err = nil
		}
		return v, err
	}
	f.Var(&optional[float64]{to, "float64", parse}, name, usage)
}

func optionalUint64(f *pflag.FlagSet, to **uint64, name, usage string) {
	f.Var(&optional[uint64]{to, "uint64", func(s string) (uint64, error) { return strconv.ParseUint(s, 10, 64) }}, name, usage)
}

func optionalString(f *pflag.FlagSet, to **string, name, usage string) {
	f.Var(&optional[string]{to, "string", func(s string) (string, error) { return s, nil }}, name, usage)
}

func optionalBool(f *pflag.FlagSet, to **bool, name, usage string) {
	f.Var(&optional[bool]{to, "bool", strconv.ParseBool}, name, usage)
	f.Lookup(name).NoOptDefVal = "true"
}

// optionalList is optionalString for a flag that can be given again: its values are then apart by commas.
func optionalList(f *pflag.FlagSet, to **string, name, usage string) {
	f.Var(&optionalStrings{optional[string]{to, "string", func(s string) (string, error) { return s, nil }}}, name, usage)
}

type optionalStrings struct{ optional[string] }

func (o *optionalStrings) Set(text string) error {
	if *o.to != nil {
		text = **o.to + "," + text
	}
	return o.optional.Set(text)
}
