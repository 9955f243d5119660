// Package tensor gives a slice a shape.
package tensor

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A Shape lists the lengths of the axes of one example, outermost first: [784] is a flat image,
// [1 28 28] one channel of 28 rows by 28 columns. The batch axis is never part of a Shape.
type Shape []int

// Size returns the number of elements, the product of all axes; the empty shape holds one element.
func (s Shape) Size() int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// Check reports the first reason for which no array could have this shape: an axis below one,
// or more elements than an int can count.
func (s Shape) Check() error {
	n := 1
	for i, d := range s {
		if d < 1 {
			return fmt.Errorf("shape %v: axis %d is %d; want at least 1", s, i, d)
		}
		if n > math.MaxInt/d {
			return fmt.Errorf("shape %v: more elements than fit in an int", s)
		}
		n *= d
	}
	return nil
}

// Equal reports whether both shapes have the same axes.
func (s Shape) Equal(o Shape) bool {
	if len(s) != len(o) {
		return false
	}
	for i := range s {
		if s[i] != o[i] {
			return false
		}
	}
	return true
}

// Flat reports whether the shape is a single axis.
func (s Shape) Flat() bool { return len(s) == 1 }

// String writes the shape as the summary table shows it: 784, or 1×28×28.
func (s Shape) String() string {
	if len(s) == 0 {
		return "scalar"
	}
	parts := make([]string, len(s))
	for i, d := range s {
		parts[i] = strconv.Itoa(d)
	}
	return strings.Join(parts, "×")
}
