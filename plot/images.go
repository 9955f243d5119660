package plot

import (
	"encoding/csv"
	"fmt"
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Tile is a small image of one channel with a caption.
type Tile struct {
	Caption       string
	Height, Width int
	Pixels        []float64 // [Height, Width]
}

// Digits is a grid of images, black on white paper: 0 is paper, 1 is ink.
type Digits struct {
	Title string
	Tiles []Tile
}

// Heading returns the title.
func (d Digits) Heading() string { return d.Title }

// inked is the colour of a pixel of a digit.
func inked(v float64) color.NRGBA {
	if v != v {
		v = 0
	}
	g := 255 - uint8(math.Round(255*max(0, min(1, v))))
	return color.NRGBA{g, g, g, 0xff}
}

func (d Digits) draw(s *sheet) {
	s.titled(d.Title, titleSize).tiles(d.Tiles, inked)
}

func (d Digits) table(w *csv.Writer) { tileTable(w, d.Tiles) }

// Weights is what each unit of a layer looks for: its incoming weights as an image, orange where negative and blue where
// positive, all on one scale.
type Weights struct {
	Title string
	Tiles []Tile
}

// Heading returns the title.
func (f Weights) Heading() string { return f.Title }

// limit is the end of the scale: the weight that one in a thousand exceeds, so that a few giants do not leave the rest grey.
func (f Weights) limit() float64 {
	var all []float64
	for _, t := range f.Tiles {
		for _, v := range t.Pixels {
			if a := math.Abs(v); !math.IsNaN(a) && !math.IsInf(a, 0) {
				all = append(all, a)
			}
		}
	}
	return quantile(all, 0.999)
}

func (f Weights) draw(s *sheet) {
	s = s.titled(f.Title, titleSize)
	limit := f.limit()
	if limit <= 0 {
		limit = 1
	}
	bar := s.length(70)
	s.scaleBar(bar, Span{-limit, limit}, "weight", func(t float64) color.NRGBA { return Signed(2*t-1, 1) }, s.length(20))
	s.crop(0, bar, 0, 0).tiles(f.Tiles, func(v float64) color.NRGBA { return Signed(band(v/limit, 24), 1) })
}

// Images returns each tile by itself.
func (f Weights) Images() []image.Image {
	limit := f.limit()
	var all []image.Image
	for _, t := range f.Tiles {
		all = append(all, t.image(1, func(v float64) color.NRGBA { return Signed(v, limit) }))
	}
	return all
}

func (f Weights) table(w *csv.Writer) { tileTable(w, f.Tiles) }

// Images returns each tile by itself.
func (d Digits) Images() []image.Image {
	var all []image.Image
	for _, t := range d.Tiles {
		all = append(all, t.image(1, inked))
	}
	return all
}

// image draws a tile with squares of so many pixels.
func (t Tile) image(times int, of func(v float64) color.NRGBA) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, t.Width*times, t.Height*times))
	for y := range t.Height * times {
		for x := range t.Width * times {
			img.SetNRGBA(x, y, of(t.Pixels[y/times*t.Width+x/times]))
		}
	}
	return img
}

// tiles draws images in as many columns as lets them be large and fills the rows.
func (s *sheet) tiles(tiles []Tile, of func(v float64) color.NRGBA) {
	if len(tiles) == 0 {
		s.write(s.style(labelSize, faint), s.Center(), s.width(), "nothing to show")
		return
	}
	caption := vg.Length(0)
	for _, t := range tiles {
		if t.Caption != "" {
			caption = s.length(tickSize * 1.5)
		}
	}
	gap := s.length(8)
	columns, side, best := 1, vg.Length(0), 0.0
	for n := 1; n <= len(tiles); n++ {
		rows := (len(tiles) + n - 1) / n
		w := (s.width() - gap*vg.Length(n-1)) / vg.Length(n)
		h := (s.height()-gap*vg.Length(rows-1))/vg.Length(rows) - caption
		// Large images, and few empty places.
		full := float64(len(tiles)) / float64(n*rows)
		if d := min(w, h); float64(d)*full*full > best {
			columns, side, best = n, d, float64(d)*full*full
		}
	}
	rows := (len(tiles) + columns - 1) / columns
	for i, cell := range s.cells(columns, rows, gap)[:len(tiles)] {
		t := tiles[i]
		w, h := side, side
		if t.Width > t.Height {
			h = side * vg.Length(t.Height) / vg.Length(t.Width)
		} else {
			w = side * vg.Length(t.Width) / vg.Length(t.Height)
		}
		x, top := cell.Center().X-w/2, cell.Max.Y
		box := vg.Rectangle{Min: vg.Point{X: x, Y: top - h}, Max: vg.Point{X: x + w, Y: top}}
		// Squares of about as many pixels as they will take keep their edges.
		times := max(1, min(12, int(math.Round(float64(w/points(1))/float64(t.Width)))))
		s.DrawImage(box, small(t.image(times, of)))
		s.frame(box)
		if t.Caption != "" {
			s.write(s.style(tickSize, ink), vg.Point{X: cell.Center().X, Y: top - h - caption/2}, cell.width(), t.Caption)
		}
	}
}

// frame draws a thin line around a place.
func (s *sheet) frame(r vg.Rectangle) {
	s.SetLineStyle(draw.LineStyle{Color: color.NRGBA{0xb8, 0xbc, 0xc0, 0xff}, Width: s.length(0.6)})
	s.Stroke(r.Path())
}

func tileTable(w *csv.Writer, tiles []Tile) {
	w.Write([]string{"tile", "caption", "row", "column", "value"})
	for i, t := range tiles {
		for k, v := range t.Pixels {
			w.Write([]string{fmt.Sprint(i), t.Caption, fmt.Sprint(k / t.Width), fmt.Sprint(k % t.Width), number(v)})
		}
	}
}
