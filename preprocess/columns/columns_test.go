package columns

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/csv"
)

func table(t testing.TB, text string) *Table {
	t.Helper()
	a, err := Read(strings.NewReader(text), csv.Options{Name: "t.csv"}, Guess)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// fitted returns the schema of a table, fitted to all its examples, and these as features.
func fitted(t testing.TB, a *Table, o Options) (*Schema, []uint32) {
	t.Helper()
	s, err := Infer(a, o)
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := s.Examples(a)
	if s, err = s.Fit(a, rows); err != nil {
		t.Fatal(err)
	}
	return s, rows
}

// Houses: a number with a gap, a category, and a price to learn.
func Example() {
	houses, _ := Read(strings.NewReader(`area,district,price
100,North,10
,South,20
140,North,30
`), csv.Options{Name: "houses.csv"}, Guess)
	schema, _ := Infer(houses, Options{Target: "price", Task: Regression})
	rows, _ := schema.Examples(houses)
	schema, _ = schema.Fit(houses, rows)
	fmt.Println(strings.Join(schema.Features(), " | "))
	set, _ := schema.Set("houses", houses, rows)
	for i := range set.Len() {
		fmt.Printf("%.3f → %.3f\n", set.Example(i), set.Target(i))
	}

	// Somebody else's table: another order, no price, a district that nobody has seen.
	b, _ := schema.Bind([]string{"district", "street", "area"})
	x := make([]float32, schema.Width())
	b.Features(x, [][]byte{[]byte("East"), []byte("High Street"), []byte("140")})
	fmt.Println(x)
	fmt.Println(strings.Join(b.Notes(), "\n"))
	// Output:
	// area | area is missing | district=North | district=South
	// [-1.000 0.000 1.000 0.000] → [-1.225]
	// [0.000 1.000 0.000 1.000] → [0.000]
	// [1.000 0.000 1.000 0.000] → [1.225]
	// [1 0 0 0]
	// 1 column is not used: the model does not know street
	// district "East" never seen in training (1 row with such a value) → treated as unknown
}

func TestKinds(t *testing.T) {
	var b strings.Builder
	b.WriteString("id\tarea\tfloor\tcity\tgarden\tbuilt\tnote\tunit\tnothing\todd\tde\tcode\tprice\n")
	for i := range 40 {
		odd := fmt.Sprint(i%7 + 3)
		if i == 9 {
			odd = "12o"
		}
		fmt.Fprintf(&b, "%d\t%d.5\t%d\t%s\t%s\t2020-01-%02d\ttext %d\tm\tNA\t%s\t%d,5\t%s\t%d,25\n",
			i+100, i*i%13, i%3, []string{"Bern", "Basel", ""}[i%3], []string{"yes", "No"}[i%2], i%28+1, i, odd, i%5, []string{"1", "2"}[i%2], i*7%31)
	}
	a := table(t, b.String())
	s, _ := fitted(t, a, Options{Target: "price", Kinds: map[string]Kind{"code": Category}})
	want := []string{
		"id ignored a number for each row", "area number", "floor number", "city category", "garden boolean", "built date",
		"note ignored unique text", "unit ignored constant", "nothing ignored empty", "odd number", "de number", "code category",
	}
	for i, c := range s.Columns {
		if got := strings.TrimSpace(fmt.Sprintf("%s %s %s", c.Name, c.Kind, c.Why)); got != want[i] {
			t.Errorf("%s; want %s", got, want[i])
		}
	}
	city, odd, de := s.Columns[3], s.Columns[9], s.Columns[10]
	if !city.Missing || !slices.Equal(city.Values, []string{"Basel", "Bern"}) {
		t.Errorf("city: %+v", city)
	}
	if odd.Bad != 1 || odd.Odd != (Odd{11, "12o"}) || !odd.Missing {
		t.Errorf("odd: %+v", odd)
	}
	if !de.DecimalComma || math.Abs(de.Mean-2.5) > 1e-12 {
		t.Errorf("de: %+v", de)
	}
	if !s.Targets[0].DecimalComma || len(s.Targets[0].Classes) != 0 {
		t.Errorf("target: %+v", s.Targets)
	}
	if got := len(s.Features()); got != s.Width() {
		t.Errorf("%d names for %d features", got, s.Width())
	}
}

func TestNumber(t *testing.T) {
	for text, want := range map[string]float64{
		"1": 1, "-1.5": -1.5, "−1": -1, "+2": 2, "1e3": 1000, ".5": .5, "1e-400": 0,
	} {
		if v, ok := number([]byte(text), false); !ok || v != want {
			t.Errorf("%s is read as %v, %v", text, v, ok)
		}
	}
	if v, ok := number([]byte("−1,5"), true); !ok || v != -1.5 {
		t.Errorf("−1,5 is read as %v, %v", v, ok)
	}
	for _, text := range []string{"", "inf", "-Inf", "NaN", "1e999", "0x1p-1074", "0x10", "1_000", "1,5", "1.000.000", "12o", "--1", "1 2", strings.Repeat("1", 100)} {
		if v, ok := number([]byte(text), false); ok {
			t.Errorf("%q is read as %v", text, v)
		}
	}
	if v, ok := number([]byte("1,000,000"), true); ok {
		t.Errorf("1,000,000 with decimal commas is read as %v", v)
	}
}

func TestMissing(t *testing.T) {
	for _, text := range []string{"", "NA", "n/a", "NaN", "null", "None", "?", "-", "#N/A"} {
		if !missing([]byte(text)) {
			t.Errorf("%q is not missing", text)
		}
	}
	for _, text := range []string{"0", "no", "nano", "-1", "missing value"} {
		if missing([]byte(text)) {
			t.Errorf("%q is missing", text)
		}
	}
}

func TestTarget(t *testing.T) {
	whole := "x,y\n" + strings.Repeat("1.5,10\n2.5,9\n3.5,10\n4.5,2\n1.2,9\n2.1,2\n", 5)
	for _, c := range []struct {
		name, text string
		o          Options
		classes    []string
	}{
		{"few whole numbers, sorted as numbers", whole, Options{Target: "y"}, []string{"2", "9", "10"}},
		{"unless numbers are asked for", whole, Options{Target: "y", Task: Regression}, nil},
		{"many numbers", "x,y\n1.5,1\n2,2\n3,3\n4,4\n5,5\n6,6\n", Options{Target: "y"}, nil},
		{"fractions", "x,y\n1.5,1.5\n2,1.5\n3,2.5\n4,2.5\n", Options{Target: "y"}, nil},
		{"text", "x,y\n1.5,b\n2,a\n3,b\n4,a\n", Options{Target: "y"}, []string{"a", "b"}},
		{"by its number", "1.5,b\n2,a\n3,b\n4,a\n", Options{Target: "2"}, []string{"a", "b"}},
	} {
		s, err := Infer(table(t, c.text), c.o)
		if err != nil || !slices.Equal(s.Classes(), c.classes) {
			t.Errorf("%s: %v, %v; want %q", c.name, s, err, c.classes)
		}
	}
	for _, c := range []struct{ name, text, target, task, want string }{
		{"no target named", "x,y\n1,2\n", "", "", "target is missing: which column of t.csv is to be learnt? One of x, y"},
		{"no such column", "x,y\n1,2\n", "z", "", `target is "z", which is no column of t.csv; want one of x, y`},
		{"one value", "x,y\n1,a\n2,a\n", "y", "", `target is "y", which is the same in every row`},
		{"empty", "x,y\n1,\n2,NA\n", "y", "", `target is "y", which is empty in every row`},
		{"all different", "x,y\n1,a\n2,b\n3,c\n", "y", "", `target is "y", whose values are all different`},
		{"text as numbers", "x,y\n1,a\n2,b\n3,a\n", "y", "regression", `task is regression, but "y" is not a column of numbers: t.csv:2 has "a"`},
		{"no such task", "x,y\n1,a\n2,b\n3,a\n", "y", "ranking", `task is "ranking"`},
	} {
		_, err := Infer(table(t, c.text), Options{Target: c.target, Task: Task(c.task)})
		var o *OptionError
		if !errors.As(err, &o) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %s", c.name, err, c.want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "csv: t.csv: it is empty; want a row of names and rows of values"},
		{"header only", "a,b\n", "csv: t.csv: it has a row of names, but no rows of values"},
		{"a name twice", "a,b,a\n1,2,3\n", `csv: t.csv:1: columns 1 and 3 are both called "a"; rename one of them`},
	} {
		_, err := Read(strings.NewReader(c.text), csv.Options{Name: "t.csv"}, Guess)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v; want %s", c.name, err, c.want)
		}
	}
}

