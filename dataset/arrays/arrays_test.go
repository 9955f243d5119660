package arrays_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset/arrays"
	"github.com/gradus-nn/gradus/format/idx"
	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/format/pickle"
)

// row returns n rows of the given shape, numbered through.
func rows(n int, shape ...int) *npy.Array {
	size := n
	for _, d := range shape {
		size *= d
	}
	data := make([]float32, size)
	for i := range data {
		data[i] = float32(i)
	}
	return npy.Of(data, append([]int{n}, shape...)...)
}

func classes(n int) *npy.Array {
	data := make([]int64, n)
	for i := range data {
		data[i] = int64(i % 3)
	}
	return npy.Of(data, n)
}

func archive(t *testing.T, named ...npy.Named) string {
	t.Helper()
	var b bytes.Buffer
	if err := npy.WriteArchive(&b, named); err != nil {
		t.Fatal(err)
	}
	return file(t, "a.npz", b.Bytes())
}

func file(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t *testing.T, path, target string) (*arrays.Parts, error) {
	t.Helper()
	c, err := arrays.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return c.Parts(target)
}

// describe names the arrays of each part.
func describe(p *arrays.Parts) string {
	var parts []string
	for _, pair := range []*arrays.Pair{p.Train, p.Val, p.Test} {
		switch {
		case pair == nil:
			parts = append(parts, "-")
		case pair.Y == nil:
			parts = append(parts, pair.X.Name)
		default:
			parts = append(parts, pair.X.Name+"+"+pair.Y.Name)
		}
	}
	return strings.Join(parts, " ")
}

// Names say which arrays belong together, however they are written.
func TestNamesAreFound(t *testing.T) {
	for _, c := range []struct{ names, target, want string }{
		{"x y", "", "x+y - -"},
		{"X Y", "", "X+Y - -"},
		{"data target", "", "data+target - -"},
		{"target data images", "", "data+target - -"},
		{"X_train y_train X_test y_test", "", "X_train+y_train - X_test+y_test"},
		{"train_images train_labels val_images val_labels test_images test_labels", "", "train_images+train_labels val_images+val_labels test_images+test_labels"},
		{"xtrain ytrain xtest ytest", "", "xtrain+ytrain - xtest+ytest"},
		{"train_img train_label test_img test_label", "", "train_img+train_label - test_img+test_label"},
		{"X_train y_train X_test", "", "X_train+y_train - X_test"},
		{"x age price", "price", "x+price - -"},
		{"inputs price_train inputs_test price_test", "price_train", "inputs+price_train - inputs_test+price_test"},
		{"pixels kind", "kind", "pixels+kind - -"},
		{"x_test y_test", "", "x_test+y_test - -"},
		{"arr_0 arr_1", "", "arr_0+arr_1 - -"},
		{"table", "", "table - -"},
	} {
		var named []npy.Named
		for _, name := range strings.Fields(c.names) {
			a := rows(6, 4)
			if strings.ContainsAny(name[:1], "yY") || strings.Contains(name, "label") || slices.Contains([]string{"target", "age", "price", "price_train", "price_test", "kind", "arr_1"}, name) {
				a = classes(6)
			}
			named = append(named, npy.Named{Name: name, Array: a})
		}
		p, err := open(t, archive(t, named...), c.target)
		if err != nil {
			t.Errorf("%s: %v", c.names, err)
		} else if got := describe(p); got != c.want {
			t.Errorf("%s: %s; want %s", c.names, got, c.want)
		}
	}
}

