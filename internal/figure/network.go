package figure

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/dataset/catalog"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/picture"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/saved"
	"github.com/gradus-nn/gradus/internal/session"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/plot"
)

// mostTiles is how many images one picture holds.
const mostTiles = 400

// Digits is a grid of the images of a data set, from..to as in "0..24", both ends included.
func Digits(name, index, part string) (plot.Picture, error) {
	train, test, _, err := catalog.Load(name, catalog.Options{})
	if err != nil {
		return nil, exit.With(exit.Data, err)
	}
	set := train
	switch part {
	case "train":
	case "test":
		set = test
	default:
		return nil, exit.Usagef("gradus plot digits: --part is %q; want train or test", part)
	}
	h, w, ok := picture.Size(set.Shape)
	if !ok {
		return nil, exit.Dataf("%s has examples of shape %v, which are no images", name, set.Shape)
	}
	lo, hi, err := indices(index)
	if err != nil {
		return nil, err
	}
	if hi >= set.Len() {
		return nil, exit.Usagef("gradus plot digits: --index %s: the %s part of %s has the images 0 to %d", index, part, name, set.Len()-1)
	}
	d := plot.Digits{Title: fmt.Sprintf("%s, %s images %d to %d", name, part, lo, hi)}
	if lo == hi {
		d.Title = fmt.Sprintf("%s, %s image %d", name, part, lo)
	}
	for i := lo; i <= hi; i++ {
		caption := fmt.Sprint(i)
		if set.Kind().SingleClass() {
			caption = set.ClassName(set.Label(i))
		}
		d.Tiles = append(d.Tiles, tile(caption, h, w, set.Example(i)))
	}
	d.Tiles = normal(d.Tiles)
	return d, nil
}

func tile(caption string, h, w int, pixels []float32) plot.Tile {
	t := plot.Tile{Caption: caption, Height: h, Width: w, Pixels: make([]float64, h*w)}
	for i, v := range pixels {
		t.Pixels[i] = float64(v)
	}
	return t
}

// normal brings pixels of another range, such as 0 to 16, to 0 to 1.
func normal(tiles []plot.Tile) []plot.Tile {
	most := 1.0
	for _, t := range tiles {
		for _, v := range t.Pixels {
			most = max(most, v)
		}
	}
	for _, t := range tiles {
		for i := range t.Pixels {
			t.Pixels[i] /= most
		}
	}
	return tiles
}

func indices(text string) (lo, hi int, err error) {
	first, last, ok := strings.Cut(text, "..")
	if !ok {
		last = first
	}
	lo, err1 := strconv.Atoi(first)
	hi, err2 := strconv.Atoi(last)
	if err1 != nil || err2 != nil || lo < 0 || hi < lo {
		return 0, 0, exit.Usagef("gradus plot digits: --index %q; want a number or a range such as 0..24", text)
	}
	if hi-lo >= mostTiles {
		return 0, 0, exit.Usagef("gradus plot digits: --index %s is %d images; want at most %d", text, hi-lo+1, mostTiles)
	}
	return lo, hi, nil
}

// Weights is the first layer's weights, a tile for each unit.
func Weights(root, ref string) (plot.Picture, error) {
	u, err := saved.Open(root, ref)
	if err != nil {
		return nil, err
	}
	for _, t := range u.Model.Params {
		if len(t.Shape) != 2 {
			continue
		}
		in, out := t.Shape[0], t.Shape[1]
		w := make([]float64, in*out)
		if err := model.Copy(w, t); err != nil {
			return nil, err
		}
		p := plot.Weights{Title: fmt.Sprintf("%s of %s: %d × %d", t.Name, called(u.Path), in, out)}
		height, width, ok := picture.Size(u.Model.Spec.Input)
		if !ok || height*width != in {
			p.Tiles = []plot.Tile{{Caption: fmt.Sprintf("%d inputs down, %d units across", in, out), Height: in, Width: out, Pixels: w}}
			return p, nil
		}
		shown := min(out, 100)
		if shown < out {
			p.Title += fmt.Sprintf(", the first %d units", shown)
		}
		for j := range shown {
			pixels := make([]float64, in)
			for i := range pixels {
				pixels[i] = w[i*out+j]
			}
			t := plot.Tile{Height: height, Width: width, Pixels: pixels}
			if shown <= 40 {
				t.Caption = fmt.Sprint(j)
			}
			p.Tiles = append(p.Tiles, t)
		}
		return p, nil
	}
	return nil, exit.Dataf("%s has no layer with a matrix of weights", u.Path)
}

