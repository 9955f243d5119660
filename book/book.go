// Package book holds what the chapters of two books have in common: Koki Saito's Deep Learning from Scratch and Michael
// Nielsen's Neural Networks and Deep Learning. Each chapter is a package below, named like saito/ch04, whose functions
// carry the names of the book. The engine does the arithmetic: a chapter is a view of it, not a second one.
//
// A Chapter can be run: it prints what it shows, its own code, and every number beside the one that the book prints.
package book

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// A Chapter is one chapter of a book.
type Chapter struct {
	Book     string // "saito" or "nielsen"
	Number   int
	Title    string
	Shows    string // what the reader will see, in a sentence or two
	Source   fs.FS  // the Go files of the package, embedded
	Sections []Section
}

// A Section shows one thing.
type Section struct {
	Title string
	Text  string      // what it is about; lines are broken where they are printed
	Names [][2]string // what the book calls something, and what it is here
	Code  []string    // functions and types of the package whose source is printed: "AND", "TwoLayerNet.Gradient"
	Run   func(p *Page) error
	Plot  string // command that draws the picture
}

// Options say how to show a chapter.
type Options struct {
	Weights string // path of sample_weight.pkl, the ready weights of Saito's chapter 3
	Width   int    // of the output in columns; 0 means 80
	Code    bool   // print the source as well
	Quick   bool   // fewer steps where a training takes seconds and its numbers are no published ones
}

// A WrongError says that numbers of a chapter are not those of the book.
type WrongError struct {
	Chapter Chapter
	Numbers []string
}

func (e *WrongError) Error() string {
	return fmt.Sprintf("book: %s: %d of its numbers differ from the book's: %s", e.Chapter.Name(), len(e.Numbers), strings.Join(e.Numbers, ", "))
}

// Name is how the chapter is called on the command line: "saito 4".
func (c Chapter) Name() string { return fmt.Sprintf("%s %d", c.Book, c.Number) }

// Show runs the chapter and writes it to w. It returns a *WrongError if a number is not the book's.
func (c Chapter) Show(ctx context.Context, w io.Writer, o Options) error {
	if o.Width == 0 {
		o.Width = 80
	}
	page := &Page{Context: ctx, Weights: o.Weights, Quick: o.Quick, to: w}
	fmt.Fprintf(w, "%s, chapter %d: %s\n\n", authors[c.Book], c.Number, c.Title)
	writeWrapped(w, c.Shows, "", o.Width)
	for _, s := range c.Sections {
		if err := ctx.Err(); err != nil {
			return err
		}
		fmt.Fprintf(w, "\n── %s ──\n", s.Title)
		writeWrapped(w, s.Text, "", o.Width)
		showNames(w, s.Names)
		if o.Code {
			if err := c.showCode(w, s); err != nil {
				return err
			}
		}
		if s.Run != nil {
			fmt.Fprintln(w)
			if err := s.Run(page); err != nil {
				return fmt.Errorf("book: %s: %s: %w", c.Name(), s.Title, err)
			}
		}
		if s.Plot != "" {
			fmt.Fprintf(w, "\n  picture   %s\n", s.Plot)
		}
	}
	if len(page.wrong) > 0 {
		return &WrongError{c, page.wrong}
	}
	return nil
}

var authors = map[string]string{
	"saito":   "Saito, Deep Learning from Scratch",
	"nielsen": "Nielsen, Neural Networks and Deep Learning",
}

func showNames(w io.Writer, names [][2]string) {
	width := 0
	for _, n := range names {
		width = max(width, len([]rune(n[0])))
	}
	if len(names) > 0 {
		fmt.Fprintln(w)
	}
	for _, n := range names {
		fmt.Fprintf(w, "  %s%s   %s\n", n[0], strings.Repeat(" ", width-len([]rune(n[0]))), n[1])
	}
}

func (c Chapter) showCode(w io.Writer, s Section) error {
	for _, name := range s.Code {
		source, err := Declaration(c.Source, name)
		if err != nil {
			return fmt.Errorf("book: %s: %w", c.Name(), err)
		}
		fmt.Fprintln(w)
		for line := range strings.Lines(source) {
			io.WriteString(w, strings.TrimRight("    "+line, " \t\n")+"\n")
		}
	}
	return nil
}

// writeWrapped writes text in lines of at most width columns.
func writeWrapped(w io.Writer, text, indent string, width int) {
	column := 0
	for _, word := range strings.Fields(text) {
		n := len([]rune(word))
		switch {
		case column == 0:
			io.WriteString(w, indent)
			column = len(indent)
		case column+1+n > width:
			io.WriteString(w, "\n"+indent)
			column = len(indent)
		default:
			io.WriteString(w, " ")
			column++
		}
		io.WriteString(w, word)
		column += n
	}
	if column > 0 {
		io.WriteString(w, "\n")
	}
}
