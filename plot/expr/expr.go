// Package expr reads functions as people type them, "x0^2/20 + x1^2", and computes them. It knows numbers, variables,
// arithmetic and a fixed list of functions, and can do nothing else.
package expr

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Limits of an expression: what a person types is far below.
const (
	maxLength = 4096
	maxDepth  = 200
)

// An Expr is a function of at most two variables.
type Expr struct {
	text string
	vars []string // as they were written: x and y, or x0 and x1
	root node
}

// String returns the text that was parsed.
func (e *Expr) String() string { return e.text }

// Vars returns the names of the variables, in order: of x, y, x0 and x1 those that occur.
func (e *Expr) Vars() []string { return slices.Clone(e.vars) }

// One returns the value at x of an expression with one variable (or none), whatever its name.
func (e *Expr) One(x float64) float64 { return e.root.at(x, x) }

// Two returns the value at (x, y): x is the value of x or x0, y that of y or x1.
func (e *Expr) Two(x, y float64) float64 { return e.root.at(x, y) }

// Slice is Two of a vector.
func (e *Expr) Slice(v []float64) float64 { return e.root.at(v[0], v[1]) }

// An Error says what is wrong with an expression, and where.
type Error struct {
	Text   string
	Column int // from 1, in characters
	What   string
}

// Error is a sentence with the column.
func (e *Error) Error() string { return fmt.Sprintf("column %d of the function: %s", e.Column, e.What) }

// Caret is the expression, and on a second line a caret below the place.
func (e *Error) Caret() string { return e.Text + "\n" + strings.Repeat(" ", e.Column-1) + "^" }

// A node is a part of an expression.
type node interface {
	at(x, y float64) float64
}

type constant float64

func (c constant) at(_, _ float64) float64 { return float64(c) }

// variable is 0 for x and x0, 1 for y and x1.
type variable int

func (v variable) at(x, y float64) float64 {
	if v == 0 {
		return x
	}
	return y
}

type negative struct{ of node }

func (n negative) at(x, y float64) float64 { return -n.of.at(x, y) }

type binary struct {
	op          byte
	left, right node
}

func (b binary) at(x, y float64) float64 {
	l, r := b.left.at(x, y), b.right.at(x, y)
	switch b.op {
	case '+':
		return l + r
	case '-':
		return l - r
	case '*':
		return float64(l * r) // not fused with a sum around it
	case '/':
		return l / r
	}
	return power(l, r)
}

// power is x^n. A small whole exponent multiplies, as the reader would: math.Pow(x, 2) is x·x to the last bit, but not for 3.
func power(x, n float64) float64 {
	switch n {
	case 2:
		return x * x
	case 3:
		return x * x * x
	}
	return math.Pow(x, n)
}

type call struct {
	f    func(a, b float64) float64
	args [2]node
}

func (c call) at(x, y float64) float64 {
	a := c.args[0].at(x, y)
	if c.args[1] == nil {
		return c.f(a, 0)
	}
	return c.f(a, c.args[1].at(x, y))
}

// A function takes one or two numbers.
type function struct {
	args int
	f    func(a, b float64) float64
}

func of1(f func(float64) float64) function {
	return function{1, func(a, _ float64) float64 { return f(a) }}
}

// functions are all that can be called.
var functions = map[string]function{
	"exp": of1(math.Exp), "log": of1(math.Log), "sin": of1(math.Sin), "cos": of1(math.Cos), "tanh": of1(math.Tanh),
	"sqrt": of1(math.Sqrt), "abs": of1(math.Abs), "sigmoid": of1(sigmoid), "relu": of1(relu), "step": of1(step),
	"softplus": of1(softplus), "max": {2, math.Max}, "min": {2, math.Min},
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func relu(x float64) float64 { return math.Max(0, x) }

// step is 1 above 0, else 0, as in Saito's chapter 3.
func step(x float64) float64 {
	if x > 0 {
		return 1
	}
	if math.IsNaN(x) {
		return x
	}
	return 0
}

// softplus is log(1 + eˣ) without overflow.
func softplus(x float64) float64 { return math.Max(0, x) + math.Log1p(math.Exp(-math.Abs(x))) }

// constants are names of numbers.
var constants = map[string]float64{"pi": math.Pi, "e": math.E}

// variables are the names of the two arguments.
var variables = map[string]variable{"x": 0, "x0": 0, "y": 1, "x1": 1}

// Names lists the functions that an expression may call.
func Names() []string {
	var all []string
	for name := range functions {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}
