// Package report writes a page about a training that needs nothing but itself: pictures are inside it, and it asks no
// server for anything.
package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/gradus-nn/gradus/plot"
)

// A Fact is a line of the table at the top.
type Fact struct{ Name, Value string }

// A Figure is a picture with what there is to say about it.
type Figure struct {
	Picture plot.Picture
	Text    string
	Command string // that draws it again
}

// A File is text that is shown folded up.
type File struct{ Name, Text string }

// A Report is the content of a page. Text may come from outside: all of it is escaped.
type Report struct {
	Title    string
	Result   string // the one line to remember
	Facts    []Fact
	Warnings []string
	Figures  []Figure
	Files    []File
}

//go:embed page.html
var page string

var pageTemplate = template.Must(template.New("report").Parse(page))

// shown is a figure as the page takes it.
type shown struct {
	Figure
	Title string
	SVG   template.HTML // made by package plot, which escapes what it is given
}

// Write writes the page.
func Write(w io.Writer, r Report) error {
	var figures []shown
	for _, f := range r.Figures {
		svg, err := plot.SVG(f.Picture, plot.DefaultSize)
		if err != nil {
			return fmt.Errorf("report: %s: %w", f.Picture.Heading(), err)
		}
		_, body, ok := strings.Cut(string(svg), "<svg ")
		if !ok {
			return fmt.Errorf("report: %s: the picture is no SVG", f.Picture.Heading())
		}
		figures = append(figures, shown{f, f.Picture.Heading(), template.HTML("<svg " + body)})
	}
	return pageTemplate.Execute(w, struct {
		Report
		Figures []shown
	}{r, figures})
}
