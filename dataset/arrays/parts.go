package arrays

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A Pair is features and what is to be learnt of them, a row of both an example.
type Pair struct {
	X, Y *Array // Y is nil where nothing was found
}

// Parts are the pairs of a collection. Val and Test are nil where it has none; they may have features without targets.
type Parts struct {
	Train, Val, Test *Pair
}

// Part returns train, val or test; nil for one that is not there.
func (p *Parts) Part(name string) *Pair {
	switch name {
	case val:
		return p.Val
	case test:
		return p.Test
	}
	return p.Train
}

// Parts finds the pairs. A target names the array to learn; "" leaves that to the names.
func (c *Collection) Parts(target string) (*Parts, error) {
	p := c.byNames()
	if p.Train == nil {
		p = c.byOrder()
	}
	if target != "" {
		y := c.Array(target)
		if y == nil {
			return nil, fmt.Errorf("arrays: %s has no array %q; it has %s", c.Path, target, c)
		}
		if p.Train == nil || p.Train.X == y {
			p.Train = c.only(y)
		}
		if p.Train == nil {
			return nil, fmt.Errorf("arrays: %s has several arrays that could be the features beside %q: %s; call one of them x", c.Path, target, c)
		}
		if p.Train.Y != y { // the other parts keep theirs only if they are called alike
			p.Train = &Pair{p.Train.X, y}
			for _, other := range []struct {
				pair **Pair
				part string
			}{{&p.Val, val}, {&p.Test, test}} {
				if *other.pair != nil {
					*other.pair = c.alike(y, *other.pair, other.part)
				}
			}
		}
	}
	if p.Train == nil && len(c.Arrays) == 1 {
		p.Train = &Pair{X: c.Arrays[0]}
	}
	if p.Train == nil {
		return nil, fmt.Errorf("arrays: %s has %s: which are the features, and which is learnt? Call them x and y, or name the latter with --target", c.Path, c)
	}
	return p, c.check(p)
}

// Array returns the array of that name, or else of that column, nil if there is none. A path means the file's.
func (c *Collection) Array(name string) *Array {
	for i, a := range c.Arrays {
		if a.Name == name || len(c.Files) == len(c.Arrays) && c.Files[i] == name {
			return a
		}
	}
	for _, a := range c.Arrays {
		if r := roleOf(a.Name); !r.features && (r.part == train || r.part == "") && !nameless.MatchString(a.Name) && a.Column() == name {
			return a
		}
	}
	return nil
}

