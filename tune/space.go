package tune

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/internal/portable"
)

// A Dimension is one setting and what it may be: one of Choices or, without choices, a number from Lo to Hi.
type Dimension struct {
	Name    string
	Choices []string
	Lo, Hi  float64
	Log     bool // every factor is as likely as any other: 0.001 to 0.01 as often as 0.01 to 0.1
	Whole   bool // whole numbers only
}

// A Space lists the settings that are searched.
type Space []Dimension

// Parse reads what a setting may be:
//
//	32|64|128,64      one of these texts; a bar within parentheses parts nothing
//	1e-4:1e-1         a number in between; by factors if the ends are above 0 and a factor of 10 or more apart
//	1e-4:1e-1:log     by factors; 0:1:linear by differences
//	16:128:whole      a whole number in between; 16:1024:whole:log
//
// A single text is one choice. Whole makes every range one of whole numbers.
func Parse(name, text string, whole bool) (Dimension, error) {
	d := Dimension{Name: name, Whole: whole}
	bad := func(format string, args ...any) (Dimension, error) {
		return d, fmt.Errorf("tune: %s is %q: %s; want choices such as 32|64, or a range such as 1e-4:1e-1", name, text, fmt.Sprintf(format, args...))
	}
	parts := strings.Split(text, ":")
	lo, errLo := strconv.ParseFloat(strings.TrimSpace(parts[0]), 64)
	if len(parts) < 2 || errLo != nil || strings.Contains(text, "|") {
		for _, choice := range alternatives(text) {
			if choice = strings.TrimSpace(choice); choice == "" {
				return bad("an empty choice")
			} else if slices.Contains(d.Choices, choice) {
				return bad("%s stands there twice", choice)
			}
			d.Choices = append(d.Choices, choice)
		}
		d.Whole = false
		return d, nil
	}
	hi, errHi := strconv.ParseFloat(strings.TrimSpace(parts[1]), 64)
	switch {
	case errHi != nil:
		return bad("its upper end is no number")
	case !(lo < hi) || math.IsInf(lo, 0) || math.IsInf(hi, 0):
		return bad("the first number must be the smaller one")
	}
	d.Lo, d.Hi = lo, hi
	d.Log = lo > 0 && hi/lo >= 10
	for _, word := range parts[2:] {
		switch strings.TrimSpace(word) {
		case "log":
			if d.Log = true; lo <= 0 {
				return bad("a range by factors begins above 0")
			}
		case "linear":
			d.Log = false
		case "whole":
			d.Whole = true
		default:
			return bad("%q is none of log, linear, whole", word)
		}
	}
	if d.Whole && (lo != math.Trunc(lo) || hi != math.Trunc(hi) || math.Abs(lo) > 1<<53 || math.Abs(hi) > 1<<53) {
		return bad("it holds whole numbers, so its ends must be whole")
	}
	return d, nil
}

// alternatives parts a text at bars that stand outside parentheses.
func alternatives(text string) (all []string) {
	depth, begin := 0, 0
	for i, r := range text {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == '|' && depth <= 0:
			all, begin = append(all, text[begin:i]), i+1
		}
	}
	return append(all, text[begin:])
}

// String writes the dimension without its name as Parse reads it.
func (d Dimension) String() string {
	if len(d.Choices) > 0 {
		return strings.Join(d.Choices, "|")
	}
	text := number(d.Lo) + ":" + number(d.Hi)
	if d.Log != (d.Lo > 0 && d.Hi/d.Lo >= 10) {
		text += map[bool]string{true: ":log", false: ":linear"}[d.Log]
	}
	if d.Whole {
		text += ":whole"
	}
	return text
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// at returns the value at a place between 0 and 1. Numbers are rounded to three digits, so that what was found can be typed.
func (d Dimension) at(u float64) string {
	if n := len(d.Choices); n > 0 {
		return d.Choices[min(int(u*float64(n)), n-1)]
	}
	lo, hi := d.Lo, d.Hi
	if d.Whole { // every whole number has a place of its own size
		lo, hi = lo-0.5, hi+0.5
		if d.Log && lo <= 0 {
			lo = 0.5
		}
	}
	v := math.FMA(u, hi-lo, lo)
	if d.Log {
		v = portable.Exp(math.FMA(u, portable.Log(hi)-portable.Log(lo), portable.Log(lo)))
	}
	if d.Whole {
		v = math.Round(v)
	} else {
		v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64)
	}
	return number(min(max(v, d.Lo), d.Hi))
}

