package initializer

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Parse reads an initialiser as it is written on a command line; every initialiser's String is such a text.
//
//	he  xavier  lecun            normal, scaled by the fan; he:uniform xavier:uniform lecun:uniform
//	large                        N(0, 1)
//	normal:0.01                  N(0, 0.01²)
//	uniform:-1:1                 from -1 up to 1
//	constant:0.5  zero           one value
//
// kaiming is he, glorot is xavier, nielsen is lecun.
func Parse(text string) (Initializer, error) {
	name, rest, given := strings.Cut(strings.ToLower(strings.TrimSpace(text)), ":")
	var args []string
	if given {
		args = strings.Split(rest, ":")
	}
	fail := func(want string) (Initializer, error) {
		return nil, fmt.Errorf("initializer: %q: want %s", text, want)
	}
	uniform := len(args) == 1 && args[0] == "uniform"
	plain := len(args) == 0 || uniform
	v, numeric := numbers(args)
	switch name {
	case "he", "kaiming":
		if plain {
			return He{uniform}, nil
		}
		return fail("he or he:uniform")
	case "xavier", "glorot":
		if plain {
			return Xavier{uniform}, nil
		}
		return fail("xavier or xavier:uniform")
	case "lecun", "nielsen":
		if plain {
			return LeCun{uniform}, nil
		}
		return fail("lecun or lecun:uniform")
	case "large", "zero":
		if given {
			return fail(name + " without a number")
		}
		if name == "zero" {
			return Constant{}, nil
		}
		return NielsenLarge{}, nil
	case "normal":
		if numeric && len(v) == 1 && v[0] >= 0 {
			return Normal{v[0]}, nil
		}
		return fail("normal:STD with a standard deviation of 0 or more, such as normal:0.01")
	case "uniform":
		if numeric && len(v) == 2 && v[0] <= v[1] {
			return Uniform{v[0], v[1]}, nil
		}
		return fail("uniform:LOW:HIGH with LOW not above HIGH, such as uniform:-1:1")
	case "constant":
		if numeric && len(v) == 1 {
			return Constant{v[0]}, nil
		}
		return fail("constant:VALUE, such as constant:0.5")
	}
	return fail("one of he, xavier, lecun (also nielsen), large, normal:STD, uniform:LOW:HIGH, constant:VALUE, zero")
}

// numbers reads finite numbers.
func numbers(texts []string) ([]float64, bool) {
	v := make([]float64, len(texts))
	for i, t := range texts {
		f, err := strconv.ParseFloat(t, 64)
		if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
			return nil, false
		}
		v[i] = f
	}
	return v, true
}

// shaped is the text of an initialiser that is normal unless told to be uniform.
func shaped(name string, uniform bool) string {
	if uniform {
		return name + ":uniform"
	}
	return name
}
