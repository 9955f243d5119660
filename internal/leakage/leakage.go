// Package leakage looks for columns that know too much: a column from which alone the target can be told is seldom a find, and
// mostly something that was written down after the target, or from it.
package leakage

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/gradus-nn/gradus/dataset"
)

// A Column is one or several features that belong together.
type Column struct {
	Name   string
	Lo, Hi int  // features Lo to Hi-1
	Number bool // the first feature is a number; otherwise each feature is a value
	Gap    bool // the last feature says that the value is missing
}

// A Finding is a column that foretells a target alone.
type Finding struct {
	Column string  `json:"column"`
	Output int     `json:"output"`           // which of the targets or labels; 0 for classes
	Share  float64 `json:"share"`            // of the examples that it gets right, or of the variance that it explains
	Always float64 `json:"always,omitempty"` // that share for who always says the same
}

const (
	mostExamples = 20_000    // that are looked at,
	mostFeatures = 4_000_000 // and of wide tables fewer: so many features in all
	leastRows    = 50        // below which chance could do it
	leastOthers  = 10        // examples that are not of the most frequent class
	bins         = 64        // of a number
	perBin       = 5         // examples at least
	suspicious   = 0.98      // of the errors that the constant answer makes, a column gets rid of so many; the best of iris of .94
	explained    = 0.99      // of the variance
)

// Alone returns the columns that foretell a target alone. Each is made a table of at most 64 bins or of its values, with the most
// frequent class or the mean in each; one half of the examples is judged by what the other half has shown. Of a number, the
// class of the nearest value in the other half is asked, too; and a number that is to be foretold is compared with a straight line.
func Alone(set *dataset.Set, columns []Column) []Finding {
	width := set.X.Width()
	if most := min(mostExamples, max(leastRows, mostFeatures/width)); set.Len() > most {
		set = set.Subset(dataset.Sample(set.Len(), most, rand.New(rand.NewPCG(0, 0))))
	}
	n := set.Len()
	if n < leastRows {
		return nil
	}
	var found []Finding
	x := column{set: set, kind: set.Kind(), features: make([]float32, n*width), values: make([]float64, n), codes: make([]int, n)}
	dataset.GatherX(set.All(), x.features, 0, n)
	for _, c := range columns {
		x.read(c)
		if f := x.examine(); f != nil {
			f.Column = c.Name
			found = append(found, *f)
		}
	}
	return found
}

// column is one column of a set.
type column struct {
	set    *dataset.Set
	kind   dataset.Kind
	values []float64 // of a number
	codes  []int     // which value or bin
	n      int       // codes are below n

	features []float32 // [examples, features] of all columns
}

// read fetches the column; the values of numbers become bins that hold about the same number of examples.
func (x *column) read(c Column) {
	n, width := x.set.Len(), x.set.X.Width()
	x.values = x.values[:n]
	gaps := make([]bool, n)
	for i := range n {
		own := x.features[i*width+c.Lo : i*width+c.Hi]
		gaps[i] = c.Gap && own[len(own)-1] != 0
		x.values[i] = float64(own[0])
		if !c.Number {
			x.codes[i] = slices.IndexFunc(own, func(v float32) bool { return v != 0 }) + 1 // 0: none of them
		}
	}
	x.n = c.Hi - c.Lo + 1
	if !c.Number {
		x.values = x.values[:0]
		return
	}
	sorted := slices.Clone(x.values)
	slices.Sort(sorted)
	count := max(2, min(bins, n/2/perBin))
	var edges []float64
	for k := 1; k < count; k++ {
		if e := sorted[k*n/count]; len(edges) == 0 || e > edges[len(edges)-1] {
			edges = append(edges, e)
		}
	}
	x.n = len(edges) + 2
	for i, v := range x.values {
		x.codes[i], _ = slices.BinarySearch(edges, math.Nextafter(v, math.Inf(1))) // values at an edge lie above it
		if gaps[i] {
			x.codes[i] = len(edges) + 1
		}
	}
}

// examine returns what the column foretells best, or nil if nothing well enough.
func (x *column) examine() *Finding {
	if x.n*x.set.Out > mostFeatures {
		return nil // more values than examples could tell anything about
	}
	if x.kind.SingleClass() {
		return x.class(0, x.set.Out, x.set.Label)
	}
	var best *Finding
	for j := range x.set.Out {
		at := func(i int) float64 { return float64(x.set.Targets[i*x.set.Out+j]) }
		var f *Finding
		if x.kind == dataset.MultiHot {
			f = x.class(j, 2, func(i int) int { return int(at(i)) })
		} else {
			f = x.number(j, at)
		}
		if f != nil && (best == nil || f.Share > best.Share) {
			best = f
		}
	}
	return best
}

// half is the half that an example belongs to. Examples of a part are in random order, unless they were never drawn.
func half(i int) int { return i % 2 }

