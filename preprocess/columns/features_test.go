package columns

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"strconv"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
)

// TestFeaturesAreFeatures: seen through the codes of the table or encoded in records, in memory or on the disk, the features of a row
// are those that Binding.Features makes of its cells, and what was met is the same.
func TestFeaturesAreFeatures(t *testing.T) {
	kinds := map[string]Kind{"codes": Category, "small": Category, "zeros": Category, "id": Number, "code": Ignored, "labels": Category, "date": Date, "odd": Number}
	for _, n := range []int{60, 20_000} {
		for _, memory := range []int64{1 << 30, 0} {
			for _, viewed := range []bool{true, false} {
				t.Run(fmt.Sprint(n, " rows, memory ", memory, ", viewed ", viewed), func(t *testing.T) {
					inBlocks(t, memory)
					text, _, _ := wideTable(rand.New(rand.NewPCG(uint64(n), 3)), n, ",", true)
					table := readWide(t, text, ',')
					kinds := maps.Clone(kinds)
					for j, name := range table.Names {
						for _, b := range table.blocks {
							if viewed && b.columns[j].size == 0 {
								kinds[name] = Ignored
							}
						}
					}
					testFeatures(t, table, kinds, n, memory, viewed)
				})
			}
		}
	}
}

func testFeatures(t *testing.T, table *Table, kinds map[string]Kind, n int, memory int64, viewed bool) {
	guess, err := Infer(table, Options{Target: "category", Kinds: kinds})
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := guess.Examples(table)
	rows = table.listed(rows)
	learnt := rows[:len(rows)/2] // so that some values are unknown in the others
	s, err := guess.Fit(table, learnt)
	if err != nil {
		t.Fatal(err)
	}
	order := rand.New(rand.NewPCG(4, 4)).Perm(len(rows))
	shuffled := make([]uint32, len(rows))
	for i, k := range order {
		shuffled[i] = rows[k]
	}
	b, _ := s.Bind(table.Names)
	set, err := b.Set("x", table, shuffled)
	if err != nil {
		t.Fatal(err)
	}
	_, dense := set.X.(dataset.Floats)
	_, view := set.X.(*view)
	_, records := set.X.(*records)
	if small := int64(n*s.Width()*4) <= min(mostDense, memory); dense != small || view != (!small && viewed) || records != (!small && !viewed) {
		t.Fatalf("features of %d rows are %T", n, set.X)
	}
	slow, _ := s.Bind(table.Names)
	width := s.Width()
	want := make([]float32, width)
	cells := make([][]byte, len(table.Names))
	fill := func(row int) {
		for j := range cells {
			cells[j] = table.Cell(row, j)
		}
		slow.Features(want, cells)
	}
	all := set.All()
	have, wide := make([]float32, set.Len()*width), make([]float64, set.Len()*width)
	for i := range have { // what is there before does not matter
		have[i], wide[i] = 7, 7
	}
	dataset.GatherX(all, have, 0, set.Len())
	dataset.GatherX(all, wide, 0, set.Len())
	for i, row := range shuffled {
		fill(int(row))
		have, wide := have[i*width:(i+1)*width], wide[i*width:(i+1)*width]
		for k := range want {
			if math.Float32bits(want[k]) != math.Float32bits(have[k]) || float64(want[k]) != wide[k] {
				t.Fatalf("row %d, %s: %v; want %v", row, s.Features()[k], have[k], want[k])
			}
		}
		if class, _ := slow.Targets(nil, cells); int32(class) != set.Labels[i] {
			t.Fatalf("row %d: class %d; want %d", row, set.Labels[i], class)
		}
		if want := "wide.csv:" + strconv.Itoa(table.Line(int(row))); set.Origin(i) != want {
			t.Fatalf("example %d is from %s; want %s", i, set.Origin(i), want)
		}
	}
	slow, _ = s.Bind(table.Names)
	for _, row := range rows { // what is met first is so in the order of the table
		fill(int(row))
	}
	if !reflect.DeepEqual(b.met, slow.met) {
		t.Errorf("met %+v; want %+v", b.met, slow.met)
	}
}

// TestFeaturesOfAnotherTable: what is written otherwise than in the table of the schema is met as Binding.Features meets it: decimal
// points where commas were, whole numbers beyond those that float64 holds, numbers among dates and categories.
func TestFeaturesOfAnotherTable(t *testing.T) {
	learnt := readWide(t, "small;large;whole;day;zip;flag;y\n0,5;100,25;5;2021-01-03;01;1;a\n1,5;-200,5;12;2021-02-09;20;0;b\n2,25;;7;;3;1;a\n", ';')
	kinds := map[string]Kind{"small": Number, "large": Number, "whole": Number, "day": Date, "zip": Category, "flag": Boolean}
	guess, err := Infer(learnt, Options{Target: "y", Kinds: kinds})
	if err != nil {
		t.Fatal(err)
	}
	s, err := guess.Fit(learnt, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !s.Columns[0].DecimalComma || !s.Columns[1].DecimalComma {
		t.Fatalf("%+v: no decimal commas", s.Columns[:2])
	}
	asked := readWide(t, "small;large;whole;day;zip;flag;y\n0.5;100.25;123456789012345677;5;20;0;a\n1;-200.5;-9007199254740993;12;1;1;b\n;300;7;NA;3;2;a\n2;1.5;9007199254740992;20210103;20000;;b\n", ';')
	b, err := s.Bind(asked.Names)
	if err != nil {
		t.Fatal(err)
	}
	if b.view(asked, s.layout(), rowSetOf(asked.Len(), nil)) == nil {
		t.Fatal("the table is not seen through its codes")
	}
	b, _ = s.Bind(asked.Names)
	set, err := b.Set("asked", asked, nil)
	if err != nil {
		t.Fatal(err)
	}
	slow, _ := s.Bind(asked.Names)
	want, cells := make([]float32, s.Width()), make([][]byte, len(asked.Names))
	for row := range asked.Len() {
		for j := range cells {
			cells[j] = asked.Cell(row, j)
		}
		slow.Features(want, cells)
		for k, have := range set.Example(row) {
			if math.Float32bits(have) != math.Float32bits(want[k]) {
				t.Errorf("row %d, %s: %v; want %v", row, s.Features()[k], have, want[k])
			}
		}
	}
	if !reflect.DeepEqual(b.met, slow.met) {
		t.Errorf("met %+v; want %+v", b.met, slow.met)
	}
}
