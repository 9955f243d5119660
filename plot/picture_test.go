package plot_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/plot"
)

// hostile is text that would break a document, a line or a terminal.
const hostile = "<script>&\"'\x1b[31m\n]]> é 中文 \xff"

func bowl(x, y float64) float64 { return x*x/20 + y*y }

// pictures is one of each kind, drawn from numbers that a reader knows.
func pictures(t *testing.T) map[string]plot.Picture {
	t.Helper()
	x := plot.Sample(-6, 6, 121)
	activations, err := plot.Activations([]layer.Layer{layer.Step{}, layer.Sigmoid{}, layer.ReLU{}}, x, false)
	if err != nil {
		t.Fatal(err)
	}
	derivatives, err := plot.Activations([]layer.Layer{layer.Sigmoid{}, layer.Tanh{}}, x, true)
	if err != nil {
		t.Fatal(err)
	}
	tangent, err := plot.Function("x^2", func(x float64) float64 { return x * x }, plot.Span{Lo: 0, Hi: 10}).
		WithTangent(func(x float64) float64 { return x * x }, 3)
	if err != nil {
		t.Fatal(err)
	}
	window := plot.Span{Lo: -10, Hi: 10}
	grid := plot.NewGrid(bowl, window, window, 21)
	path := plot.Path{Name: "sgd", X: []float64{-7, -6, -5}, Y: []float64{2, -1, 0.5}, Z: []float64{6.45, 2.8, 1.5}}
	side := plot.Sample(-1, 1, 11)
	right := plot.NewGrid(func(x, _ float64) float64 { return 1 / (1 + math.Exp(-8*x)) }, plot.Span{Lo: -1, Hi: 1}, plot.Span{Lo: -1, Hi: 1}, 11)
	left := slices.Clone(right.Z)
	for i := range left {
		left[i] = 1 - left[i]
	}
	tile := plot.Tile{Caption: "7", Height: 2, Width: 2, Pixels: []float64{0, 1, 0.5, -0.5}}
	run, err := plot.ReadMetrics(strings.NewReader("epoch,step,train_loss,val_loss,val_acc\n1,10,2,1.5,0.5\n2,20,1,0.75,\n3,30,0.5,0.5,0.9\n"), "3-mnist")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]plot.Picture{
		"activations": activations,
		"derivatives": derivatives,
		"tangent":     tangent,
		"contour":     plot.Contour{Title: "contour", XLabel: "x0", YLabel: "x1", Grid: grid},
		"descent":     plot.Contour{Title: "descent", XLabel: "x0", YLabel: "x1", Grid: grid, Paths: []plot.Path{path, path, path}},
		"surface":     plot.Surface{Title: "surface", XLabel: "x0", YLabel: "x1", ZLabel: "f", Grid: grid},
		"boundary": plot.Boundary{
			Title: "boundary", XLabel: "x0", YLabel: "x1", Classes: []string{"left", "right"}, X: side, Y: side, P: [][]float64{left, right.Z},
			Points: []plot.Point{{X: -0.5, Y: 0, Class: 0}, {X: 0.5, Y: 0.5, Class: 1}}, Note: "2 of 2 right",
		},
		"digits":     plot.Digits{Title: "digits", Tiles: []plot.Tile{tile, tile, tile}},
		"weights":    plot.Weights{Title: "weights", Tiles: []plot.Tile{tile, tile}},
		"history":    plot.History(run),
		"histories":  plot.History(run, run),
		"histograms": plot.Histograms{Title: "histograms", XLabel: "activation", Rows: []plot.HistogramRow{{Name: "he", Parts: []plot.Histogram{plot.NewHistogram("layer 1", x, plot.Span{Lo: -6, Hi: 6}, 30)}}}},
		"confusion":  plot.Confusion{Title: "confusion", Classes: []string{"cat", "dog"}, Counts: [][]int{{9, 1}, {0, 20}}},
	}
}

