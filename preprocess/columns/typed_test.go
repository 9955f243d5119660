package columns

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/csv"
)

// Features of cells and of their typed values are the same bits: gaps, unknown values, capitals, spaces, decimal commas, dates.
func TestTypedValues(t *testing.T) {
	a, err := Read(strings.NewReader(`n;q;c;b;d;y
1,5;1;North;yes;2021-05-01;1
;2;South;no;;2
2,5;3;;Yes;2022-12-31T10:00:00;3
-7;4;North;NO;2020-02-29;4
`), csv.Options{Name: "t.csv"}, Present)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := fitted(t, a, Options{Target: "y", Task: Regression, Kinds: map[string]Kind{"q": Number}})
	b, err := s.Bind(a.Names)
	if err != nil {
		t.Fatal(err)
	}
	row := make([]Value, len(s.Columns))
	have, want := make([]float32, s.Width()), make([]float32, s.Width())
	for _, text := range []string{
		"1,5;1;North;yes;2021-05-01", ";;;;", "NaN;x;NA;null;31.12.2021", "1e300;-1e300; South ; YES ;2021/05/01", "2,5;4;East;maybe;1969-01-01 12:30",
		"−3;inf;-;?;0000-01-01",
	} {
		var cells [][]byte
		for _, cell := range strings.Split(text+";1", ";") {
			cells = append(cells, []byte(cell))
		}
		b.Features(want, cells)
		b.Values(row, cells)
		s.ValueFeatures(have, row)
		if !slices.Equal(have, want) {
			t.Errorf("%s: %v, want %v", text, have, want)
		}
	}
	row[0].Number, row[1].Number = math.Inf(1), math.Inf(-1) // which no cell can say
	s.ValueFeatures(have, row)
	row[0].Number, row[1].Number = math.NaN(), math.NaN()
	s.ValueFeatures(want, row)
	if !slices.Equal(have, want) {
		t.Errorf("infinities: %v, want %v as for missing numbers", have, want)
	}
}
