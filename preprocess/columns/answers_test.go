package columns

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestAnswersAreTargets: what the codes of any column say about the target is what Binding.Targets reads in the cells, in whatever order
// rows are asked.
func TestAnswersAreTargets(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	text, names, _ := wideTable(rng, 12_000, ",", false)
	table := readWide(t, text, ',')
	learnt := map[Task]int{}
	for _, name := range names {
		for _, task := range Tasks {
			guess, err := Infer(table, Options{Target: name, Task: task})
			if err != nil {
				continue
			}
			rows, _ := guess.Examples(table)
			s, err := guess.Fit(table, rows)
			if err != nil {
				t.Fatal(err)
			}
			learnt[task]++
			b, _ := s.Bind(table.Names)
			a := b.answers(table)
			inOrder := table.listed(rows)
			shuffled := slices.Clone(inOrder)
			rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			for _, rows := range [][]uint32{inOrder, shuffled[:2000]} {
				labels, targets, err := a.of(rows)
				if err != nil {
					t.Fatalf("%s, %s: %v", name, task, err)
				}
				cells := make([][]byte, len(table.Names))
				at := slices.Index(table.Names, name)
				want := make([]float32, s.Outputs())
				for i, row := range rows {
					cells[at] = table.Cell(int(row), at)
					class, err := b.Targets(want, cells)
					if err != nil {
						t.Fatal(err)
					}
					if labels != nil && int(labels[i]) != class {
						t.Fatalf("%s: class %d of %q; want %d", name, labels[i], cells[at], class)
					}
					for k, want := range want {
						if targets != nil && math.Float32bits(targets[i*s.Outputs()+k]) != math.Float32bits(want) {
							t.Fatalf("%s: %v of %q; want %v", name, targets[i], cells[at], want)
						}
					}
				}
			}
		}
	}
	if learnt[Classification] < 5 || learnt[Regression] < 5 || learnt[Labels] < 3 {
		t.Errorf("only %v columns were learnt", learnt)
	}
}

// TestAnswersRefuse: a row that says nothing, or what training has not seen, is an error with its line.
func TestAnswersRefuse(t *testing.T) {
	for _, c := range []struct {
		learnt, asked string
		task          Task
		want          string
	}{
		{"a,y\n1,x\n2,z\n", "a,y\n1,x\n2,q\n", Auto, `columns: held:3: y is "q", a class that was not there in training; known are x, z`},
		{"a,y\n1,0\n2,1\n", "a,y\n1,0\n2,7\n", Classification, `columns: held:3: y is "7", a class that was not there in training; known are 0, 1`},
		{"a,y\n1,x\n2,z\n", "a,y\n1,\n2,z\n", Auto, "columns: held:2: the target is missing"},
		{"a,y\n1,0.25\n2,1.5\n", "a,y\n1,0.5\n2,much\n", Regression, `columns: held:3: y is "much", which is no number`},
	} {
		learnt := readWide(t, c.learnt, ',')
		guess, err := Infer(learnt, Options{Target: "y", Task: c.task, Kinds: map[string]Kind{"a": Number}})
		if err != nil {
			t.Fatal(err)
		}
		s, err := guess.Fit(learnt, nil)
		if err != nil {
			t.Fatal(err)
		}
		asked := readWide(t, c.asked, ',')
		asked.Name = "held"
		if _, err := s.Set("held", asked, nil); err == nil || err.Error() != c.want {
			t.Errorf("%q: %v; want %s", c.asked, err, c.want)
		}
	}
}

// TestCodeTable: a table gives back what was put in last, of any codes, and 0 of others.
func TestCodeTable(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	var table codeTable
	want := map[int64]int32{}
	if table.get(0) != 0 {
		t.Error("an empty table has a number of 0")
	}
	for i := range 2000 {
		code := []int64{rng.Int64N(100), -rng.Int64N(100), rng.Int64N(50) << 40, math.MinInt64 + rng.Int64N(9), math.MaxInt64 - rng.Int64N(9)}[i%5]
		number := 1 + rng.Int32N(1000)
		table.put(code, number)
		want[code] = number
		other := rng.Int64N(200) - 100
		for _, code := range []int64{code, other} {
			if table.get(code) != want[code] {
				t.Fatalf("code %d has number %d; want %d", code, table.get(code), want[code])
			}
		}
	}
}

// TestCodeOfForm: a form has a code of a cell if, and only if, it writes the cell so.
func TestCodeOfForm(t *testing.T) {
	for _, c := range []struct {
		form form
		cell string
		code int64
		ok   bool
	}{
		{form{0, 0, 0}, "17", 17, true},
		{form{0, 0, 0}, "-3", -3, true},
		{form{0, 0, 0}, "1.5", 0, false},
		{form{0, 0, 0}, "x", 0, false},
		{form{2, 2, '.'}, "1.50", 150, true},
		{form{2, 2, '.'}, "1.5", 0, false},
		{form{2, 2, '.'}, "1,50", 0, false},
		{form{2, 0, '.'}, "1.5", 150, true},
		{form{2, 0, '.'}, "1.50", 0, false},
		{form{2, 0, '.'}, "1", 100, true},
		{form{2, 0, ','}, "0,01", 1, true},
		{form{17, 0, '.'}, "123", 0, false}, // times 10^17, no int64 holds it
	} {
		code, ok := c.form.code([]byte(c.cell))
		if ok != c.ok || ok && code != c.code {
			t.Errorf("%q in %+v: %d, %v; want %d, %v", c.cell, c.form, code, ok, c.code, c.ok)
		}
	}
}