// TestFitSeesOnlyItsRows: what is measured does not know the rows that are held out.
func TestFitSeesOnlyItsRows(t *testing.T) {
	a := table(t, "x,c,y\n1,a,p\n3,b,q\n1000,z,p\n,a,q\n")
	s, err := Infer(a, Options{Target: "y"})
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.Fit(a, []uint32{0, 1})
	if err != nil {
		t.Fatal(err)
	}
	if x := f.Columns[0]; x.Mean != 2 || x.Std != 1 || x.Median != 2 || x.Missing {
		t.Errorf("x: %+v", x)
	}
	if c := f.Columns[1]; !slices.Equal(c.Values, []string{"a", "b"}) {
		t.Errorf("c: %+v", c)
	}
	held, err := f.Set("held", a, []uint32{2, 3})
	if err != nil {
		t.Fatal(err)
	}
	if x := held.Example(0); !slices.Equal(x, []float32{998, 0, 0}) {
		t.Errorf("%v", x)
	}
	if x := held.Example(1); !slices.Equal(x, []float32{0, 1, 0}) {
		t.Errorf("%v", x)
	}
}

// TestStored: a schema that was written and read again gives the same features, to the bit.
func TestStored(t *testing.T) {
	a := table(t, "x;c;when;ok;y\n0,1;a;2020-02-29;yes;1,5\n0,7;b;2021-03-01;no;2,25\n;;;;3,5\n0,9;a;2022-12-31;yes;8\n")
	s, rows := fitted(t, a, Options{Target: "y", Task: Regression, Kinds: map[string]Kind{"when": Date}})
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back Schema
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	x, err := s.Set("a", a, rows)
	if err != nil {
		t.Fatal(err)
	}
	y, err := back.Set("b", a, rows)
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		if !reflect.DeepEqual(x.Example(i), y.Example(i)) || x.Target(i)[0] != y.Target(i)[0] {
			t.Errorf("row %d: %v %v; want %v %v", i, y.Example(i), y.Target(i), x.Example(i), x.Target(i))
		}
	}
	if v := back.Number(0, x.Target(1)[0]); math.Abs(v-2.25) > 1e-6 {
		t.Errorf("the second target comes back as %v", v)
	}
	if x.Unit != s.Targets[0].Std {
		t.Errorf("unit %v; want %v", x.Unit, s.Targets[0].Std)
	}
}

