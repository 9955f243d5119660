package prediction

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/dataset/imagefolder"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/saved"
	"github.com/gradus-nn/gradus/internal/spreadsheet"
	"github.com/gradus-nn/gradus/internal/transcript"
	"github.com/gradus-nn/gradus/nn"
)

// takesImages reports whether a path means images: a folder, a file that is called so, or anything but a table for a model
// of images.
func (p *Predictor) takesImages(path string) bool {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return true
	}
	table := slices.Contains([]string{".csv", ".tsv", ".txt"}, strings.ToLower(filepath.Ext(path)))
	return imagefolder.IsImage(path) || p.Photos() && !table
}

// images answers for an image, or for all below a folder, in the order of their names. A broken one of a folder is a note; more than a
// few are an error at the end.
func (p *Predictor) images(path string, answer func(Prediction) error) error {
	paths, notes, err := imagefolder.List(path)
	if err != nil {
		return exit.With(exit.Data, err)
	}
	p.Notes = append(p.Notes, notes...)
	folder := len(paths) != 1 || paths[0] != path
	var broken []imagefolder.Broken
	each := p.eachDigit
	if p.Photos() {
		each = p.eachPhoto
	}
	err = each(paths, func(r Prediction, err error) error {
		if err == nil {
			return answer(r)
		}
		if !folder {
			return exit.With(exit.Data, err)
		}
		if broken = append(broken, imagefolder.Broken{Path: r.Input, Err: err}); len(broken) <= recipe.ShownBroken {
			p.Notes = append(p.Notes, "passed over: "+err.Error())
		}
		return nil
	})
	if err != nil {
		return err
	}
	if n := len(broken); imagefolder.TooMany(n, len(paths)) {
		return exit.Dataf("%s: %s of %s could not be read, the first is %w", path, nn.Thousands(n), transcript.Count(len(paths), "image", "images"), broken[0].Err)
	} else if n > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("%s of %s could not be read", nn.Thousands(n), transcript.Count(len(paths), "image", "images")))
	}
	return nil
}

// eachPhoto brings images into the form that the model was trained on.
func (p *Predictor) eachPhoto(paths []string, do func(Prediction, error) error) error {
	form, _, _ := saved.ImageForm(p.Model)
	x := make([]float32, form.Size())
	return imagefolder.Each(paths, form, 0, func(i int, pixels []byte, err error) error {
		if err != nil {
			return do(Prediction{Input: paths[i]}, fmt.Errorf("%s: %w", paths[i], err))
		}
		r, err := p.pixels(paths[i], pixels, x)
		if err != nil {
			return err
		}
		return do(r, nil)
	})
}

// pixels answers for the pixels of an image; x is room for as many features.
func (p *Predictor) pixels(input string, pixels []byte, x []float32) (Prediction, error) {
	for i, v := range pixels {
		x[i] = float32(v)
	}
	p.Model.Preprocess.Apply(x, len(x))
	return p.predict(input, x)
}

// eachDigit brings pictures of ink into the form of MNIST's.
func (p *Predictor) eachDigit(paths []string, do func(Prediction, error) error) error {
	for _, path := range paths {
		r, err := p.digit(path)
		r.Input = path
		if err := do(r, err); err != nil {
			return err
		}
	}
	return nil
}

// Input answers for what comes on the standard input: an image, if the model is one of images and it begins like one; else rows of
// numbers.
func (p *Predictor) Input(name string, r io.Reader, answer func(Prediction) error) error {
	in := bufio.NewReader(r)
	const mark = 16
	start, _ := in.Peek(mark)
	if !p.Photos() || !imagefolder.Begins(start) {
		return p.Rows(name, in, answer)
	}
	form, _, _ := saved.ImageForm(p.Model)
	pixels, err := imagefolder.ReadPixels(in, form)
	if err != nil {
		return exit.Dataf("%s: %w", name, err)
	}
	a, err := p.pixels(name, pixels, make([]float32, form.Size()))
	if err != nil {
		return err
	}
	return answer(a)
}

// A Listing writes predictions as rows of CSV: the input, the prediction, and for classes the probability of each.
type Listing struct {
	w       *csv.Writer
	classes []string
}

// Listing returns a table on w, and lets answers list all classes.
func (p *Predictor) Listing(w io.Writer) (*Listing, error) {
	t := &Listing{csv.NewWriter(w), nil}
	names := []string{"file", "prediction"}
	if len(p.Model.Classes) > 0 {
		t.classes, p.Top = p.Model.Classes, len(p.Model.Classes)
		for _, c := range t.classes {
			names = append(names, unused("p_"+c, names))
		}
	}
	return t, t.write(names)
}

// Add writes one prediction.
func (t *Listing) Add(r Prediction) error {
	row := []string{r.Input}
	if t.classes == nil {
		for _, v := range r.Values {
			row = append(row, strconv.FormatFloat(float64(v), 'g', -1, 32))
		}
		return t.write(row)
	}
	row = append(row, r.Label)
	p := map[string]float64{}
	for _, a := range r.Top {
		p[a.Label] = a.Probability
	}
	for _, c := range t.classes {
		row = append(row, strconv.FormatFloat(p[c], 'g', -1, 32))
	}
	return t.write(row)
}

func (t *Listing) write(row []string) error {
	if err := t.w.Write(spreadsheet.Harmless(row)); err != nil {
		return &OutputError{err}
	}
	return nil
}

// Flush writes what is left.
func (t *Listing) Flush() error {
	t.w.Flush()
	return t.w.Error()
}