// hard are pictures of what can go wrong: nothing at all, constants, numbers that are none, text from outside.
func hard() map[string]plot.Picture {
	nan, inf := math.NaN(), math.Inf(1)
	window := plot.Span{Lo: -1, Hi: 1}
	tile := plot.Tile{Caption: hostile, Height: 1, Width: 3, Pixels: []float64{nan, inf, -inf}}
	return map[string]plot.Picture{
		"no curve":       plot.Curves{Title: hostile},
		"no number":      plot.Curves{Series: []plot.Series{{Name: hostile, X: []float64{0, 1}, Y: []float64{nan, inf}}}},
		"one point":      plot.Curves{Series: []plot.Series{{X: []float64{3}, Y: []float64{4}}}},
		"constant":       plot.Curves{Series: []plot.Series{{X: []float64{0, 1}, Y: []float64{5, 5}}}},
		"huge":           plot.Curves{Series: []plot.Series{{X: []float64{0, 1}, Y: []float64{1e300, -1e300}}}},
		"tiny":           plot.Curves{Series: []plot.Series{{X: []float64{1, 1 + 1e-15}, Y: []float64{1e-300, 2e-300}}}},
		"largest":        plot.Curves{Series: []plot.Series{{X: []float64{0, 1}, Y: []float64{math.MaxFloat64, -math.MaxFloat64}}}},
		"pole":           plot.Function("1/x", func(x float64) float64 { return 1 / x }, plot.Span{Lo: -1, Hi: 1}),
		"no panels":      plot.Panels{Title: hostile},
		"flat":           plot.Contour{Title: hostile, Grid: plot.NewGrid(func(_, _ float64) float64 { return 1 }, window, window, 5)},
		"no heights":     plot.Surface{Title: hostile, Grid: plot.NewGrid(func(_, _ float64) float64 { return nan }, window, window, 5)},
		"runaway":        plot.Contour{Grid: plot.NewGrid(bowl, window, window, 5), Paths: []plot.Path{{Name: hostile, X: []float64{0, 1e300}, Y: []float64{0, -1e300}, Z: []float64{0, inf}}}},
		"many paths":     plot.Contour{Title: "many", Grid: plot.NewGrid(bowl, window, window, 5), Paths: make([]plot.Path, 60)},
		"no images":      plot.Digits{Title: hostile},
		"strange images": plot.Digits{Tiles: []plot.Tile{tile}},
		"no weights":     plot.Weights{Tiles: []plot.Tile{tile}},
		"no classes":     plot.Confusion{},
		"many classes":   manyClasses(60),
		"no histograms":  plot.Histograms{},
		"empty bins":     plot.Histograms{Rows: []plot.HistogramRow{{Name: hostile, Parts: []plot.Histogram{plot.NewHistogram(hostile, []float64{nan}, plot.Span{Lo: 0, Hi: 1}, 4)}}}},
	}
}

func manyClasses(n int) plot.Confusion {
	c := plot.Confusion{Title: strings.Repeat("long ", 60)}
	for i := range n {
		c.Classes = append(c.Classes, hostile+fmt.Sprint(i))
		row := make([]int, n)
		row[i] = 123456
		c.Counts = append(c.Counts, row)
	}
	return c
}

// svg is what a test looks at in a document.
type svg struct {
	ViewBox string `xml:"viewBox,attr"`
	Title   string `xml:"title"`
	texts   []string
	paths   []string
	colors  []string
}

func parse(t *testing.T, document []byte) svg {
	t.Helper()
	var s svg
	if err := xml.Unmarshal(document, &s); err != nil {
		t.Fatalf("the SVG is no XML: %v", err)
	}
	d := xml.NewDecoder(bytes.NewReader(document))
	element := ""
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return s
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			element = token.Name.Local
			for _, a := range token.Attr {
				if element == "path" && a.Name.Local == "d" {
					s.paths = append(s.paths, a.Value)
				}
				if a.Name.Local == "style" {
					s.colors = append(s.colors, a.Value)
				}
			}
		case xml.CharData:
			if element == "text" && strings.TrimSpace(string(token)) != "" {
				s.texts = append(s.texts, string(token))
			}
		case xml.EndElement:
			element = ""
		}
	}
}

var pairs = regexp.MustCompile(`[ML](-?[\d.]+(?:e[-+]?\d+)?),(-?[\d.]+(?:e[-+]?\d+)?)`)

// checkInside fails if a corner of a path lies outside the view box.
func checkInside(t *testing.T, s svg) {
	t.Helper()
	var left, top, width, height float64
	if _, err := fmt.Sscan(s.ViewBox, &left, &top, &width, &height); err != nil {
		t.Fatalf("viewBox %q: %v", s.ViewBox, err)
	}
	for _, d := range s.paths {
		if strings.Contains(d, "NaN") || strings.Contains(d, "Inf") {
			t.Errorf("path %.80q has coordinates that are no numbers", d)
		}
		for _, m := range pairs.FindAllStringSubmatch(d, -1) {
			x, _ := strconv.ParseFloat(m[1], 64)
			y, _ := strconv.ParseFloat(m[2], 64)
			if x < -0.01 || y < -0.01 || x > width+0.01 || y > height+0.01 {
				t.Errorf("a path goes to (%v, %v), outside the %v by %v of the view box", x, y, width, height)
				return
			}
		}
	}
}

