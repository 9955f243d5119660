package columns

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
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
