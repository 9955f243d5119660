package book_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gradus-nn/gradus/book"
)

const source = `package ch09

// Twice is 2x.
func Twice(x float64) float64 { return 2 * x }

type Net[F any] struct{}

// Loss has none.
func (n *Net[F]) Loss() {}
`

func chapter(run func(p *book.Page) error) book.Chapter {
	return book.Chapter{
		Book: "saito", Number: 9, Title: "doubling", Shows: "Twice a number.",
		Source:   fstest.MapFS{"ch09.go": {Data: []byte(source)}},
		Sections: []book.Section{{Title: "9.1 twice", Names: [][2]string{{"2*x", "Twice(x)"}}, Code: []string{"Twice"}, Run: run}},
	}
}

func ExampleChapter_Show() {
	c := chapter(func(p *book.Page) error {
		p.Number("twice 2", 4, 4, 0)
		p.Number("twice 3", 6.1, 6, 1e-6)
		return nil
	})
	fmt.Println(c.Show(context.Background(), os.Stdout, book.Options{Code: true}))
	// Output:
	// Saito, Deep Learning from Scratch, chapter 9: doubling
	//
	// Twice a number.
	//
	// ── 9.1 twice ──
	//
	//   2*x   Twice(x)
	//
	//     // Twice is 2x.
	//     func Twice(x float64) float64 { return 2 * x }
	//
	//   twice 2                            4                    book 4
	//   twice 3                            6.1                  WRONG: want 6
	// book: saito 9: 1 of its numbers differ from the book's: twice 3
}

// Every way to state a result can be wrong, NaN included.
func TestWrongNumbers(t *testing.T) {
	for name, state := range map[string]func(p *book.Page){
		"a digit":          func(p *book.Page) { p.Number("x", 1.001, 1, 1e-4) },
		"a bit":            func(p *book.Page) { p.Number("x", 0.30000000000000004, 0.3, 0) },
		"NaN":              func(p *book.Page) { p.Number("x", nan(), 1, 1) },
		"too few":          func(p *book.Page) { p.Numbers("x", []float64{1}, []float64{1, 2}, 1) },
		"text":             func(p *book.Page) { p.Text("x", "0111", "0110") },
		"below the band":   func(p *book.Page) { p.Band("x", 0.9, 0.94, 0.955, ".9465") },
		"NaN in no band":   func(p *book.Page) { p.Band("x", nan(), 0.94, 0.955, ".9465") },
		"above the bounds": func(p *book.Page) { p.Bounds("x", 2e-7, 0, 1e-7) },
		"NaN in no bounds": func(p *book.Page) { p.Bounds("x", nan(), 0, 1e-7) },
		"second of vector": func(p *book.Page) { p.Numbers("x", []float64{1, 3}, []float64{1, 2}, 1e-6) },
	} {
		err := chapter(func(p *book.Page) error { state(p); return nil }).Show(t.Context(), t.Output(), book.Options{})
		var wrong *book.WrongError
		if !errors.As(err, &wrong) || len(wrong.Numbers) != 1 {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func nan() float64 { var zero float64; return zero / zero }

func TestDeclaration(t *testing.T) {
	files := fstest.MapFS{"ch09.go": {Data: []byte(source)}}
	for name, want := range map[string]string{
		"Twice":    "// Twice is 2x.\nfunc Twice(",
		"Net":      "type Net[F any] struct{}",
		"Net.Loss": "// Loss has none.\nfunc (n *Net[F]) Loss() {}",
	} {
		if have, err := book.Declaration(files, name); err != nil || !strings.HasPrefix(have, want) {
			t.Errorf("%s: %q, error %v", name, have, err)
		}
	}
	if _, err := book.Declaration(files, "Thrice"); err == nil {
		t.Error("a function that is not there was found")
	}
}