// called is a model's name in a title: its run's, or its file's.
func called(path string) string {
	name := filepath.Base(path)
	if name == runs.Last || name == runs.Best {
		return filepath.Base(filepath.Dir(path))
	}
	return name
}

// History is the curves of one or several runs.
func History(root string, refs []string) (plot.Picture, error) {
	var all []plot.Run
	for _, ref := range refs {
		run, err := runs.Open(root, ref)
		if err != nil {
			return nil, exit.With(exit.Data, err)
		}
		r, err := readRun(run)
		if err != nil {
			return nil, exit.With(exit.Data, err)
		}
		all = append(all, r)
	}
	p := plot.History(all...)
	if len(p.Plots) == 0 {
		return nil, exit.Dataf("nothing was measured in %s", strings.Join(refs, ", "))
	}
	return p, nil
}

func readRun(run *runs.Run) (plot.Run, error) {
	f, err := os.Open(run.Path(runs.CSV))
	if err != nil {
		return plot.Run{}, err
	}
	defer f.Close()
	return plot.ReadMetrics(f, run.Name())
}

// Confusion is the table of which class a model takes for which.
func Confusion(ctx context.Context, o session.EvalOptions) (plot.Picture, error) {
	r, err := session.Eval(ctx, o)
	if err != nil {
		return nil, err
	}
	return confusionOf(r)
}

func confusionOf(r *session.EvalReport) (plot.Picture, error) {
	if r.Confusion == nil {
		return nil, exit.Dataf("%s does not tell classes apart, so that it confuses none", r.Model)
	}
	return plot.Confusion{
		Title:   fmt.Sprintf("%s on %s: %.2f %% (%d / %d)", called(r.Model), r.Data, 100*r.Metrics["acc"], *r.Correct, r.Examples),
		Classes: r.Confusion.Classes, Counts: r.Table,
	}, nil
}

// Mistakes is the images that a model is most wrong about, with what they are and what it takes them for.
func Mistakes(ctx context.Context, o session.EvalOptions, n int) (plot.Picture, error) {
	if n < 1 || n > mostTiles {
		return nil, exit.Usagef("gradus plot mistakes: --count is %d; want 1 to %d", n, mostTiles)
	}
	o.Mistakes = n
	r, err := session.Eval(ctx, o)
	if err != nil {
		return nil, err
	}
	return mistakesOf(r)
}

func mistakesOf(r *session.EvalReport) (plot.Picture, error) {
	if _, _, _, ok := picture.Ink(make([]float32, r.Set.X.Width()), r.Set.Shape, r.Photos); !ok || r.Confusion == nil {
		return nil, exit.Dataf("%s has no classes of images to be wrong about", r.Data)
	}
	d := plot.Digits{Title: fmt.Sprintf("%d of the %d mistakes of %s: true → predicted", len(r.Mistakes), r.Examples-*r.Correct, called(r.Model))}
	for _, x := range r.Mistakes {
		ink, h, w, _ := picture.Ink(r.Set.Example(x.Index), r.Set.Shape, r.Photos)
		d.Tiles = append(d.Tiles, tile(fmt.Sprintf("%s → %s", x.Truth, x.Predicted), h, w, ink))
	}
	d.Tiles = normal(d.Tiles)
	return d, nil
}