func (x *column) class(output, classes int, label func(int) int) *Finding {
	counts := make([]int, 2*x.n*classes) // [half, code, class]
	all := make([]int, 2*classes)
	total := make([]int, classes)
	n := x.set.Len()
	for i := range n {
		c := label(i)
		counts[(half(i)*x.n+x.codes[i])*classes+c]++
		all[half(i)*classes+c]++
		total[c]++
	}
	most := slices.Max(total)
	if n-most < leastOthers {
		return nil
	}
	// the answers of each half for the codes that it has seen; for others the most frequent class
	answer := func(h, code int) int {
		at := counts[(h*x.n+code)*classes : (h*x.n+code+1)*classes]
		if best := largest(at); at[best] > 0 {
			return best
		}
		return largest(all[h*classes : (h+1)*classes])
	}
	answers := make([]int, 2*x.n)
	for k := range answers {
		answers[k] = answer(k/x.n, k%x.n)
	}
	right := 0
	for i := range n {
		if answers[(1-half(i))*x.n+x.codes[i]] == label(i) {
			right++
		}
	}
	if len(x.values) == n {
		right = max(right, x.neighbours(label))
	}
	if float64(right-most) < suspicious*float64(n-most) {
		return nil
	}
	return &Finding{Output: output, Share: float64(right) / float64(n), Always: float64(most) / float64(n)}
}

// neighbours counts the examples of the class that the nearest value in the other half has: it knows where one class ends and the
// next begins, which a bin may not.
func (x *column) neighbours(label func(int) int) (right int) {
	var order [2][]int
	for i := range x.values {
		order[half(i)] = append(order[half(i)], i)
	}
	for _, o := range order {
		slices.SortFunc(o, func(a, b int) int { return cmp.Compare(x.values[a], x.values[b]) })
	}
	for h, own := range order {
		other, at := order[1-h], 0 // the first of the other half that is not less
		for _, i := range own {
			v := x.values[i]
			for at < len(other) && x.values[other[at]] < v {
				at++
			}
			near := other[min(at, len(other)-1)]
			if at > 0 && v-x.values[other[at-1]] < math.Abs(x.values[near]-v) {
				near = other[at-1]
			}
			if label(near) == label(i) {
				right++
			}
		}
	}
	return right
}

func largest(counts []int) int {
	best := 0
	for k, v := range counts {
		if v > counts[best] {
			best = k
		}
	}
	return best
}

func (x *column) number(output int, target func(int) float64) *Finding {
	n := x.set.Len()
	sums, counts := make([]float64, 2*x.n), make([]float64, 2*x.n)
	var all, spread moment
	for i := range n {
		k := half(i)*x.n + x.codes[i]
		sums[k] += target(i)
		counts[k]++
		all.add(target(i), 0)
	}
	var errors float64
	for i := range n {
		k := (1-half(i))*x.n + x.codes[i]
		said := all.x
		if counts[k] > 0 {
			said = sums[k] / counts[k]
		}
		errors += (target(i) - said) * (target(i) - said)
	}
	if all.xx <= 0 {
		return nil
	}
	share := 1 - errors/all.xx
	if len(x.values) == n {
		for i := range n {
			spread.add(x.values[i], target(i))
		}
		if spread.xx > 0 && spread.yy > 0 {
			share = max(share, spread.xy*spread.xy/(spread.xx*spread.yy))
		}
	}
	if !(share >= explained) {
		return nil
	}
	return &Finding{Output: output, Share: share}
}

// A moment holds the means of x and y, and the sums of the products of their distances from them (Welford 1962).
type moment struct{ n, x, y, xx, yy, xy float64 }

func (m *moment) add(x, y float64) {
	m.n++
	dx, dy := x-m.x, y-m.y
	m.x += dx / m.n
	m.y += dy / m.n
	m.xx += dx * (x - m.x)
	m.yy += dy * (y - m.y)
	m.xy += dx * (y - m.y)
}

// Ordered reports whether the rows of a file stand in the order of a column, up or down: line tells where an example of the set
// stands, and the values are those of feature at. It looks at some thousand examples at most.
func Ordered(set *dataset.Set, line func(i int) int, at int) bool {
	const most = 5_000
	n := min(set.Len(), most)
	if n < leastRows {
		return false
	}
	type row struct {
		line  int
		value float32
	}
	rows, x, one := make([]row, n), make([]float32, set.X.Width()), []int{0}
	for i := range rows {
		one[0] = i * set.Len() / n // from all over: examples of large sets stand in the order of the file
		dataset.GatherX(dataset.Batch{Set: set, Rows: one}, x, 0, 1)
		rows[i] = row{line(one[0]), x[at]}
	}
	slices.SortFunc(rows, func(a, b row) int { return a.line - b.line })
	up, down := 0, 0
	for i, r := range rows[1:] {
		switch {
		case r.value > rows[i].value:
			up++
		case r.value < rows[i].value:
			down++
		}
	}
	// a few rows may be out of order, such as those of another time zone
	return max(up, down) >= 2 && min(up, down) <= (up+down)/50
}
