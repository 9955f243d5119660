package columns

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/format/csv"
)

// TestOldForm: models of the time when there was one target still read.
func TestOldForm(t *testing.T) {
	var s Schema
	text := `{"columns":[{"name":"x","kind":"number","mean":2,"std":1}],"target":{"name":"y","position":1,"mean":3,"std":2}}`
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(1); err != nil || len(s.Targets) != 1 || s.Number(0, 1.5) != 6 || s.Columns[0].Mean != 2 {
		t.Errorf("%v, %+v", err, s)
	}
	back, err := json.Marshal(&s)
	if err != nil || !strings.Contains(string(back), `"targets":[{"name":"y"`) || strings.Contains(string(back), `"target":`) {
		t.Errorf("%s, %v", back, err)
	}
}

// TestTasks: what is learnt of several columns, or of one that lists labels.
func TestTasks(t *testing.T) {
	const mixed = "x,price,rent,sun,rain,hot,tags,kind\n" +
		"1,10.5,1,yes,no,1,a|b,p\n2,20,2,no,no,0,a,q\n3,30,3,yes,yes,0,c | a,p\n4,40,4,no,yes,1,none,q\n5,50,5,yes,no,1,b|c,p\n"
	for _, c := range []struct {
		target  string
		task    Task
		want    Task
		answers string
	}{
		{"price,rent", "", Regression, "price rent"},
		{"rent, price", "", Regression, "rent price"},
		{"2,3", "", Regression, "price rent"},
		{"price,hot", "", Regression, "price hot"},
		{"sun,rain,hot", "", Labels, "sun rain hot"},
		{"sun,tags", "", Labels, "sun a b c"},
		{"tags", "", Labels, "a b c"},
		{"kind", "", Classification, "p q"},
		{"kind", Labels, Labels, "p q"},
		{"sun", Labels, Labels, "sun"},
		{"sun", "", Classification, "no yes"},
	} {
		s, err := Infer(table(t, mixed), Options{Target: c.target, Task: c.task})
		if err != nil || s.Task() != c.want || strings.Join(s.Answers(), " ") != c.answers || s.Outputs() != len(s.Answers()) {
			t.Errorf("%s %s: %+v, %v; want %s of %s", c.target, c.task, s, err, c.want, c.answers)
		}
	}
	for _, c := range []struct {
		target string
		task   Task
		want   string
	}{
		{"price,kind", "", `names 2 columns, and "kind" is neither numbers nor yes and no`},
		{"price,sun", "", `some of numbers and some of labels`},
		{"price,price", "", `names "price" twice`},
		{"price,rents", "", `is "rents", which is no column of t.csv`},
		{"sun,rain", Classification, `is classification, but there are 2 targets`},
		{"price", Labels, `is labels, but "price" is a column of numbers`},
		{"sun,rain", Regression, `is regression, but "sun" is not a column of numbers: t.csv:2 has "yes"`},
	} {
		if _, err := Infer(table(t, mixed), Options{Target: c.target, Task: c.task}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v; want %s", c.target, c.task, err, c.want)
		}
	}
}

// TestNamesWithCommas: a comma may belong to a name.
func TestNamesWithCommas(t *testing.T) {
	a := table(t, "x,\"price, in €\",price\n1,1.5,2.5\n2,3,4\n3,5,7\n")
	for target, want := range map[string][]string{
		"price, in €": {"price, in €"}, "price,price, in €": {"price", "price, in €"}, "price, in €,price": {"price, in €", "price"},
	} {
		s, err := Infer(a, Options{Target: target, Task: Regression})
		if err != nil || !slices.Equal(s.TargetNames(), want) {
			t.Errorf("%s: %+v, %v", target, s, err)
		}
	}
}

// Films: any number of genres, and whether one won an award.
func Example_labels() {
	films, _ := Read(strings.NewReader(`length,genres,award
90,comedy,no
140,drama|action,yes
130,drama,no
85,,no
95,comedy | action,yes
`), csv.Options{Name: "films.csv"}, Guess)
	schema, _ := Infer(films, Options{Target: "genres,award"})
	rows, _ := schema.Examples(films)
	schema, _ = schema.Fit(films, rows)
	set, _ := schema.Set("films", films, rows)
	fmt.Println(schema.Task(), schema.Answers())
	for i := range set.Len() {
		fmt.Println(set.Target(i))
	}
	// Output:
	// labels [action comedy drama award]
	// [0 1 0 0]
	// [1 0 1 1]
	// [0 0 1 0]
	// [0 0 0 0]
	// [1 1 0 1]
}

