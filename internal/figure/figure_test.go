package figure

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/session"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/plot"
	"github.com/gradus-nn/gradus/tensor"
)

// usage fails unless err is a sentence with the exit code for a wrong command line.
func usage(t *testing.T, err error, want string) {
	t.Helper()
	if exit.Code(err) != exit.Usage || !strings.Contains(err.Error(), want) {
		t.Errorf("%v with code %d; want %q with code %d", err, exit.Code(err), want, exit.Usage)
	}
}

// Plain descent on x²/20 + y² has a closed form: each step multiplies x by 1 - rate/10 and y by 1 - 2·rate.
func TestDescendBySGD(t *testing.T) {
	f := func(v []float64) float64 { return v[0]*v[0]/20 + v[1]*v[1] }
	p := Descend(f, []float64{-7, 2}, optim.NewSGD(0.95), 30)
	if len(p.X) != 31 {
		t.Fatalf("%d points; want 31", len(p.X))
	}
	for i := range p.X {
		x, y := -7*math.Pow(1-0.095, float64(i)), 2*math.Pow(1-1.9, float64(i))
		if math.Abs(p.X[i]-x) > 1e-8 || math.Abs(p.Y[i]-y) > 1e-8 { // numerical gradients
			t.Fatalf("step %d is at (%v, %v); want (%v, %v)", i, p.X[i], p.Y[i], x, y)
		}
	}
}

func TestDescentThatRunsAwayEnds(t *testing.T) {
	f := func(v []float64) float64 { return v[0]*v[0] + v[1]*v[1] }
	p := Descend(f, []float64{1, 1}, optim.NewSGD(100), 10_000)
	if n := len(p.Z); n < 2 || n > 200 || math.IsInf(p.Z[n-1], 0) {
		t.Errorf("%d points, the last at %v; want an end before infinity", n, p.Z[n-1])
	}
}

func TestFunctions(t *testing.T) {
	tangent := 5.0
	p, err := Function("0.01*x^2+0.1*x", FunctionOptions{Tangent: &tangent})
	if err != nil {
		t.Fatal(err)
	}
	c := p.(plot.Curves)
	if len(c.Series) != 3 || c.Series[1].Name != "tangent at x = 5, slope 0.2" {
		t.Errorf("the curves are %v", c.Series)
	}
	p, err = Function("x0^2/20+x1^2", FunctionOptions{Descent: true, From: "-7,2", Opt: "sgd,momentum,adagrad,adam", Steps: 30})
	if err != nil {
		t.Fatal(err)
	}
	paths := p.(plot.Contour).Paths
	if len(paths) != 4 {
		t.Fatalf("%d paths; want 4", len(paths))
	}
	for _, path := range paths {
		if path.Z[30] > 0.2 || path.Z[30] >= path.Z[0] {
			t.Errorf("%s ends at %v", path.Name, path.Z[30])
		}
	}
	for _, c := range []struct {
		f, want string
		o       FunctionOptions
	}{
		{"2x", "column 2", FunctionOptions{}},
		{"sqrt(-1-x^2)", "not a finite number anywhere", FunctionOptions{}},
		{"x+y", "want two numbers", FunctionOptions{Descent: true, From: "1", Opt: "sgd", Steps: 3}},
		{"x+y", "unknown optimiser", FunctionOptions{Descent: true, From: "1,1", Opt: "sgdd", Steps: 3}},
		{"x+y", "want 1 to 100000", FunctionOptions{Descent: true, From: "1,1", Opt: "sgd"}},
		{"x+y", "one for each of the 2 optimisers", FunctionOptions{Descent: true, From: "1,1", Opt: "sgd,adam", LR: "1,2,3", Steps: 3}},
		{"log(x)+y", "another place to start", FunctionOptions{Descent: true, From: "-1,1", Opt: "sgd", Steps: 3}},
	} {
		_, err := Function(c.f, c.o)
		usage(t, err, c.want)
	}
	_, err = Activations([]string{"sigmoid", "sigmund"}, FunctionOptions{})
	usage(t, err, "sigmund")
	_, err = Activations([]string{"softmax"}, FunctionOptions{})
	usage(t, err, "has no curve")
}

