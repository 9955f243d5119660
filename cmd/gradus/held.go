package main

import (
	"errors"
	"os"
	"strconv"

	"github.com/spf13/pflag"
)

// A held is a flag that takes a share, a number, or a file.
type held struct {
	number *optional[float64]
	file   **string
}

// shareOrFile is its type.
const shareOrFile = "share or file"

// heldFlag adds a flag that sets the number or the file.
func heldFlag(f *pflag.FlagSet, number **float64, file **string, name, usage string) {
	f.Var(&held{&optional[float64]{number, "float64", shareOrCount}, file}, name, usage)
}

// shareOrCount reads a number; what is out of range becomes an infinity, which the recipe refuses in its own words.
func shareOrCount(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if errors.Is(err, strconv.ErrRange) {
		err = nil
	}
	return v, err
}

func (h *held) Set(text string) error {
	if _, err := shareOrCount(text); err == nil {
		return h.number.Set(text)
	}
	if _, err := os.Stat(text); err != nil {
		return err
	}
	*h.file = &text
	return nil
}

func (h *held) Type() string { return shareOrFile }

func (h *held) String() string {
	if h.file != nil && *h.file != nil {
		return **h.file
	}
	if h.number == nil { // the zero value, which the help compares with
		return ""
	}
	return h.number.String()
}
