package regularizer

import (
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/internal/kind"
)

// By hand: w = (1, -2, 0, 3), so Σ|w| = 6 and Σw² = 14, with λ = 0.5, n = 10 examples, batches of m = 5.
func TestByHand(t *testing.T) {
	w := []float64{1, -2, 0, 3}
	for _, c := range []struct {
		penalty Regularizer
		cost    float64
		grad    [4]float64
	}{
		{L1{0.5, ""}, 0.3, [4]float64{0.05, -0.05, 0, 0.05}}, // λ/n = 0.05
		{L1{0.5, Nielsen}, 0.3, [4]float64{0.05, -0.05, 0, 0.05}},
		{L1{0.5, Saito}, 3, [4]float64{0.5, -0.5, 0, 0.5}},
		{L1{0.5, Sklearn}, 0.6, [4]float64{0.1, -0.1, 0, 0.1}},
		{L2{0.5, ""}, 0.35, [4]float64{0.05, -0.1, 0, 0.15}}, // λ/2n = 0.025
		{L2{0.5, Nielsen}, 0.35, [4]float64{0.05, -0.1, 0, 0.15}},
		{L2{0.5, Saito}, 3.5, [4]float64{0.5, -1, 0, 1.5}},
		{L2{0.5, Sklearn}, 0.7, [4]float64{0.1, -0.2, 0, 0.3}},
	} {
		l1, l2 := c.penalty.Coefficients(10, 5)
		cost := 0.0
		for i, v := range w {
			sign := float64(0)
			if v > 0 {
				sign = 1
			} else if v < 0 {
				sign = -1
			}
			cost += l1*sign*v + l2/2*v*v
			if d := l1*sign + l2*v - c.grad[i]; d > 1e-15 || d < -1e-15 {
				t.Errorf("%+v: gradient %d is %v too large", c.penalty, i, d)
			}
		}
		if d := cost - c.cost; d > 1e-15 || d < -1e-15 {
			t.Errorf("%+v: cost %v, want %v", c.penalty, cost, c.cost)
		}
	}
}

func TestStyleText(t *testing.T) {
	for _, s := range Styles {
		if have, err := ParseStyle(" " + strings.ToUpper(string(s))); have != s || err != nil {
			t.Errorf("%s: %q, %v", s, have, err)
		}
	}
	_, err := ParseStyle("keras")
	want := `regularizer: unknown style "keras"; want nielsen (λ/2n), saito (λ/2) or sklearn (λ/2 over the batch)`
	if err == nil || err.Error() != want {
		t.Errorf("have %v, want %s", err, want)
	}
}

func TestStored(t *testing.T) {
	for _, p := range append([]Regularizer{L1{0.1, Saito}, L2{5, Nielsen}, L2{1e-4, Sklearn}}, Kinds...) {
		data, err := kind.Encode(p)
		if err != nil {
			t.Fatal(err)
		}
		if have, err := kind.Decode[Regularizer](data); err != nil || have != p {
			t.Errorf("%s: decodes to %#v, %v", data, have, err)
		}
	}
	if p, err := kind.Decode[Regularizer]([]byte(`{"kind":"l2","lambda":1,"style":"keras"}`)); err == nil {
		t.Errorf("an unknown style was accepted: %v", p)
	}
}

func TestUnknownStylePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	L2{1, "nielson"}.Coefficients(1, 1)
}
