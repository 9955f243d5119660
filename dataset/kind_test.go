package dataset

import "testing"

func TestKind(t *testing.T) {
	x := NewFloats([]float32{1, 2}, 1)
	names := []string{"a", "b"}
	for _, c := range []struct {
		targets []float32
		classes []string
		want    Kind
	}{
		{[]float32{0, 1, 1, 0}, names, OneHot},
		{[]float32{.25, .75, 1, 0}, names, Soft},
		{[]float32{0, 1, 1, 1}, names, MultiHot},
		{[]float32{0, 0, 1, 0}, names, MultiHot},
		{[]float32{.3, .3, .5, .5}, names, Real},
		{[]float32{-1, 2, 1, 0}, names, Real},
		{[]float32{0, 1, 1, 0}, nil, Real},
	} {
		s, err := FromTargets("", x, nil, c.targets, 2, c.classes)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Kind(); got != c.want {
			t.Errorf("%v with %v is %v; want %v", c.targets, c.classes, got, c.want)
		}
		if (s.ClassCounts() != nil) != c.want.SingleClass() {
			t.Errorf("%v: class counts %v", c.want, s.ClassCounts())
		}
	}
	one, err := FromTargets("", x, nil, []float32{0, 1, 1, 0}, 2, names)
	if err != nil {
		t.Fatal(err)
	}
	if one.Many = true; one.Kind() != MultiHot || one.Head(1).Kind() != MultiHot {
		t.Error("labels are classes where every example happens to have one")
	}
	if k := numbered(3).Kind(); k != Labelled || !k.SingleClass() {
		t.Errorf("labels are %v", k)
	}
}
