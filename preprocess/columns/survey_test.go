package columns

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// A slowSurvey says what a survey means: a look at the text of every cell.
func slowSurvey(t *Table, column, limit int) (v survey, values map[string]bool) {
	v = survey{whole: true, rising: true}
	values = map[string]bool{}
	last := 0.0
	for i := range t.Len() {
		cell := t.Cell(i, column)
		if missing(cell) {
			continue
		}
		v.present++
		x, ok := number(cell, false)
		if ok {
			v.numbers++
		} else if v.odd.Line == 0 {
			v.odd = Odd{t.Line(i), string(cell)}
		}
		if t.Separator != ',' {
			y, fine := number(cell, true)
			if fine {
				v.commas++
				x, ok = y, true
			} else if v.oddComma.Line == 0 {
				v.oddComma = Odd{t.Line(i), string(cell)}
			}
		}
		v.whole = v.whole && ok && x == float64(int64(x))
		v.rising = v.rising && ok && (v.present == 1 || x == last+1)
		last = x
		if !ok {
			if _, fine := date(cell); fine {
				v.dates++
			}
		}
		if values[string(cell)] {
			v.values.repeated = true
		} else if len(values) < limit {
			values[string(cell)] = true
		} else {
			v.values.many = true
		}
	}
	v.values.limit, v.values.distinct = limit, len(values)
	return v, values
}

// checkSurvey compares the survey of a column with the slow one.
func checkSurvey(t *testing.T, table *Table, column, limit int) {
	t.Helper()
	var have survey
	table.surveys([]int{column}, func(int) int { return limit }, func(_ int, v *survey) { have = *v })
	want, values := slowSurvey(table, column, limit)
	list := have.values.list()
	have.values = valueSet{limit: limit, distinct: have.values.distinct, many: have.values.many, repeated: have.values.repeated}
	if !reflect.DeepEqual(have, want) {
		t.Fatalf("%s of %d rows, limit %d:\n%+v\nwant\n%+v", table.Names[column], table.Len(), limit, have, want)
	}
	if have.values.known() {
		return
	}
	if len(list) != len(values) || slices.ContainsFunc(list, func(v string) bool { return !values[v] }) {
		t.Fatalf("%s of %d rows, limit %d: %d values; want %d", table.Names[column], table.Len(), limit, len(list), len(values))
	}
}

// TestSurvey: the quick look at packed columns finds what a look at every cell finds.
func TestSurvey(t *testing.T) {
	for _, n := range []int{1, 12, 300, 20_000} {
		limits := []int{5, 1001, surveyed}
		if n > 1000 {
			limits = limits[1:2] // that some columns exceed
		}
		for _, separator := range []string{",", ";"} {
			for _, gaps := range []bool{false, true} {
				text, names, _ := wideTable(rand.New(rand.NewPCG(uint64(n), 2)), n, separator, gaps)
				table := readWide(t, text, separator[0])
				for j := range names {
					for _, limit := range limits {
						checkSurvey(t, table, j, limit)
					}
				}
			}
		}
	}
}

// TestSurveyOfTurns: columns that are of one sort first and of another later, so that what was decided early is decided again. Long cells
// beside them make a block of some fifty rows.
func TestSurveyOfTurns(t *testing.T) {
	const n = 150 // rows of each sort
	pad := strings.Repeat("x", 20_000)
	sorts := map[string]func(i int) string{
		"rises":      func(i int) string { return fmt.Sprint(i) },
		"on":         func(i int) string { return fmt.Sprint(n + i) },
		"falls":      func(i int) string { return fmt.Sprint(-i) },
		"far":        func(i int) string { return fmt.Sprint(100_000 * i) },
		"few":        func(i int) string { return fmt.Sprint(i % 7) },
		"tenths":     func(i int) string { return fmt.Sprintf("%d.%d", i/10, i%10) },
		"wholes":     func(i int) string { return fmt.Sprint(i, ".0") },
		"shortest":   func(i int) string { return fmt.Sprint(float64(i) / 4) },
		"comma":      func(i int) string { return fmt.Sprint(i, ",5") },
		"shortcomma": func(i int) string { return strings.Replace(fmt.Sprint(float64(i)/4), ".", ",", 1) },
		"words":      func(i int) string { return fmt.Sprint("w", i%30) },
		"days":       func(i int) string { return fmt.Sprintf("2024-01-%02d", 1+i%28) },
		"texts":      func(i int) string { return fmt.Sprint("t", i) },
		"gaps":       func(i int) string { return []string{"", "NA"}[i%2] },
		"scientific": func(i int) string { return fmt.Sprint(i%9, "e0") },
		"huge":       func(i int) string { return fmt.Sprint(1<<53 - 20 + i/2) },
		"mixed":      func(i int) string { return []string{"", "5", "a", "1e3", "2.5", "2024-05-05"}[i%6] },
	}
	names := slices.Sorted(maps.Keys(sorts))
	for _, separator := range []string{",", ";"} {
		var text strings.Builder
		for _, first := range names {
			for _, second := range names {
				fmt.Fprint(&text, first, "+", second, separator)
			}
		}
		text.WriteString("pad\n")
		for part := range 2 {
			for i := range n {
				for _, first := range names {
					for _, second := range names {
						fmt.Fprintf(&text, "%q%s", sorts[[]string{first, second}[part]](i), separator)
					}
				}
				text.WriteString(pad + "\n")
			}
		}
		table := readWide(t, text.String(), separator[0])
		if len(table.blocks) < 5 {
			t.Fatalf("%d blocks; want several of each sort", len(table.blocks))
		}
		for j := range table.Names[1:] {
			for _, limit := range []int{3, 100, 1000} {
				checkSurvey(t, table, j, limit)
			}
		}
	}
}

// TestNumberSet: numbers of every size are there once they were added, and no others.
func TestNumberSet(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	for name, number := range map[string]func() int64{
		"near": func() int64 { return rng.Int64N(200) - 100 }, "of all sizes": func() int64 { return (rng.Int64() - 1<<62) >> rng.IntN(63) },
		"far": func() int64 { return 1_000_000 + rng.Int64N(3000) }, "growing": func() int64 { return rng.Int64N(1 << (1 + rng.IntN(18))) },
	} {
		var s numberSet
		want := map[int64]bool{}
		for range 5000 {
			u := number()
			if s.has(u) != want[u] {
				t.Fatalf("%s: %d is there: %v, after %d numbers", name, u, s.has(u), len(want))
			}
			if !want[u] {
				want[u] = true
				s.add(u)
			}
		}
		have := map[int64]bool{}
		s.each(func(u int64) { have[u] = true })
		if !maps.Equal(have, want) || s.n != len(want) {
			t.Errorf("%s: %d numbers, %d different; want %d", name, s.n, len(have), len(want))
		}
	}
}
