// Package plot draws what networks learn and how: curves, contours with paths of descent, decision boundaries, images,
// weights, histograms and tables of confusion.
//
// A picture is plain data. SVG and PNG render it, Save does so by the name of a file, and CSV writes the numbers that it
// shows. The package draws; it trains nothing and reads no data set.
package plot

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/gradus-nn/gradus/internal/durable"
)

// A Picture is one of the types of this package: plain data that can be drawn.
type Picture interface {
	// Heading is the title, which is also the text alternative of an SVG.
	Heading() string
	draw(s *sheet)
	table(w *csv.Writer)
}

// A Size is the width and height of a picture in pixels; an SVG, which scales, has it as its natural size.
type Size struct{ Width, Height int }

// DefaultSize is 800 by 600, which is legible at half the size, too.
var DefaultSize = Size{800, 600}

// The sizes that can be drawn. Smaller ones leave no room for labels; larger ones are refused before memory is taken.
const (
	minSide = 160
	maxSide = 8192
)

func (s Size) String() string { return fmt.Sprintf("%dx%d", s.Width, s.Height) }

// Check returns an error if the size cannot be drawn.
func (s Size) Check() error {
	for _, side := range []int{s.Width, s.Height} {
		if side < minSide || side > maxSide {
			return fmt.Errorf("plot: a picture of %v pixels; want sides of %d to %d, such as 800x600", s, minSide, maxSide)
		}
	}
	return nil
}

// CSV writes the numbers that a picture shows, with a line of names.
func CSV(w io.Writer, p Picture) error {
	out := csv.NewWriter(w)
	p.table(out)
	out.Flush()
	return out.Error()
}

// Save draws p into a file, as SVG or PNG by the end of its name. The file is replaced whole or not at all.
func Save(path string, p Picture, size Size) error {
	var content []byte
	var err error
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".svg":
		content, err = SVG(p, size)
	case ".png":
		content, err = PNG(p, size)
	default:
		return fmt.Errorf("plot: %s: want a name that ends in .svg or .png", path)
	}
	if err != nil {
		return err
	}
	return write(path, content)
}

// SaveCSV writes the numbers of p into a file, whole or not at all.
func SaveCSV(path string, p Picture) error {
	var b bytes.Buffer
	if err := CSV(&b, p); err != nil {
		return err
	}
	return write(path, b.Bytes())
}

func write(path string, content []byte) error {
	return durable.Write(path, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}