func TestBind(t *testing.T) {
	a := table(t, "id,x,y,c\n1,1,p,a\n2,3,q,b\n3,5,p,a\n4,7,q,b\n")
	s, _ := fitted(t, a, Options{Target: "y", Kinds: map[string]Kind{"id": Ignored}})
	if _, err := s.Bind([]string{"c", "y"}); err == nil || !strings.Contains(err.Error(), `no column "x"; it has c, y`) {
		t.Errorf("%v", err)
	}
	want := []float32{0, 1, 0}
	for _, c := range []struct {
		names []string
		cells string
	}{
		{[]string{"x", "c"}, "4,a"}, {[]string{"c", "more", "x"}, "a,?, 4 "}, {nil, "9,4,a"}, {nil, "9,4,p,a"},
	} {
		var cells [][]byte
		for _, text := range strings.Split(c.cells, ",") {
			cells = append(cells, []byte(text))
		}
		b, err := s.BindPositions(len(cells))
		if c.names != nil {
			b, err = s.Bind(c.names)
		}
		if err != nil {
			t.Fatal(err)
		}
		x := make([]float32, s.Width())
		if b.Features(x, cells); !slices.Equal(x, want) {
			t.Errorf("%v %s: %v; want %v", c.names, c.cells, x, want)
		}
	}
	if _, err := s.BindPositions(2); err == nil {
		t.Error("two cells for a table of four columns")
	}
	b, _ := s.Bind([]string{"x", "c", "y"})
	if _, err := b.Targets(nil, [][]byte{[]byte("1"), []byte("a"), []byte("r")}); err == nil || !strings.Contains(err.Error(), `y is "r", a class that was not there in training; known are p, q`) {
		t.Errorf("%v", err)
	}
	x := make([]float32, s.Width())
	if b.Features(x, [][]byte{[]byte("1e300"), []byte("NA"), nil}); x[0] != farthest {
		t.Errorf("1e300 becomes %v", x[0])
	}
	b.Features(x, [][]byte{[]byte("wide"), []byte("b"), nil})
	notes := strings.Join(b.Notes(), "\n")
	if !strings.Contains(notes, `x "wide" is no number (1 such cell) → treated as missing`) || !strings.Contains(notes, "c is missing in 1 row") {
		t.Error(notes)
	}
}

// TestCheck: what a file may claim about columns is checked before it is used.
func TestCheck(t *testing.T) {
	number := Column{Name: "x", Kind: Number, Std: 1}
	for name, s := range map[string]Schema{
		"a kind of the future": {Columns: []Column{{Name: "x", Kind: "picture"}}, Targets: []Target{{Name: "y", Std: 1}}},
		"no deviation":         {Columns: []Column{{Name: "x", Kind: Number}}, Targets: []Target{{Name: "y", Std: 1}}},
		"target without scale": {Columns: []Column{number}, Targets: []Target{{Name: "y"}}},
		"a name twice":         {Columns: []Column{number, number}, Targets: []Target{{Name: "y", Std: 1}}},
		"values twice":         {Columns: []Column{{Name: "x", Kind: Category, Values: []string{"a", "a"}}}, Targets: []Target{{Name: "y", Std: 1}}},
		"target elsewhere":     {Columns: []Column{number}, Targets: []Target{{Name: "y", Std: 1, Position: 7}}},
	} {
		if err := s.Check(s.Width()); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	fine := Schema{Columns: []Column{number}, Targets: []Target{{Name: "y", Std: 1}}}
	if err := fine.Check(1); err != nil {
		t.Error(err)
	}
	if err := fine.Check(2); err == nil {
		t.Error("one feature for a network of two inputs")
	}
}