// Contains reports whether a value is within the dimension.
func (d Dimension) Contains(value string) bool {
	if len(d.Choices) > 0 {
		return slices.Contains(d.Choices, value)
	}
	v, err := strconv.ParseFloat(value, 64)
	return err == nil && v >= d.Lo && v <= d.Hi && (!d.Whole || v == math.Trunc(v))
}

// count returns how many values the dimension has, 0 for too many to try them all.
func (d Dimension) count() int {
	if n := len(d.Choices); n > 0 {
		return n
	}
	if n := d.Hi - d.Lo + 1; d.Whole && n <= most {
		return int(n)
	}
	return 0
}

// most is how many points of a space are counted one by one.
const most = 1 << 20

// Size returns how many points the space has, 0 for more than can be tried.
func (s Space) Size() int {
	n := 1
	for _, d := range s {
		if n *= d.count(); n == 0 || n > most {
			return 0
		}
	}
	return n
}

// point returns point i of a finite space: the last dimension changes first.
func (s Space) point(i int) []string {
	values := make([]string, len(s))
	for k := len(s) - 1; k >= 0; k-- {
		d, n := s[k], s[k].count()
		if len(d.Choices) > 0 {
			values[k] = d.Choices[i%n]
		} else {
			values[k] = number(d.Lo + float64(i%n))
		}
		i /= n
	}
	return values
}

// draw returns the values of a trial. Each is drawn from the seed, the setting's name and the trial's number alone, so that
// another setting or another trial changes none of the others.
func (s Space) draw(seed uint64, trial, attempt int) []string {
	values := make([]string, len(s))
	for i, d := range s {
		h := fnv.New64a()
		fmt.Fprintf(h, "%s %d %d", d.Name, trial, attempt)
		values[i] = d.at(rand.New(rand.NewPCG(seed, h.Sum64())).Float64())
	}
	return values
}

// attempts bounds how often a trial is drawn again that another one has been already.
const attempts = 1000

// Points returns the values of n trials, no two alike. The first is first, unless that is nil. A space of no more than n
// points is returned whole, in order.
func (s Space) Points(n int, seed uint64, first []string) [][]string {
	if first == nil || n < 1 {
		return s.More(nil, n, seed)
	}
	return s.More([][]string{first}, n, seed)
}

// More adds points to those there are, no two alike, until there are n: those that Points would have returned with the same seed, or in
// order all that are missing of a space that has no more.
func (s Space) More(points [][]string, n int, seed uint64) [][]string {
	taken := map[string]bool{}
	var all [][]string
	take := func(values []string) bool {
		key := strings.Join(values, "\x00")
		if taken[key] {
			return false
		}
		taken[key] = true
		all = append(all, values)
		return true
	}
	for _, p := range points {
		take(p)
	}
	size := s.Size()
	if size > 0 && size <= n {
		for i := range size {
			take(s.point(i))
		}
		return all
	}
	for len(all) < n {
		trial := len(all) + 1
		for attempt := 0; len(all) < trial; attempt++ {
			if attempt < attempts {
				take(s.draw(seed, trial, attempt))
				continue
			}
			for i := 0; i < size && !take(s.point(i)); i++ { // nearly all are taken: the first that is not
			}
			if len(all) < trial {
				return all // rounding leaves no other point
			}
		}
	}
	return all
}