// Two numbers to learn: each becomes a standardised one, and comes back in its own unit.
func Example_severalTargets() {
	houses, _ := Read(strings.NewReader(`area,price,rent
100,200000,1000
150,300000,1400
200,400000,1800
`), csv.Options{Name: "houses.csv"}, Guess)
	schema, _ := Infer(houses, Options{Target: "price,rent"})
	rows, _ := schema.Examples(houses)
	schema, _ = schema.Fit(houses, rows)
	set, _ := schema.Set("houses", houses, rows)
	for i := range set.Len() {
		z := set.Target(i)
		fmt.Printf("%.3f → %.0f and %.0f\n", z, schema.Number(0, z[0]), schema.Number(1, z[1]))
	}
	// Output:
	// [-1.225 -1.225] → 200000 and 1000
	// [0.000 0.000] → 300000 and 1400
	// [1.225 1.225] → 400000 and 1800
}

// TestLabelCells: what the cells of labels say, and which rows say nothing.
func TestLabelCells(t *testing.T) {
	a := table(t, "x,tags,ok\n1,a|b,yes\n2, b | b ,NO\n3,none,1\n4,,0\n5,-,true\n6,NA,yes\n7,a,?\n8,|a|,no\n9,a,maybe\n")
	if _, err := Infer(a, Options{Target: "tags,ok"}); err == nil || !strings.Contains(err.Error(), `"ok" is neither numbers nor yes and no`) {
		t.Errorf("maybe is a truth: %v", err)
	}
	a = table(t, "x,tags,ok\n1,a|b,yes\n2, b | b ,NO\n3,none,1\n4,,0\n5,-,true\n6,NA,yes\n7,a,?\n8,|a|,no\n")
	s, rows := fitted(t, a, Options{Target: "ok,tags", Kinds: map[string]Kind{"x": Number}})
	if _, without := s.Examples(a); !slices.Equal(without, []int{7, 8}) {
		t.Errorf("without a target: lines %v; want 7 and 8", without)
	}
	set, err := s.Set("a", a, rows)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]float32{{1, 1, 1}, {0, 0, 1}, {1, 0, 0}, {0, 0, 0}, {1, 0, 0}, {0, 1, 0}}
	for i, w := range want {
		if got := set.Target(i); !slices.Equal(got, w) {
			t.Errorf("line %d: %v; want %v", a.Line(int(rows[i])), got, w)
		}
	}
	if set.Kind() != dataset.MultiHot || !slices.Equal(set.Classes, []string{"ok", "a", "b"}) {
		t.Errorf("%v of %v", set.Kind(), set.Classes)
	}

	// By position, with the targets and without them.
	for _, c := range []struct{ cells, want string }{{"4|a|yes", ""}, {"4", ""}, {"4|a|b|c", "with or without"}} {
		cells := strings.Split(c.cells, "|")
		b, err := s.BindPositions(len(cells))
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", c.cells, err)
			}
			continue
		}
		if err != nil || b.HasTarget() != (len(cells) > 1) {
			t.Errorf("%s: %v, targets %v", c.cells, err, b.Lacking())
		}
	}
	b, err := s.Bind([]string{"tags", "x", "ok"})
	if err != nil {
		t.Fatal(err)
	}
	dst := make([]float32, 3)
	for cells, want := range map[string]string{
		"c,1,yes": `tags has "c", a label that was not there in training; known are a, b`,
		"a,1,2":   `ok is "2"; want yes or no`, "NA,1,yes": "the target is missing", "a,1,": "the target is missing", "b,1,f": "",
	} {
		var row [][]byte
		for _, cell := range strings.Split(cells, ",") {
			row = append(row, []byte(cell))
		}
		_, err := b.Targets(dst, row)
		if err == nil && want != "" || err != nil && err.Error() != want {
			t.Errorf("%s: %v; want %q", cells, err, want)
		}
	}
	if _, err := b.Targets(dst, [][]byte{[]byte("b"), []byte("1"), []byte("f")}); err != nil || !slices.Equal(dst, []float32{0, 0, 1}) {
		t.Errorf("%v, %v", dst, err)
	}
}