func TestEveryPictureIsWhole(t *testing.T) {
	for name, p := range pictures(t) {
		for _, size := range []plot.Size{{800, 600}, {400, 300}, {160, 160}, {1000, 200}} {
			t.Run(fmt.Sprintf("%s/%v", name, size), func(t *testing.T) {
				document, err := plot.SVG(p, size)
				if err != nil {
					t.Fatal(err)
				}
				s := parse(t, document)
				checkInside(t, s)
				if s.Title != p.Heading() {
					t.Errorf("the text alternative is %q; want the title %q", s.Title, p.Heading())
				}
				if size == plot.DefaultSize && !slices.Contains(s.texts, p.Heading()) {
					t.Errorf("the title %q is not written; there is %q", p.Heading(), s.texts)
				}
			})
		}
	}
}

func TestHardPicturesAreDrawnAllTheSame(t *testing.T) {
	for name, p := range hard() {
		t.Run(name, func(t *testing.T) {
			least, err := plot.SVG(p, plot.Size{Width: 160, Height: 160})
			if err != nil {
				t.Fatal(err)
			}
			checkInside(t, parse(t, least))
			document, err := plot.SVG(p, plot.Size{Width: 400, Height: 300})
			if err != nil {
				t.Fatal(err)
			}
			checkInside(t, parse(t, document))
			if bytes.Contains(document, []byte("<script")) || bytes.IndexByte(document, 0x1b) >= 0 {
				t.Error("text from outside is not escaped")
			}
			if _, err := plot.PNG(p, plot.Size{Width: 400, Height: 300}); err != nil {
				t.Fatal(err)
			}
			if err := plot.CSV(io.Discard, p); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestLabels(t *testing.T) {
	all := pictures(t)
	for name, want := range map[string][]string{
		"activations": {"step", "sigmoid", "relu", "x", "f(x)", "-6", "0", "6"},
		"derivatives": {"sigmoid", "tanh", "f(x)", "f′(x)"},
		"tangent":     {"f(x)", "tangent at x = 3, slope 6", "(3, 9)"},
		"descent":     {"sgd", "x0", "x1", "2 steps: f from 6.45 to 1.5"},
		"surface":     {"f", "x0", "x1"},
		"boundary":    {"left", "right", "2 of 2 right"},
		"digits":      {"7"},
		"weights":     {"weight", "7"},
		"history":     {"training", "validation", "epoch", "loss", "accuracy"},
		"histograms":  {"he", "activation", "layer 1: 0.00 ± 3.49"},
		"confusion":   {"true", "predicted", "cat", "dog", "9", "90 %"},
	} {
		document, err := plot.SVG(all[name], plot.DefaultSize)
		if err != nil {
			t.Fatal(err)
		}
		texts := parse(t, document).texts
		for _, text := range want {
			if !slices.Contains(texts, text) {
				t.Errorf("%s: %q is not written; there is %q", name, text, texts)
			}
		}
	}
}

// What was trained on is a solid line of one colour, what was held out a dashed one of the other.
func TestHistoryColours(t *testing.T) {
	document, err := plot.SVG(pictures(t)["history"], plot.DefaultSize)
	if err != nil {
		t.Fatal(err)
	}
	var solid, dashed bool
	for _, style := range parse(t, document).colors {
		dashes := strings.Contains(style, "stroke-dasharray")
		if strings.Contains(style, "stroke:#2A6EA6") {
			solid = true
			if dashes {
				t.Errorf("the training's curve is dashed: %s", style)
			}
		}
		if strings.Contains(style, "stroke:#FFA933") {
			dashed = true
			if !dashes {
				t.Errorf("the validation's curve is solid: %s", style)
			}
		}
	}
	if !solid || !dashed {
		t.Errorf("training drawn: %v, validation drawn: %v; want both", solid, dashed)
	}
}

func TestPNG(t *testing.T) {
	for name, p := range pictures(t) {
		content, err := plot.PNG(p, plot.Size{Width: 401, Height: 300})
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		if img.Bounds().Size() != (image.Point{401, 300}) {
			t.Errorf("%s: %v pixels; want 401 by 300", name, img.Bounds().Size())
		}
		// A margin of paper is left all around: nothing is clipped. And there is ink.
		inked := false
		for y := range 300 {
			for x := range 401 {
				c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
				blank := c == color.NRGBA{0xff, 0xff, 0xff, 0xff}
				if !blank && (x < 2 || y < 2 || x > 398 || y > 297) {
					t.Fatalf("%s: there is ink at (%d, %d), at the very edge", name, x, y)
				}
				inked = inked || !blank
			}
		}
		if !inked {
			t.Errorf("%s: the paper is blank", name)
		}
	}
}

// tangentName is the tangent's in the legend.
const tangentName = "tangent at x = 3, slope 6"

func rows(t *testing.T, p plot.Picture) [][]string {
	t.Helper()
	var b bytes.Buffer
	if err := plot.CSV(&b, p); err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestCSVIsTheMathematics(t *testing.T) {
	table := rows(t, pictures(t)["activations"])
	if !slices.Equal(table[0], []string{"x", "step", "sigmoid", "relu"}) {
		t.Errorf("columns %q", table[0])
	}
	for _, row := range table[1:] {
		v := make([]float64, 4)
		for i, cell := range row {
			v[i], _ = strconv.ParseFloat(cell, 64)
		}
		// Two units in the last place of 1: the networks' own sigmoid is a polynomial.
		if want := 1 / (1 + math.Exp(-v[0])); math.Abs(v[2]-want) > 5e-16 {
			t.Errorf("sigmoid(%v) = %v; want %v", v[0], v[2], want)
		}
		if want := max(0, v[0]); v[3] != want {
			t.Errorf("relu(%v) = %v; want %v", v[0], v[3], want)
		}
		want := 0.0
		if v[0] > 0 {
			want = 1
		}
		if v[1] != want {
			t.Errorf("step(%v) = %v; want %v", v[0], v[1], want)
		}
	}
	one := table[1+70] // x = -6 + 70·0.1
	if one[0] != "1" || !strings.HasPrefix(one[2], "0.73105857863000") {
		t.Errorf("at 70: x = %s, sigmoid = %s; want 1 and 0.7310585786300049", one[0], one[2])
	}

	descent := rows(t, pictures(t)["descent"])
	if got := descent[2]; !slices.Equal(got, []string{"sgd", "1", "-6", "-1", "2.8"}) {
		t.Errorf("the path's second point is %q", got)
	}
	surface := rows(t, pictures(t)["surface"])
	if got := surface[len(surface)-1]; !slices.Equal(got, []string{"10", "10", "105"}) { // 100/20 + 100
		t.Errorf("the corner is %q; want f(10, 10) = 105", got)
	}
	confusion := rows(t, pictures(t)["confusion"])
	if got := confusion[2]; !slices.Equal(got, []string{"cat", "dog", "1", "0.1"}) {
		t.Errorf("cats taken for dogs: %q; want 1, a tenth of the cats", got)
	}
	for _, row := range rows(t, pictures(t)["tangent"])[1:] {
		if row[0] == tangentName && row[1] == "5" && !strings.HasPrefix(row[2], "21.0000") && !strings.HasPrefix(row[2], "20.9999") {
			t.Errorf("the tangent to x² at 3 is %s at 5; want 9 + 6·2 = 21", row[2])
		}
	}
}

func TestSave(t *testing.T) {
	dir := t.TempDir()
	p := plot.Confusion{Title: "t", Classes: []string{"a"}, Counts: [][]int{{1}}}
	for name, begin := range map[string]string{"a.svg": "<?xml", "b.PNG": "\x89PNG"} {
		path := filepath.Join(dir, name)
		if err := plot.Save(path, p, plot.DefaultSize); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(path)
		if err != nil || !strings.HasPrefix(string(content), begin) {
			t.Errorf("%s begins with %.8q, %v; want %q", name, content, err, begin)
		}
	}
	for _, c := range []struct {
		path, want string
		size       plot.Size
	}{
		{"c.gif", "want a name that ends in .svg or .png", plot.DefaultSize},
		{"c.svg", "want sides of 160 to 8192", plot.Size{Width: 10, Height: 600}},
		{"c.png", "want sides of 160 to 8192", plot.Size{Width: 800, Height: 1 << 30}},
	} {
		err := plot.Save(filepath.Join(dir, c.path), p, c.size)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s at %v: %v; want %q", c.path, c.size, err, c.want)
		}
		if _, err := os.Stat(filepath.Join(dir, c.path)); err == nil {
			t.Errorf("%s has been written", c.path)
		}
	}
}
