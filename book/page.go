package book

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"
)

// A Page is where a section writes its results, each number beside the one in the book.
type Page struct {
	Context context.Context
	Weights string // path of sample_weight.pkl; empty if there is none
	Quick   bool   // see Options

	to    io.Writer
	wrong []string
}

// Printf writes a line.
func (p *Page) Printf(format string, args ...any) {
	fmt.Fprintln(p.to, strings.TrimRight("  "+fmt.Sprintf(format, args...), " "))
}

// Number compares a number with the book's, within tolerance times its size; a tolerance of 0 means bit for bit.
func (p *Page) Number(what string, have, book, tolerance float64) {
	p.Numbers(what, []float64{have}, []float64{book}, tolerance)
}

// Numbers is Number for several at once.
func (p *Page) Numbers(what string, have, book []float64, tolerance float64) {
	right := len(have) == len(book)
	for i := 0; right && i < len(have); i++ {
		right = math.Abs(have[i]-book[i]) <= tolerance*math.Abs(book[i])
	}
	p.line(what, list(have), list(book), right)
}

// Text compares what is not a number, such as a column of a truth table.
func (p *Page) Text(what, have, book string) { p.line(what, have, book, have == book) }

// Band compares a result that depends on the draw of random numbers with the range in which the book's lies too.
func (p *Page) Band(what string, have, low, high float64, book string) {
	p.line(what, fmt.Sprintf("%.4g", have), fmt.Sprintf("%s (accepted: %v to %v)", book, low, high), have >= low && have <= high)
}

// Bounds compares a result with bounds that follow from what is shown, not from a book.
func (p *Page) Bounds(what string, have, low, high float64) {
	right := have >= low && have <= high
	verdict := "within"
	if !right {
		verdict = "WRONG: want"
		p.wrong = append(p.wrong, what)
	}
	p.Printf("%-34s %-*s %s %v to %v", what, shortResult, fmt.Sprintf("%.4g", have), verdict, low, high)
}

// shortResult is how many columns a result may take to stand beside the book's, and not above it.
const shortResult = 20

func (p *Page) line(what, have, book string, right bool) {
	verdict := "book"
	if !right {
		verdict = "WRONG: want"
		p.wrong = append(p.wrong, what)
	}
	if len([]rune(have)) <= shortResult {
		p.Printf("%-34s %-*s %s %s", what, shortResult, have, verdict, book)
		return
	}
	p.Printf("%-34s %s", what, have)
	p.Printf("%34s %s", verdict, book)
}

// list writes numbers with as many digits as the books print, or all of them where a bit counts.
func list(v []float64) string {
	var b strings.Builder
	for i, x := range v {
		if i > 0 {
			b.WriteString("  ")
		}
		fmt.Fprintf(&b, "%.16g", x)
	}
	return b.String()
}
