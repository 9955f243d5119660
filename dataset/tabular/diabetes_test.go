package tabular

import (
	"fmt"
	"math"
	"testing"
)

func ExampleDiabetes() {
	patients, err := Diabetes()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(patients)
	fmt.Println(patients.Columns[2], patients.Example(0)[2], "→", patients.Target(0))
	// Output:
	// diabetes: 442 examples, 10 → 1 targets
	// bmi 32.1 → [151]
}

// TestDiabetes: means and deviations as they are published: bmi 26.4 ± 4.4, progression 152.1 ± 77.1 (Hastie's page; sample deviations).
func TestDiabetes(t *testing.T) {
	patients, err := Diabetes()
	if err != nil {
		t.Fatal(err)
	}
	if err := patients.CheckFinite(); err != nil || patients.Len() != 442 || patients.Columns[9] != "s6" {
		t.Fatal(err, patients, patients.Columns)
	}
	check := func(name string, mean, sd float64, value func(i int) float32) {
		sum, squares := 0.0, 0.0
		for i := range patients.Len() {
			sum += float64(value(i))
		}
		m := sum / 442
		for i := range patients.Len() {
			squares += (float64(value(i)) - m) * (float64(value(i)) - m)
		}
		if s := math.Sqrt(squares / 441); math.Abs(m-mean) > 0.05 || math.Abs(s-sd) > 0.05 {
			t.Errorf("%s: %.2f ± %.2f; want %v ± %v", name, m, s, mean, sd)
		}
	}
	check("bmi", 26.4, 4.4, func(i int) float32 { return patients.Example(i)[2] })
	check("progression", 152.1, 77.1, func(i int) float32 { return patients.Target(i)[0] })
}
