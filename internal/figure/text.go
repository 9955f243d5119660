package figure

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"github.com/guptarohit/asciigraph"

	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/plot"
)

// Show draws a picture where there is no file: as pixels where the terminal has them, and else in characters.
func Show(w io.Writer, caps terminal.Caps, p plot.Picture) error {
	if caps.Graphics != terminal.NoGraphics {
		content, err := plot.PNG(p, plot.DefaultSize)
		if err != nil {
			return err
		}
		img, err := png.Decode(bytes.NewReader(content))
		if err != nil {
			return err
		}
		return caps.Show(w, img)
	}
	t := &text{caps: caps, width: min(caps.Width, 120)}
	if t.width < 20 {
		t.width = 80
	}
	if title := p.Heading(); title != "" {
		t.line("%s", caps.Paint(terminal.Bold, terminal.Clean(title)))
	}
	if err := t.picture(p); err != nil {
		return err
	}
	shown := t.out.String()
	if !caps.UTF8 {
		shown = ascii.Replace(shown)
	}
	_, err := io.WriteString(w, shown)
	return err
}

// ascii writes what titles and captions of pictures have beyond ASCII, for outputs that have no more.
var ascii = strings.NewReplacer("√", "sqrt ", "′", "'", "±", "+-", "×", "x", "→", "->", "·", "*", "┤", "|", "┼", "+", "└", "+", "┬", "+", "─", "-")

type text struct {
	caps  terminal.Caps
	width int
	out   bytes.Buffer
}

func (t *text) line(format string, args ...any) { fmt.Fprintf(&t.out, format+"\n", args...) }

// colored reports whether colours and blocks can tell things apart.
func (t *text) colored() bool { return t.caps.Color >= terminal.Color256 && t.caps.UTF8 }

func (t *text) picture(p plot.Picture) error {
	switch p := p.(type) {
	case plot.Curves:
		t.curves(p, 16)
	case plot.Panels:
		for _, c := range p.Plots {
			t.line("\n%s", terminal.Clean(strings.TrimSpace(c.Title+" "+c.YLabel)))
			t.curves(c, 10)
		}
	case plot.Digits:
		captions := make([]string, len(p.Tiles))
		for i, tile := range p.Tiles {
			captions[i] = tile.Caption
		}
		return t.grid(p.Images(), captions)
	case plot.Weights:
		captions := make([]string, len(p.Tiles))
		for i, tile := range p.Tiles {
			captions[i] = tile.Caption
		}
		return t.grid(p.Images(), captions)
	case plot.Histograms:
		t.histograms(p)
	case plot.Confusion:
		t.confusion(p)
	case plot.Boundary:
		t.boundary(p)
	case plot.Contour:
		if t.colored() {
			t.raster(p, p.Grid.X, p.Grid.Y, p.XLabel, p.YLabel)
		} else {
			columns, rows := t.size()
			for _, line := range p.Letters(columns, rows/2) {
				t.line("%s", line)
			}
			t.ranges(p.Grid.X, p.Grid.Y, p.XLabel, p.YLabel)
		}
		for i, path := range p.Paths {
			n := len(path.Z) - 1
			sign := t.swatch(i)
			if !t.colored() {
				sign = string('a' + rune(i%26))
			}
			t.line("%s %s: from f = %.6g at (%.4g, %.4g) to %.6g at (%.4g, %.4g) in %d steps", sign, terminal.Clean(path.Name),
				path.Z[0], path.X[0], path.Y[0], path.Z[n], path.X[n], path.Y[n], n)
		}
	case plot.Surface:
		t.raster(p, p.Grid.X, p.Grid.Y, p.XLabel, p.YLabel)
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, v := range p.Grid.Z {
			lo, hi = min(lo, v), max(hi, v)
		}
		t.line("f from %.6g (dark) to %.6g (light)", lo, hi)
	}
	return nil
}

// letters draw curves apart where there are no colours.
var letters = []string{"*", "+", "o", "x", "#", "@", "%", "~"}

// graphColors are near to the hues of the pictures, among the 256 colours.
var graphColors = []asciigraph.AnsiColor{25, 166, 35, 175, 178, 74, 245, 185, 89, 100}

// curves draws lines over one axis. Each is asked at as many places as there are columns.
func (t *text) curves(c plot.Curves, height int) {
	lo, hi, columns := math.Inf(1), math.Inf(-1), t.width-14
	var shown []plot.Series
	for _, s := range c.Finite() {
		if s.Dots {
			continue
		}
		shown = append(shown, s)
		lo, hi = min(lo, s.X[0]), max(hi, s.X[len(s.X)-1])
	}
	if len(shown) == 0 {
		t.line("nothing to show")
		return
	}
	if lo == hi { // a single epoch
		for _, s := range shown {
			t.line("%s at %g: %.6g", terminal.Clean(s.Name), lo, s.Y[0])
		}
		return
	}
	bounds := c.Shown()
	var rows [][]float64
	options := []asciigraph.Option{asciigraph.Height(height), asciigraph.XAxisRange(lo, hi), asciigraph.Precision(3)}
	var names []string
	var colors []asciigraph.AnsiColor
	var sets []asciigraph.CharSet
	for i, s := range shown {
		row := make([]float64, columns)
		for k := range row {
			row[k] = at(s, lo+(hi-lo)*float64(k)/float64(columns-1))
			if row[k] < bounds.Lo || row[k] > bounds.Hi {
				row[k] = math.NaN()
			}
		}
		rows = append(rows, row)
		sign := letters[i%len(letters)]
		if t.colored() {
			colors = append(colors, graphColors[i%len(graphColors)])
		}
		if len(shown) > 1 && !t.colored() || !t.caps.UTF8 {
			sets = append(sets, asciigraph.CreateCharSet(sign))
			s.Name = sign + " " + s.Name
		}
		names = append(names, terminal.Clean(s.Name))
	}
	if colors != nil {
		options = append(options, asciigraph.SeriesColors(colors...))
	}
	if sets != nil {
		options = append(options, asciigraph.SeriesChars(sets...))
	}
	graph := asciigraph.PlotMany(rows, options...)
	t.line("%s", strings.TrimRight(graph, "\n"))
	for i, name := range names {
		if len(names) == 1 && shown[0].Name == "" {
			break
		}
		if colors != nil {
			name = colors[i].String() + "──" + asciigraph.Default.String() + " " + name
		}
		t.line("  %s", name)
	}
}