// The order counts where nothing has a name: pairs, or the four parts as train_test_split returns them.
func TestOrder(t *testing.T) {
	for _, c := range []struct {
		lengths []int
		want    string
	}{
		{[]int{5, 5, 3, 3}, "0+1 - 2+3"},
		{[]int{5, 3, 5, 3}, "0+2 - 1+3"},
		{[]int{5, 5, 4, 4, 3, 3}, "0+1 2+3 4+5"},
	} {
		var tuple []npy.Named
		for i, n := range c.lengths {
			targets := i%2 == 1
			if len(c.lengths) == 4 && c.lengths[0] != c.lengths[1] {
				targets = i >= 2
			}
			if targets {
				tuple = append(tuple, npy.Named{Name: strconv.Itoa(i), Array: classes(n)})
			} else {
				tuple = append(tuple, npy.Named{Name: strconv.Itoa(i), Array: rows(n, 2)})
			}
		}
		var b bytes.Buffer
		if err := pickle.Write(&b, tuple); err != nil {
			t.Fatal(err)
		}
		p, err := open(t, file(t, "a.pkl", b.Bytes()), "")
		if err != nil {
			t.Errorf("%v: %v", c.lengths, err)
		} else if got := describe(p); got != c.want {
			t.Errorf("%v: %s; want %s", c.lengths, got, c.want)
		}
	}
}

// What is wrong is said with the names and shapes of the arrays.
func TestWrong(t *testing.T) {
	for _, c := range []struct {
		named        []npy.Named
		target, want string
	}{
		{[]npy.Named{{Name: "a", Array: rows(3, 2)}, {Name: "b", Array: classes(3)}}, "", "a float32 [3 2], b int64 [3]: which are the features, and which is learnt? Call them x and y, or name the latter with --target"},
		{[]npy.Named{{Name: "x", Array: rows(3, 2)}, {Name: "y", Array: classes(4)}}, "", "x float32 [3 2] has 3 rows, but y int64 [4] has 4; want as many"},
		{[]npy.Named{{Name: "x", Array: rows(3, 2)}, {Name: "y", Array: classes(3)}}, "z", `has no array "z"; it has x float32 [3 2], y int64 [3]`},
		{[]npy.Named{{Name: "x", Array: rows(0, 2)}, {Name: "y", Array: classes(0)}}, "", "x float32 [0 2] is empty"},
		{[]npy.Named{{Name: "x", Array: rows(3, 2)}, {Name: "y", Array: classes(3)}, {Name: "x_test", Array: rows(3, 4)}}, "", "a row of x_test float32 [3 4] has another shape than one of x float32 [3 2]"},
		{[]npy.Named{{Name: "a", Array: rows(3, 2)}, {Name: "b", Array: rows(3, 2)}, {Name: "c", Array: classes(3)}}, "c", `several arrays that could be the features beside "c"`},
	} {
		if _, err := open(t, archive(t, c.named...), c.target); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v\nwant ... %s", err, c.want)
		}
	}
}