// TestCheckTargets: what a file may claim about targets is checked before it is used.
func TestCheckTargets(t *testing.T) {
	for want, targets := range map[string][]Target{
		"there is no target":           nil,
		"two targets are called":       {{Name: "y", Std: 1}, {Name: "y", Std: 1, Position: 1}},
		"are of different tasks":       {{Name: "y", Std: 1}, {Name: "z", Labels: []string{"z"}, Position: 1}},
		"2 targets with classes":       {{Name: "y", Classes: []string{"a"}}, {Name: "z", Classes: []string{"b"}, Position: 1}},
		"both classes and labels":      {{Name: "y", Classes: []string{"a"}, Labels: []string{"b"}}},
		"nothing that keeps them":      {{Name: "y", Labels: []string{"a", "b"}}},
		"a separator, but no labels":   {{Name: "y", Separator: "|", Std: 1}},
		"two targets are column 1":     {{Name: "y", Std: 1, Position: 1}, {Name: "z", Std: 1, Position: 1}},
		"is column 3 of 3":             {{Name: "y", Std: 1}, {Name: "z", Std: 1, Position: 3}},
		"classes or labels are called": {{Name: "y", Labels: []string{"z"}}, {Name: "z", Labels: []string{"z"}, Position: 1}},
		"want numbers":                 {{Name: "y", Std: 1}, {Name: "z", Position: 1}},
		"two columns are called":       {{Name: "x", Std: 1}},
	} {
		s := Schema{Columns: []Column{{Name: "x", Kind: Number, Std: 1}}, Targets: targets}
		if err := s.Check(1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %s", err, want)
		}
	}
}

// FuzzTargets: whatever the cells of a target say, a schema that is made of them is sound, is stored and read as it is, and
// makes a target of every example.
func FuzzTargets(f *testing.F) {
	for _, text := range []string{
		"x,y,z\n1,a|b,yes\n2,b,no\n3,,yes\n4,a,no\n", "x,y,z\n1,1.5,2\n2,2.5,3\n3,NA,4\n4,1,1\n", "x;y;z\n1;1,5;1\n2;2,5;0\n3;x|y;1\n",
		"x,y,z\n1,|,0\n2,a||b,1\n3,none,-\n", "x,y,z\n1,1e308,-1e308\n2,-1e308,1e308\n", "x,y,z\n1,a;b;c,t\n2,a,f\n3,c;a,T\n",
	} {
		for _, task := range []Task{Auto, Labels, Regression, Classification} {
			f.Add(text, "y,z", string(task))
			f.Add(text, "y", string(task))
		}
	}
	f.Fuzz(func(t *testing.T, text, target, task string) {
		a, err := Read(strings.NewReader(text), csv.Options{Name: "t.csv"}, Guess)
		if err != nil {
			return
		}
		s, err := Infer(a, Options{Target: target, Task: Task(task)})
		if err != nil {
			return
		}
		rows, _ := s.Examples(a)
		rows = a.listed(rows)
		if s, err = s.Fit(a, rows); err != nil {
			return
		}
		stored, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var back Schema
		if err := json.Unmarshal(stored, &back); err != nil || back.Check(s.Width()) != nil {
			t.Fatalf("%v, %v: %s", err, back.Check(s.Width()), stored)
		}
		set, err := back.Set("t", a, rows)
		if err != nil {
			t.Fatal(err)
		}
		if set.Len() != len(rows) || set.Out != s.Outputs() || len(s.Answers()) != s.Outputs() {
			t.Fatalf("%v for %d rows and %d outputs", set, len(rows), s.Outputs())
		}
	})
}

// TestHostileTargets: lists without end and names by the thousand are a sentence, soon.
func TestHostileTargets(t *testing.T) {
	var many strings.Builder
	many.WriteString("x,tags\n")
	for i := range 1200 {
		fmt.Fprintf(&many, "%d.5,t%d|t%d\n", i%7, i, i+1)
	}
	bars := "x,tags\n1,a" + strings.Repeat("|", 1<<20) + "b\n2,a\n3,b\n"
	for _, c := range []struct{ name, text, target, task, want string }{
		{"labels by the thousand", many.String(), "tags", "labels", `is "tags", which has more than 1000 different labels`},
		{"taken for classes", many.String(), "tags", "", `is "tags", which has more than 1000 different values`},
		{"no label anywhere", "x,tags\n1,|\n2,||\n3,|\n", "tags", "labels", `is "tags", which has no label in any row`},
		{"a list of a million bars", bars, "tags", "", ""},
		{"a target of a million commas", "x,\"a,b\"\n1,2\n2,3\n", strings.Repeat(",", 1<<20), "", `is "", which is no column`},
	} {
		_, err := Infer(table(t, c.text), Options{Target: c.target, Task: Task(c.task)})
		if err == nil && c.want != "" || err != nil && (c.want == "" || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %.200v; want %s", c.name, err, c.want)
		}
	}
}
