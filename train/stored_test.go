package train

import (
	"math"
	"reflect"
	"testing"

	"github.com/gradus-nn/gradus/nn"
)

// Numbers survive JSON with all their bits.
func TestNumber(t *testing.T) {
	for _, v := range []float64{0, math.Copysign(0, -1), 1.0 / 3, 5e-324, math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN()} {
		data, err := number(v).MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var back number
		if err := back.UnmarshalJSON(data); err != nil || math.Float64bits(float64(back)) != math.Float64bits(v) && v == v || v != v && back == back {
			t.Errorf("%v became %s and %v: %v", v, data, back, err)
		}
	}
	var n number
	for _, bad := range []string{"", `"`, `"one"`, "{}", "null"} {
		if err := n.UnmarshalJSON([]byte(bad)); err == nil {
			t.Errorf("%q was read as %v", bad, n)
		}
	}
}

// Every field of an epoch is stored.
func TestStoredEpochIsWhole(t *testing.T) {
	e := Epoch{Number: 1, Step: 2, Rate: 3, Loss: 4, Penalty: 5, Improved: true, Examples: 6, Seconds: 7, Measured: 8}
	v := nn.Evaluation{Task: 2, Examples: 1, Loss: 2, Correct: 3, MAE: 4, RMSE: 5, R2: math.Inf(-1)}
	e.Train, e.HeldOut = &v, &v
	if back := loadEpochs(storeEpochs([]Epoch{e})); !reflect.DeepEqual(back, []Epoch{e}) {
		t.Errorf("%+v became %+v", e, back)
	}
	for _, s := range []reflect.Value{reflect.ValueOf(e), reflect.ValueOf(v)} {
		for i := range s.NumField() {
			if s.Type().Field(i).Name != "Live" && s.Field(i).IsZero() {
				t.Errorf("%s is not tested", s.Type().Field(i).Name)
			}
		}
	}
}