// Files beside one another belong together by their names, gzipped or not; others do not.
func TestFilesBesideOneAnother(t *testing.T) {
	dir := t.TempDir()
	put := func(name string, a *npy.Array, packed bool) {
		var b bytes.Buffer
		w := io.WriteCloser(nopCloser{&b})
		if packed {
			w = gzip.NewWriter(&b)
		}
		if err := npy.Write(w, a); err != nil {
			t.Fatal(err)
		}
		w.Close()
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	put("X_train.npy", rows(6, 2), false)
	put("y_train.npy.gz", classes(6), true)
	put("X_test.npy", rows(3, 2), false)
	put("y_test.npy", classes(3), false)
	put("other_y.npy", classes(9), false)
	put("mean.npy", rows(1, 2), false)
	p, err := open(t, filepath.Join(dir, "X_train.npy"), "")
	if err != nil || describe(p) != "X_train+y_train - X_test+y_test" {
		t.Fatal(describe(p), err)
	}
	if p, err = open(t, dir, ""); err != nil || describe(p) != "X_train+y_train - X_test+y_test" {
		t.Error(describe(p), err)
	}

	if err := idx.WriteFile(filepath.Join(dir, "digits-images.idx3"), idx.Of(make([]uint8, 8), 2, 2, 2)); err != nil {
		t.Fatal(err)
	}
	if err := idx.WriteFile(filepath.Join(dir, "digits-labels.idx1"), idx.Of([]uint8{1, 0}, 2)); err != nil {
		t.Fatal(err)
	}
	if p, err = open(t, filepath.Join(dir, "digits-images.idx3"), ""); err != nil || describe(p) != "digits-images.idx3+digits-labels.idx1 - -" {
		t.Error(describe(p), err)
	}
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// The text of a table is the numbers as they read back, a class for a row such as 0 0 1, and NA for what is none.
func TestCSV(t *testing.T) {
	nan := float32(0)
	nan /= nan
	for _, c := range []struct {
		x, y *npy.Array
		want string
	}{
		{npy.Of([]float32{1.5, 2, nan, 0.1}, 2, 2), npy.Of([]int8{3, -4}, 2), "x0,x1,y\n1.5,2,3\nNA,0.1,-4\n"},
		{npy.Of([]float64{0.1, 1e300}, 2), npy.Of([]uint64{1<<64 - 1, 0}, 2, 1), "x0,y\n0.1,18446744073709551615\n1e+300,0\n"},
		{npy.Of([]bool{true, false}, 2), npy.Of([]float32{0, 0, 1, 1, 0, 0}, 2, 3), "x0,y\ntrue,2\nfalse,0\n"},
		{npy.Of([]uint8{7, 9}, 2), npy.Of([]bool{true, true, false, false}, 2, 2), "x0,y0,y1\n7,true,true\n9,false,false\n"},
		{npy.Of([]int32{7, 9}, 2), npy.Of([]float64{1, 2, 3, 4}, 2, 2), "x0,y0,y1\n7,1,2\n9,3,4\n"},
	} {
		p, err := open(t, archive(t, npy.Named{Name: "x_train", Array: c.x}, npy.Named{Name: "y_train", Array: c.y}), "")
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(p.Train.CSV())
		if err != nil || string(text) != c.want {
			t.Errorf("%q, %v; want %q", text, err, c.want)
		}
	}
}

// Pictures become sets: bytes between 0 and 1, whole numbers classes, others a regression.
func TestSet(t *testing.T) {
	pixels := make([]uint8, 6*400)
	pixels[0], pixels[400] = 255, 51
	for _, c := range []struct {
		y       *npy.Array
		o       arrays.SetOptions
		classes []string
		labels  []int32
		targets []float32
		err     string
	}{
		{y: npy.Of([]int64{0, 1, 2, 0, 1, 4}, 6), classes: []string{"0", "1", "2", "3", "4"}, labels: []int32{0, 1, 2, 0, 1, 4}},
		{y: npy.Of([]int8{-1, 1, -1, 1, -1, 1}, 6, 1), classes: []string{"-1", "1"}, labels: []int32{0, 1, 0, 1, 0, 1}},
		{y: npy.Of([]bool{true, false, true, true, true, true}, 6), classes: []string{"false", "true"}, labels: []int32{1, 0, 1, 1, 1, 1}},
		{y: npy.Of([]float32{.5, 1, 2, 3, 4, 5}, 6), targets: []float32{.5, 1, 2, 3, 4, 5}},
		{y: npy.Of([]int64{0, 1, 2, 0, 1, 4}, 6), o: arrays.SetOptions{Numbers: true}, targets: []float32{0, 1, 2, 0, 1, 4}},
		{y: npy.Of([]uint8{1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0}, 6, 2), classes: []string{"0", "1"}, labels: []int32{0, 1, 1, 0, 0, 0}},
		{y: npy.Of([]uint8{1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0}, 6, 2), classes: []string{"0", "1"}, targets: []float32{1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0}},
		{y: npy.Of([]int64{0, 1, 1, 0, 1, 0}, 6), o: arrays.SetOptions{Classes: []string{"cat", "dog"}}, classes: []string{"cat", "dog"}, labels: []int32{0, 1, 1, 0, 1, 0}},
		{y: npy.Of([]int64{0, 1, 2, 0, 1, 2}, 6), o: arrays.SetOptions{Classes: []string{"cat", "dog"}}, err: "row 2 is of class 2, which was not there in training; known are 2 classes"},
		{y: npy.Of([]float64{0, 1, inf(), 0, 1, 2}, 6), err: "row 2 is +Inf; want numbers, of every example"},
		{y: npy.Of([]int64{3, 3, 3, 3, 3, 3}, 6), err: "is the same in every row: there is nothing to learn"},
		{y: npy.Of([]float32{.5, 1, 2, 3, 4, 5}, 6), o: arrays.SetOptions{Labels: true}, err: "holds no classes"},
	} {
		p, err := open(t, archive(t, npy.Named{Name: "x", Array: npy.Of(pixels, 6, 20, 20)}, npy.Named{Name: "y", Array: c.y}), "")
		if err != nil {
			t.Fatal(err)
		}
		if p.Train.Tabular() {
			t.Error("pictures are no table")
		}
		s, err := p.Train.Set("s", c.o)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%v; want ... %s", err, c.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%v: %v", c.y.Data, err)
			continue
		}
		if !reflect.DeepEqual(s.Classes, c.classes) || !slices.Equal(s.Labels, c.labels) || !slices.Equal(s.Targets, c.targets) {
			t.Errorf("%v: classes %q, labels %v, targets %v; want %q, %v, %v", c.y.Data, s.Classes, s.Labels, s.Targets, c.classes, c.labels, c.targets)
		}
		if s.Example(0)[0] != 1 || s.Example(1)[0] != 0.2 {
			t.Errorf("pixels %v, %v; want 1, 0.2", s.Example(0)[0], s.Example(1)[0])
		}
	}
}