// at is a curve's value at x, on the line between its points.
func at(s plot.Series, x float64) float64 {
	for i := 1; i < len(s.X); i++ {
		if a, b := s.X[i-1], s.X[i]; a <= x && x <= b {
			if a == b {
				return s.Y[i]
			}
			u := (x - a) / (b - a)
			return s.Y[i-1]*(1-u) + s.Y[i]*u
		}
	}
	return math.NaN()
}

func (t *text) grid(images []image.Image, captions []string) error {
	var tiles []terminal.Tile
	for i, img := range images {
		var caption []string
		if captions[i] != "" {
			caption = []string{captions[i]}
		}
		tiles = append(tiles, terminal.Tile{Image: img, Caption: caption})
	}
	return t.caps.Grid(&t.out, tiles)
}

// swatch is a piece of the colour of class or path i.
func (t *text) swatch(i int) string {
	if !t.colored() {
		return "-"
	}
	h := plot.Hue(i)
	if t.caps.Color >= terminal.TrueColor {
		return fmt.Sprintf("\x1b[38;2;%d;%d;%dm██\x1b[0m", h.R, h.G, h.B)
	}
	return fmt.Sprintf("\x1b[38;5;%dm██\x1b[0m", graphColors[i%len(graphColors)])
}

// size is how many squares a map takes: half blocks are about square.
func (t *text) size() (columns, rows int) {
	columns = min(t.width-2, 72)
	return columns, columns * 2 / 3 &^ 1
}

func (t *text) raster(p plot.Raster, x, y []float64, xName, yName string) {
	columns, rows := t.size()
	for _, line := range t.caps.Blocks(p.Image(columns, rows)) {
		t.line("%s", line)
	}
	t.ranges(x, y, xName, yName)
}

func (t *text) ranges(x, y []float64, xName, yName string) {
	t.line("%s from %.4g to %.4g, %s from %.4g (below) to %.4g (above)", terminal.Clean(xName), x[0], x[len(x)-1], terminal.Clean(yName), y[0], y[len(y)-1])
}

// boundary draws regions in colours, or where there are none in letters: small ones for regions, large ones for examples.
func (t *text) boundary(b plot.Boundary) {
	columns, rows := t.size()
	if t.colored() {
		for _, line := range t.caps.Blocks(b.Image(columns, rows)) {
			t.line("%s", line)
		}
		for k, name := range b.Classes {
			t.line("%s %s", t.swatch(k), terminal.Clean(name))
		}
	} else {
		for _, line := range b.Letters(columns, rows/2) {
			t.line("%s", line)
		}
		for k, name := range b.Classes {
			t.line("%c region, %c example: %s", plot.Letter(k, false), plot.Letter(k, true), terminal.Clean(name))
		}
	}
	t.ranges(b.X, b.Y, or(b.XLabel, "x0"), or(b.YLabel, "x1"))
	if b.Note != "" {
		t.line("%s", terminal.Clean(b.Note))
	}
}

func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

func (t *text) histograms(h plot.Histograms) {
	ramp := []rune(" ▁▂▃▄▅▆▇█")
	if !t.caps.UTF8 {
		ramp = []rune(" .:-=+*#%@")
	}
	for _, row := range h.Rows {
		t.line("\n%s", terminal.Clean(row.Name))
		for _, part := range row.Parts {
			most := 0.0
			for i := range part.Counts {
				most = max(most, part.Share(i))
			}
			var bars strings.Builder
			for i := range part.Counts {
				v := part.Share(i) / max(most, 1e-300)
				k := int(math.Ceil(v * float64(len(ramp)-1)))
				bars.WriteRune(ramp[k])
			}
			t.line("  %-8s %6.3g |%s| %-6.3g %s", part.Name, part.Span.Lo, bars.String(), part.Span.Hi, fmt.Sprintf("%.3f ± %.3f", part.Mean, part.Std))
		}
	}
}

func (t *text) confusion(c plot.Confusion) {
	w := tabwriter.NewWriter(&t.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "true\\predicted\t")
	for _, name := range c.Classes {
		fmt.Fprintf(w, "%s\t", terminal.Clean(name))
	}
	fmt.Fprintln(w, "right\t")
	for i, name := range c.Classes {
		fmt.Fprintf(w, "%s\t", terminal.Clean(name))
		for j := range c.Classes {
			cell := "."
			if n := c.Counts[i][j]; n > 0 {
				cell = fmt.Sprint(n)
			}
			fmt.Fprintf(w, "%s\t", cell)
		}
		fmt.Fprintf(w, "%.1f %%\t\n", 100*c.Share(i, i))
	}
	w.Flush()
}