// String lists the arrays.
func (c *Collection) String() string {
	const most = 8
	var all []string
	for _, a := range c.Arrays[:min(most, len(c.Arrays))] {
		all = append(all, a.String())
	}
	if more := len(c.Arrays) - most; more > 0 {
		all = append(all, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(all, ", ")
}

// byNames finds pairs by the words in names.
func (c *Collection) byNames() *Parts {
	type found struct {
		a *Array
		role
	}
	var xs, ys []found
	for _, a := range c.Arrays {
		switch r := roleOf(a.Name); {
		case r.features:
			xs = append(xs, found{a, r})
		case r.targets:
			ys = append(ys, found{a, r})
		}
	}
	order := func(a, b found) int {
		return cmp.Or(cmp.Compare(len(a.rest), len(b.rest)), strings.Compare(a.rest, b.rest), cmp.Compare(a.rank, b.rank))
	}
	slices.SortStableFunc(xs, order)
	slices.SortStableFunc(ys, order)
	pair := func(parts ...string) *Pair {
		for _, part := range parts {
			i := slices.IndexFunc(xs, func(f found) bool { return f.part == part })
			if i < 0 {
				continue
			}
			p := &Pair{X: xs[i].a}
			if j := slices.IndexFunc(ys, func(f found) bool { return f.part == part && f.rest == xs[i].rest }); j >= 0 {
				p.Y = ys[j].a
			} else if j := slices.IndexFunc(ys, func(f found) bool { return f.part == part }); j >= 0 {
				p.Y = ys[j].a
			}
			return p
		}
		return nil
	}
	p := &Parts{Train: pair(train, ""), Val: pair(val), Test: pair(test)}
	if p.Train == nil && (p.Test != nil || p.Val != nil) { // a part by itself is all there is
		p.Train, p.Test, p.Val = cmpOr(p.Test, p.Val), nil, nil
	}
	return p
}

func cmpOr(a, b *Pair) *Pair {
	if a != nil {
		return a
	}
	return b
}

// nameless are the names that np.savez gives, and the places in a tuple of tuples or in a tuple.
var nameless = regexp.MustCompile(`^(arr_\d|\d\.\d|\d)$`)

// byOrder finds pairs by their order.
func (c *Collection) byOrder() *Parts {
	for _, a := range c.Arrays {
		if !nameless.MatchString(a.Name) {
			return &Parts{}
		}
	}
	all := slices.Clone(c.Arrays)
	slices.SortFunc(all, func(a, b *Array) int { return strings.Compare(a.Name, b.Name) })
	at := func(i, j int) *Pair { return &Pair{all[i], all[j]} }
	fit := func(pairs ...*Pair) bool {
		return !slices.ContainsFunc(pairs, func(p *Pair) bool { return p.X.Len() != p.Y.Len() || len(p.X.Shape) < len(p.Y.Shape) })
	}
	switch len(all) {
	case 2:
		if fit(at(0, 1)) {
			return &Parts{Train: at(0, 1)}
		}
	case 4:
		pairs, halves := fit(at(0, 1), at(2, 3)), fit(at(0, 2), at(1, 3))
		switch {
		case pairs: // (x, y), (x, y)
			return &Parts{Train: at(0, 1), Test: at(2, 3)}
		case halves: // as train_test_split of scikit-learn returns them
			return &Parts{Train: at(0, 2), Test: at(1, 3)}
		}
	case 6:
		if fit(at(0, 1), at(2, 3), at(4, 5)) {
			return &Parts{Train: at(0, 1), Val: at(2, 3), Test: at(4, 5)}
		}
	}
	return &Parts{}
}

// only returns the pair of y with the only other array that has as many rows.
func (c *Collection) only(y *Array) *Pair {
	var x *Array
	for _, a := range c.Arrays {
		if a != y && a.Len() == y.Len() {
			if x != nil {
				return nil
			}
			x = a
		}
	}
	if x == nil {
		return nil
	}
	return &Pair{x, y}
}

// alike returns the features of another part with the targets that are called like y, but for the part.
func (c *Collection) alike(y *Array, p *Pair, part string) *Pair {
	want := roleOf(y.Name)
	for _, a := range c.Arrays {
		if r := roleOf(a.Name); a != p.X && r.part == part && r.rest == want.rest && r.targets == want.targets {
			return &Pair{p.X, a}
		}
	}
	return &Pair{X: p.X}
}

// check makes sure that pairs have as many targets as features, and every part features of one shape.
func (c *Collection) check(p *Parts) error {
	for _, pair := range []*Pair{p.Train, p.Val, p.Test} {
		switch {
		case pair == nil:
		case pair.X.Len() == 0 || pair.X.Width() == 0:
			return fmt.Errorf("arrays: %s: %v is empty", c.Path, pair.X)
		case pair.Y != nil && pair.X.Len() != pair.Y.Len():
			return fmt.Errorf("arrays: %s: %v has %d rows, but %v has %d; want as many", c.Path, pair.X, pair.X.Len(), pair.Y, pair.Y.Len())
		case !slices.Equal(pair.X.Shape[min(1, len(pair.X.Shape)):], p.Train.X.Shape[min(1, len(p.Train.X.Shape)):]):
			return fmt.Errorf("arrays: %s: a row of %v has another shape than one of %v", c.Path, pair.X, p.Train.X)
		case pair.Y != nil && p.Train.Y != nil && pair.Y.Width() != p.Train.Y.Width():
			return fmt.Errorf("arrays: %s: a row of %v has another width than one of %v", c.Path, pair.Y, p.Train.Y)
		}
		if pair != nil && pair.Y != nil && pair.Y.Width() > 1 { // what they are, a class as a row for instance, all of them tell
			if err := pair.Y.load(); err != nil {
				return err
			}
		}
	}
	return nil
}

// mostColumns is how wide features are that people think of as columns with a meaning each; wider ones are pictures or signals.
const mostColumns = 256

// Tabular reports whether the features are columns, to be scaled one by one, rather than pictures.
func (p *Pair) Tabular() bool { return len(p.X.Shape) <= 2 && p.X.Width() <= mostColumns }