func inf() float64 { zero := 0.0; return 1 / zero }

// A number that is none is named with its place, and no scaling is done to small numbers.
func TestFeatures(t *testing.T) {
	x := make([]float32, 3*300)
	for i := range x {
		x[i] = float32(i%17) / 16
	}
	pair := func() *arrays.Pair {
		p, err := open(t, archive(t, npy.Named{Name: "x", Array: npy.Of(x, 3, 300)}, npy.Named{Name: "y", Array: classes(3)}), "")
		if err != nil {
			t.Fatal(err)
		}
		return p.Train
	}
	for _, c := range []struct {
		value float32
		want  int // steps
	}{{1, 0}, {-1, 0}, {100.5, 1}} {
		x[7] = c.value
		p := pair()
		s, err := p.Set("s", arrays.SetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if steps, err := p.Scaling(s); err != nil || len(steps) != c.want {
			t.Errorf("%v among small numbers: %d steps, %v; want %d", c.value, len(steps), err, c.want)
		}
	}
	x[307] = float32(inf())
	if _, err := pair().Set("s", arrays.SetOptions{}); err == nil || !strings.Contains(err.Error(), "x float32 [3 300]: row 1 has +Inf in column 7; want finite numbers") {
		t.Error(err)
	}
}

// A file that is larger than what is read into memory is mapped, and gives the same features and the same text.
func TestMapped(t *testing.T) {
	const n = 2400 // just over 64 MiB
	pixels := make([]uint8, n*28*1000)
	for i := range pixels {
		pixels[i] = uint8(i % 251)
	}
	dir := t.TempDir()
	for name, a := range map[string]*npy.Array{"x.npy": npy.Of(pixels, n, 28, 1000), "y.npy": classes(n)} {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := npy.Write(f, a); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	p, err := open(t, dir, "")
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Train.Set("s", arrays.SetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{0, 1234, n - 1} {
		for j, v := range s.Example(i) {
			if want := float32(pixels[i*28000+j]) / 255; v != want {
				t.Fatalf("example %d, pixel %d: %v; want %v", i, j, v, want)
			}
		}
	}
}
