package expr_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/numdiff"
	"github.com/gradus-nn/gradus/plot/expr"
)

func value(t *testing.T, text string, x, y float64) float64 {
	t.Helper()
	e, err := expr.Parse(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return e.Two(x, y)
}

// Every value can be worked out by hand, at x = 2 and y = 3.
func TestValues(t *testing.T) {
	for text, want := range map[string]float64{
		"1+2*3":           7,
		"(1+2)*3":         9,
		"10-4-3":          3,
		"24/4/2":          3,
		"2^3^2":           512, // 2^(3^2)
		"-x^2":            -4,  // -(x^2)
		"(-x)^2":          4,
		"2^-1":            0.5,
		"2**3":            8,
		"--x":             2,
		"+x":              2,
		"x*-y":            -6,
		" x + \ty ":       5,
		"x0*x1":           6,
		"X+Y":             5,
		".5":              0.5,
		"5.":              5,
		"1e2":             100,
		"1.5E-1":          0.15,
		"2*e":             2 * math.E,
		"pi":              math.Pi,
		"max(x,y)":        3,
		"min(x, y)":       2,
		"max(1,max(2,3))": 3,
		"exp(0)":          1,
		"log(e)":          1,
		"sin(0)":          0,
		"cos(0)":          1,
		"tanh(0)":         0,
		"sqrt(16)":        4,
		"abs(-3)":         3,
		"sigmoid(0)":      0.5,
		"sigmoid(1)":      1 / (1 + math.Exp(-1)), // 0.7311
		"relu(-2)":        0,
		"relu(x)":         2,
		"step(0)":         0,
		"step(0.1)":       1,
		"softplus(0)":     math.Ln2,
		"softplus(1000)":  1000, // where log(1+eˣ) would overflow
		"x^3":             8,
		"x0^2/20+x1^2":    9.2,
	} {
		if got := value(t, text, 2, 3); got != want {
			t.Errorf("%s = %v; want %v", text, got, want)
		}
	}
	if got := value(t, "step(x)", math.NaN(), 0); !math.IsNaN(got) {
		t.Errorf("step(NaN) = %v", got)
	}
}

// The book's number comes out of the typed function, too, to the last bit.
func TestBookDerivative(t *testing.T) {
	e, err := expr.Parse("0.01*x^2+0.1*x")
	if err != nil {
		t.Fatal(err)
	}
	if got := numdiff.DerivativeH(e.One, 5, numdiff.BookStep); got != 0.1999999999990898 {
		t.Errorf("f′(5) = %v; want 0.1999999999990898", got)
	}
	if got := numdiff.DerivativeH(e.One, 10, numdiff.BookStep); got != 0.2999999999986347 {
		t.Errorf("f′(10) = %v; want 0.2999999999986347", got)
	}
}

func TestErrorsHaveAColumn(t *testing.T) {
	for _, c := range []struct {
		text   string
		column int
		want   string
	}{
		{"", 1, "ends here; want a number"},
		{"2x", 2, "write 2*x for 2x"},
		{"1+", 3, "ends here"},
		{"(1", 3, `want ")"`},
		{"1)", 2, `")" is not expected`},
		{"sin x", 5, `"(" after sin`},
		{"sin(", 5, "ends here"},
		{"sin(1,2)", 8, "sin takes 1, have 2"},
		{"max(1)", 6, "max takes 2, have 1"},
		{"foo(1)", 1, `nothing is called "foo"`},
		{"x + z", 5, `nothing is called "z"`},
		{"x0 + y", 6, "two kinds"},
		{"x + x1", 5, "two kinds"},
		{"1 2", 3, `"2" is not expected`},
		{"1 $ 2", 3, `"$" is not expected`},
		{"é", 1, `"é" is not expected`},
		{"π*é", 1, "is not expected"},
		{".", 1, "want a number"},
		{"1e999", 1, "too large"},
		{"1\n+1", 2, "cannot stand"},
		{"\xff", 1, "cannot stand"},
		{strings.Repeat("(", 300) + "1", 201, "nested more than 200 deep"},
		{strings.Repeat("-", 300) + "1", 201, "nested more than 200 deep"},
	} {
		_, err := expr.Parse(c.text)
		var e *expr.Error
		if !errors.As(err, &e) {
			t.Errorf("%.20q: %v; want an *expr.Error", c.text, err)
			continue
		}
		if !strings.Contains(e.Error(), c.want) {
			t.Errorf("%.20q: %v; want %q", c.text, e, c.want)
		}
		if e.Column != c.column {
			t.Errorf("%.20q: column %d; want %d", c.text, e.Column, c.column)
		}
	}
	if _, err := expr.Parse(strings.Repeat("1+", 5000) + "1"); err == nil || !strings.Contains(err.Error(), "at most 4096") {
		t.Errorf("a long expression: %v", err)
	}
}

func ExampleParse() {
	f, _ := expr.Parse("x0^2/20 + x1^2")
	fmt.Println(f.Two(-7, 2), f.Vars())

	_, err := expr.Parse("0.5 * sin x")
	var wrong *expr.Error
	if errors.As(err, &wrong) {
		fmt.Println(wrong)
		fmt.Println(wrong.Caret())
	}
	// Output:
	// 6.45 [x0 x1]
	// column 11 of the function: "x" is not expected here; want "(" after sin
	// 0.5 * sin x
	//           ^
}

// Nothing that can be typed makes the parser panic, and what it takes can be computed; its errors point into the text.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"0.01*x^2+0.1*x", "x0^2/20+x1^2", "max(sin(x),-cos(y))", "2**-3^.5e-2", "sigmoid(relu(step(softplus(x))))", "((((1", "2x", "é\xff", "1e999", "e1", "1e", "----x",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := expr.Parse(text)
		var wrong *expr.Error
		switch {
		case err == nil:
			e.Two(1.5, -0.25)
			again, err := expr.Parse(e.String())
			if err != nil {
				t.Fatalf("%q was taken, but not %q: %v", text, e, err)
			}
			a, b := e.Two(0.5, 2), again.Two(0.5, 2)
			if a != b && !(math.IsNaN(a) && math.IsNaN(b)) {
				t.Fatalf("%q is %v, then %v", text, a, b)
			}
		case errors.As(err, &wrong):
			if wrong.Column < 1 || wrong.Column > len([]rune(wrong.Text))+1 {
				t.Fatalf("%q: column %d of %d", text, wrong.Column, len([]rune(wrong.Text)))
			}
			if strings.Count(wrong.Caret(), "\n") != 1 {
				t.Fatalf("%q: the caret takes %q", text, wrong.Caret())
			}
		case len(text) <= 4096:
			t.Fatalf("%q: %v is no *expr.Error", text, err)
		}
	})
}