// The gates answer as their tables do, and the small networks learn their sets.
func TestBoundaries(t *testing.T) {
	for name, want := range map[string][4]int{"and": {0, 0, 0, 1}, "nand": {1, 1, 1, 0}, "or": {0, 1, 1, 1}, "xor": {0, 1, 1, 0}} {
		p, err := Boundary(context.Background(), name, BoundaryOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for i, pt := range p.(plot.Boundary).Points {
			if pt.Class != want[i] {
				t.Errorf("%s(%v, %v) = %d; want %d", name, pt.X, pt.Y, pt.Class, want[i])
			}
		}
	}
	for _, name := range []string{"circles", "moons", "spiral"} {
		p, err := Boundary(context.Background(), name, BoundaryOptions{})
		if err != nil {
			t.Fatal(err)
		}
		b := p.(plot.Boundary)
		var share float64
		if _, err := fmt.Sscan(b.Note, &share); err != nil || share < 95 {
			t.Errorf("%s: %s; want 95 %% or more", name, b.Note)
		}
	}
}

// A saved model on two columns; a model of more must be told which.
func TestModelBoundary(t *testing.T) {
	dir := t.TempDir()
	save := func(name string, in int, data string) string {
		layers, err := nn.ParseLayers("dense 4 tanh, dense 3")
		if err != nil {
			t.Fatal(err)
		}
		net, err := nn.Compile[float32](nn.Spec{Input: tensor.Shape{in}, Layers: layers, Loss: loss.SoftmaxCrossEntropy{}}, nn.Config{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		m := model.From(net)
		m.Data = data
		path := filepath.Join(dir, name)
		if err := m.Save(path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	two, four := save("two.gradus", 2, "spiral"), save("four.gradus", 4, "iris")
	p, err := Boundary(context.Background(), two, BoundaryOptions{})
	if err != nil {
		t.Fatal(err)
	}
	b := p.(plot.Boundary)
	if len(b.P) != 3 || len(b.Points) == 0 {
		t.Errorf("%d classes and %d examples; want 3 and some", len(b.P), len(b.Points))
	}
	for i := range b.P[0] {
		if sum := b.P[0][i] + b.P[1][i] + b.P[2][i]; math.Abs(sum-1) > 1e-6 { // softmax in float32
			t.Fatalf("place %d: the probabilities sum to %v", i, sum)
		}
	}
	_, err = Boundary(context.Background(), four, BoundaryOptions{})
	usage(t, err, "name two of them with --columns")
	for columns, want := range map[string]string{"0,9": `no input is called "9"`, "1,1": "two different columns", "1": "two different columns", "x,y": "no input is called"} {
		_, err = Boundary(context.Background(), four, BoundaryOptions{Columns: columns})
		usage(t, err, want)
	}
	if _, err = Boundary(context.Background(), four, BoundaryOptions{Columns: "2,3"}); err != nil {
		t.Error(err)
	}
	if _, err = Weights("runs", four); err != nil {
		t.Error(err)
	}
	_, err = Boundary(context.Background(), "nothing", BoundaryOptions{Root: dir})
	if exit.Code(err) != exit.Data {
		t.Errorf("a model that is not there: %v", err)
	}
	p, err = Confusion(context.Background(), session.EvalOptions{Model: two, Part: "test"})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, row := range p.(plot.Confusion).Counts {
		for _, v := range row {
			n += v
		}
	}
	if n != 60 { // a fifth of 300 examples
		t.Errorf("%d examples in the table; want 60", n)
	}
	if _, err := Mistakes(context.Background(), session.EvalOptions{Model: two, Part: "test"}, 5); exit.Code(err) != exit.Data {
		t.Errorf("mistakes of points in a plane: %v", err)
	}
}

// Saito's section 6.2: weights of deviation 1 saturate sigmoids, of 0.01 leave all at one half; Xavier spreads them.
func TestInitial(t *testing.T) {
	p, err := Initial("std=1,std=0.01,xavier", "sigmoid", 0)
	if err != nil {
		t.Fatal(err)
	}
	rows := p.(plot.Histograms).Rows
	last := func(i int) plot.Histogram { return rows[i].Parts[initialLayers-1] }
	if h := last(0); h.Share(0)+h.Share(initialBins-1) < 0.5 {
		t.Errorf("deviation 1: %.2f at the ends; want more than half", h.Share(0)+h.Share(initialBins-1))
	}
	if h := last(1); h.Std > 0.03 {
		t.Errorf("deviation 0.01: spread by %.3f; want hardly any", h.Std)
	}
	if h := last(2); h.Std < 0.05 || h.Share(0)+h.Share(initialBins-1) > 0.1 {
		t.Errorf("xavier: spread by %.3f, %.2f at the ends; want a spread and no saturation", h.Std, h.Share(0))
	}
	for init, want := range map[string]string{"magic": "--init", "he,he,he,he,he,he,he": "at most 6"} {
		_, err := Initial(init, "sigmoid", 0)
		usage(t, err, want)
	}
	_, err = Initial("he", "dense 3", 0)
	usage(t, err, "not a function of one number")
}

func TestDigits(t *testing.T) {
	p, err := Digits("mnist", "0..3", "train")
	if err != nil {
		t.Fatal(err)
	}
	var captions []string
	for _, tile := range p.(plot.Digits).Tiles {
		captions = append(captions, tile.Caption)
	}
	if got := strings.Join(captions, " "); got != "5 0 4 1" {
		t.Errorf("MNIST begins with %s; want 5 0 4 1", got)
	}
	for index, want := range map[string]string{"": "want a number or a range", "5..2": "want a number or a range", "-1": "want a number", "0..400": "at most 400", "60000": "0 to 59999"} {
		_, err := Digits("mnist", index, "train")
		usage(t, err, want)
	}
	if _, err := Digits("iris", "0", "train"); exit.Code(err) != exit.Data {
		t.Errorf("images of flowers' measures: %v", err)
	}
}

// Every kind of picture is shown in every kind of terminal, in no more columns than it has, and in ASCII where it has no more.
func TestShow(t *testing.T) {
	var all []plot.Picture
	add := func(p plot.Picture, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	add(Activations([]string{"sigmoid", "relu"}, FunctionOptions{Derivative: true}))
	add(Function("1/x", FunctionOptions{}))
	add(Function("x^2+y^2", FunctionOptions{Descent: true, From: "1,1", Opt: "sgd,adam", Steps: 3}))
	add(Function("x^2+y^2", FunctionOptions{Surface: true}))
	add(Boundary(context.Background(), "xor", BoundaryOptions{}))
	add(Initial("he", "relu", 0))
	add(Digits("digits", "0..5", "train"))
	add(plot.Confusion{Title: "c", Classes: []string{"a", "b"}, Counts: [][]int{{1, 2}, {0, 4}}}, nil)
	add(plot.Weights{Tiles: []plot.Tile{{Height: 1, Width: 2, Pixels: []float64{1, -1}}}}, nil)
	for _, caps := range []terminal.Caps{
		{Width: 80},
		{TTY: true, Width: 60, UTF8: true},
		{TTY: true, Width: 200, UTF8: true, Color: terminal.TrueColor},
		{TTY: true, Width: 80, UTF8: true, Color: terminal.Color256},
		{TTY: true, Width: 80, UTF8: true, Color: terminal.TrueColor, Graphics: terminal.Kitty},
	} {
		for _, p := range all {
			var b bytes.Buffer
			if err := Show(&b, caps, p); err != nil {
				t.Fatal(err)
			}
			if b.Len() == 0 {
				t.Errorf("%T shows nothing", p)
			}
			if caps.Color != terminal.NoColor {
				continue
			}
			for _, line := range strings.Split(b.String(), "\n") {
				if n := terminal.Width(line); n > caps.Width+20 && !strings.Contains(line, "learning rate") {
					t.Errorf("%T: a line of %d columns on %d: %q", p, n, caps.Width, line)
				}
			}
			if i := strings.IndexFunc(b.String(), func(r rune) bool { return r > 0x7e }); !caps.UTF8 && i >= 0 {
				t.Errorf("%T: %.20q is not ASCII", p, b.String()[i:])
			}
			if strings.Contains(b.String(), "\x1b") {
				t.Errorf("%T: colours where there are none", p)
			}
		}
	}
}

func TestHistoryOfNothing(t *testing.T) {
	_, err := History(t.TempDir(), []string{"7"})
	var e *exit.Error
	if !errors.As(err, &e) || e.Code != exit.Data {
		t.Errorf("%v; want code %d", err, exit.Data)
	}
}
