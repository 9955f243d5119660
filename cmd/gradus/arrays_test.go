package main

import (
	"bytes"
	"compress/gzip"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset/tabular"
	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/format/pickle"
)

// writeArrays writes an .npz archive.
func writeArrays(t *testing.T, path string, arrays ...npy.Named) {
	t.Helper()
	var b bytes.Buffer
	if err := npy.WriteArchive(&b, arrays); err != nil {
		t.Fatal(err)
	}
	write(t, path, b.String())
}

// irisArrays are the features and classes of iris, every second example from begin on.
func irisArrays(t *testing.T, begin int) (x, y *npy.Array) {
	t.Helper()
	a, err := tabular.Iris()
	if err != nil {
		t.Fatal(err)
	}
	var features []float32
	var classes []int64
	for i := begin; i < a.Len(); i += 2 {
		features = append(features, a.Example(i)...)
		classes = append(classes, int64(a.Label(i)))
	}
	return npy.Of(features, len(classes), 4), npy.Of(classes, len(classes))
}

// Arrays of a few columns are a table: they train, judge and predict as one, and the parts of an archive are kept apart.
func TestArraysAsTable(t *testing.T) {
	dir := t.TempDir()
	x, y := irisArrays(t, 0)
	xt, yt := irisArrays(t, 1)
	writeArrays(t, dir+"/iris.npz", npy.Named{Name: "X_train", Array: x}, npy.Named{Name: "y_train", Array: y}, npy.Named{Name: "X_test", Array: xt}, npy.Named{Name: "y_test", Array: yt})
	r := ok(t, dir, "train", "iris.npz", "--epochs", "100", "--lr", "0.01")
	for _, want := range []string{
		"read     iris.npz  75 rows · 5 columns", "x0  number", "task     classification of y into 3 classes: 0, 1, 2",
		"60 to train on · 15 to stop by · 75 to judge the end by",
	} {
		if !strings.Contains(r.out, want) {
			t.Errorf("no %q in\n%s", want, r.out)
		}
	}
	if right := number(t, r.out, `result   test ([\d.]+) %`); right < 90 {
		t.Errorf("%v %% right", right)
	}
	if r := ok(t, dir, "eval", "1", "iris.npz"); !strings.Contains(r.out, "75 examples") {
		t.Errorf("eval judges by the test part:\n%s", r.out)
	}
	// The same run again from its own settings.
	runs, _ := filepath.Glob(dir + "/runs/1-*/config.yaml")
	ok(t, dir, "train", runs[0])
	if a, b := sum(t, dir, "1"), sum(t, dir, "2"); a != b {
		t.Errorf("repeated from config.yaml: %s; want %s", b, a)
	}
	// New rows, without anything to learn of them.
	writeArrays(t, dir+"/new.npz", npy.Named{Name: "x", Array: xt})
	ok(t, dir, "predict", "1", "new.npz", "-o", "out.csv")
	if text := read(t, dir, "out.csv"); strings.Count(text, "\n") != 76 || !strings.HasPrefix(text, "x0,x1,x2,x3,prediction,p_0,p_1,p_2\n4.9,3,1.4,0.2,0,") {
		t.Errorf("%.200s", text)
	}
	// A part that validates stops the training.
	few := func(a *npy.Array) *npy.Array {
		if d, ok := a.Data.([]float32); ok {
			return npy.Of(d[:30*4], 30, 4)
		}
		return npy.Of(a.Data.([]int64)[:30], 30)
	}
	writeArrays(t, dir+"/parts.npz", npy.Named{Name: "X_train", Array: x}, npy.Named{Name: "y_train", Array: y}, npy.Named{Name: "X_val", Array: few(xt)},
		npy.Named{Name: "y_val", Array: few(yt)}, npy.Named{Name: "X_test", Array: xt}, npy.Named{Name: "y_test", Array: yt})
	if r := ok(t, dir, "train", "parts.npz", "--epochs", "2"); !strings.Contains(r.out, "75 to train on · 30 to stop by · 75 to judge the end by") {
		t.Errorf("%s", r.out)
	}
	// Another archive under that name is refused.
	writeArrays(t, dir+"/iris.npz", npy.Named{Name: "x", Array: xt}, npy.Named{Name: "y", Array: yt})
	if r := gradus(t, dir, "train", runs[0]); r.code != 3 || !strings.Contains(r.err, "no longer the one that the run was made with") {
		t.Errorf("another archive: exit %d, %s", r.code, r.err)
	}
	if r := gradus(t, dir, "train", "new.npz"); r.code != 2 || !strings.Contains(r.err, "--target is missing: which column of new.npz is to be learnt? One of x0, x1, x2, x3") {
		t.Errorf("nothing to learn: exit %d, %s", r.code, r.err)
	}
	if r := gradus(t, dir, "train", "iris.npz", "--target", "z"); r.code != 2 || !strings.Contains(r.err, `--target is "z"`) {
		t.Errorf("no such array: exit %d, %s", r.code, r.err)
	}
}

// Arrays of pictures become bytes or floats, in an archive, a pickle as Nielsen has it, or files beside one another.
func TestArraysAsPictures(t *testing.T) {
	dir := t.TempDir()
	rng := rand.New(rand.NewPCG(1, 2))
	const n, side = 600, 20
	pixels, labels := make([]uint8, n*side*side), make([]uint8, n)
	floats := make([]float32, len(pixels))
	for i := range labels { // a bright quarter, one of four
		k := rng.IntN(4)
		labels[i] = uint8(k)
		for j := range side * side {
			v := rng.IntN(100)
			if j/side/(side/2)*2+j%side/(side/2) == k {
				v += 100
			}
			pixels[i*side*side+j] = uint8(v)
			floats[i*side*side+j] = float32(v) / 200
		}
	}
	writeArrays(t, dir+"/quarters.npz", npy.Named{Name: "images", Array: npy.Of(pixels, n, side, side)}, npy.Named{Name: "labels", Array: npy.Of(labels, n)})
	r := ok(t, dir, "train", "quarters.npz", "--epochs", "5")
	if !strings.Contains(r.out, "data     quarters  480 train · 120 test   400 → 4 classes") || number(t, r.out, `result   test ([\d.]+) %`) < 95 {
		t.Errorf("%s", r.out)
	}
	if r := ok(t, dir, "eval", "1", "quarters.npz"); !strings.Contains(r.out, "600 examples") {
		t.Errorf("%s", r.out)
	}
	ok(t, dir, "predict", "1", "quarters.npz", "-o", "out.csv")
	if text := read(t, dir, "out.csv"); strings.Count(text, "\n") != n+1 || !strings.Contains(text, "quarters.npz[599],") {
		t.Errorf("%.200s", text)
	}
	if r := ok(t, dir, "data", "show", "quarters.npz"); !strings.Contains(r.out, "images  uint8  [600 20 20]  features to train on") {
		t.Errorf("%s", r.out)
	}
	if r := ok(t, dir, "data", "show", "quarters.npz", "3"); !strings.Contains(r.out, "class ") {
		t.Errorf("%s", r.out)
	}

	// mnist.pkl.gz: ((x, y), (x, y), (x, y)) to train, to validate, to test.
	var named []npy.Named
	for i, cut := range [][2]int{{0, 400}, {400, 500}, {500, 600}} {
		x := npy.Of(floats[cut[0]*side*side:cut[1]*side*side], cut[1]-cut[0], side*side)
		var y []int64
		for _, l := range labels[cut[0]:cut[1]] {
			y = append(y, int64(l))
		}
		named = append(named, npy.Named{Name: string(rune('0'+i)) + ".0", Array: x}, npy.Named{Name: string(rune('0'+i)) + ".1", Array: npy.Of(y, len(y))})
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := pickle.Write(z, named); err != nil {
		t.Fatal(err)
	}
	z.Close()
	write(t, dir+"/quarters.pkl.gz", b.String())
	r = ok(t, dir, "train", "quarters.pkl.gz", "--epochs", "5")
	if !strings.Contains(r.out, "data     quarters  400 train · 100 val · 100 test   400 → 4 classes") || number(t, r.out, `result   test ([\d.]+) %`) < 95 {
		t.Errorf("%s", r.out)
	}
	if r := gradus(t, dir, "train", "quarters.pkl.gz", "--val", "0.2"); r.code != 2 || !strings.Contains(r.err, "the data bring 100 examples of their own that judge the epochs") {
		t.Errorf("--val beside a part of one's own: exit %d, %s", r.code, r.err)
	}
	// Files of one's own; numbers from 0 to 255 mean the same as bytes and as floats.
	whole := make([]float32, 100*side*side)
	for i := range whole {
		whole[i] = float32(pixels[i])
	}
	writeArrays(t, dir+"/floats.npz", npy.Named{Name: "x", Array: npy.Of(whole, 100, side, side)}, npy.Named{Name: "y", Array: npy.Of(labels[:100], 100)})
	writeArrays(t, dir+"/held.npz", npy.Named{Name: "x", Array: npy.Of(pixels[:100*side*side], 100, side, side)}, npy.Named{Name: "y", Array: npy.Of(labels[:100], 100)})
	judged := regexp.MustCompile(`(?m)^.*(result|log loss).*$`)
	one := ok(t, dir, "train", "quarters.npz", "--epochs", "2", "--test", "held.npz")
	other := ok(t, dir, "train", "quarters.npz", "--epochs", "2", "--test", "floats.npz")
	if a, b := masked(strings.Join(judged.FindAllString(one.out, -1), "")), masked(strings.Join(judged.FindAllString(other.out, -1), "")); a == "" || a != b {
		t.Errorf("judged by bytes:\n%s\nby floats:\n%s", a, b)
	}
	r = ok(t, dir, "train", "quarters.npz", "--epochs", "2", "--val", "held.npz", "--test", "held.npz")
	if !strings.Contains(r.out, "600 train · 100 val · 100 test") || !strings.Contains(r.err, "100 of the 100 rows of held.npz occur among those to train on, too") {
		t.Errorf("%s%s", r.out, r.err)
	}
}

// A validation file and a test file of one's own have the columns of the training file, in any order, and its classes.
func TestFilesThatJudge(t *testing.T) {
	dir := t.TempDir()
	all := strings.SplitAfter(houses(800), "\n")
	write(t, dir+"/train.csv", strings.Join(all[:501], ""))
	write(t, dir+"/val.csv", all[0]+strings.Join(all[501:601], "")+all[5])
	write(t, dir+"/test.csv", all[0]+strings.Join(all[601:801], ""))
	r := ok(t, dir, "train", "train.csv", "--target", "price", "--val", "val.csv", "--test", "test.csv", "--epochs", "5")
	if !strings.Contains(r.out, "498 to train on · 101 of val.csv to stop by · 200 of test.csv to judge the end by") {
		t.Errorf("%s", r.out)
	}
	if !strings.Contains(r.err, "1 of the 101 rows of val.csv occur among those to train on, too") || strings.Contains(r.err, "of test.csv occur") {
		t.Errorf("%s", r.err)
	}
	rmse := number(t, r.out, `test rmse ([\d.]+)`)
	if got := number(t, ok(t, dir, "eval", "1", "test.csv").out, `rmse ([\d.]+)`); got != rmse {
		t.Errorf("eval of the test file: rmse %v; want %v", got, rmse)
	}
	if got := number(t, ok(t, dir, "eval", "1").out, `rmse ([\d.]+)`); got != rmse {
		t.Errorf("eval of the run: rmse %v; want %v", got, rmse)
	}
	runs, _ := filepath.Glob(dir + "/runs/1-*/config.yaml")
	config := read(t, "", runs[0])
	for _, want := range []string{"val-data: val.csv\n", "val-data-sha256: ", "test-data: test.csv\n", "test-data-sha256: "} {
		if !strings.Contains(config, want) {
			t.Errorf("no %q in\n%s", want, config)
		}
	}
	ok(t, dir, "train", runs[0])
	if a, b := sum(t, dir, "1"), sum(t, dir, "2"); a != b {
		t.Errorf("repeated from config.yaml: %s; want %s", b, a)
	}
	write(t, dir+"/val.csv", all[0]+strings.Join(all[501:600], ""))
	if r := gradus(t, dir, "train", runs[0]); r.code != 3 || !strings.Contains(r.err, "val-data is val.csv, but the file is no longer the one") {
		t.Errorf("another val.csv: exit %d, %s", r.code, r.err)
	}

	write(t, dir+"/animals.csv", "legs,wings,animal\n4,0,cat\n2,2,bird\n4,0,dog\n2,2,bird\n4,0,cat\n4,0,dog\n4,1,cat\n2,2,bird\n3,0,dog\n4,0,cat\n2,1,bird\n")
	write(t, dir+"/more.csv", "animal,wings,legs\ncat,0,4\nfish,0,0\n")
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"train", "animals.csv", "--target", "animal", "--test", "more.csv"}, 3, `more.csv:3: animal is "fish", a class that was not there in training; known are bird, cat, dog`},
		{[]string{"train", "animals.csv", "--target", "animal", "--val", "train.csv"}, 3, `train.csv: columns: the table has 7 columns, none of them named as in training; want columns named legs, wings`},
		{[]string{"train", "animals.csv", "--target", "animal", "--val", "none.csv"}, 2, `--val is "none.csv"; want a share such as 0.2, a number of examples, or a file of them`},
		{[]string{"train", "animals.csv", "--target", "animal", "--folds", "3", "--test", "more.csv"}, 2, `--test is the file more.csv, but a cross-validation judges by parts of the data themselves`},
		{[]string{"train", "iris", "--val", "more.csv"}, 2, "--val is the file more.csv, but files to judge by are for tables and arrays; iris is neither"},
	} {
		if r := gradus(t, dir, c.args...); r.code != c.code || !strings.Contains(r.err, c.want) {
			t.Errorf("%v: exit %d, %s\nwant %d, ... %s", c.args, r.code, r.err, c.code, c.want)
		}
	}
}

// A Parquet file is a table like any other, and so are those that come with scikit-learn.
func TestOtherTables(t *testing.T) {
	dir := t.TempDir()
	data, err := os.ReadFile("../../format/parquet/testdata/snappy-2.parquet")
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir+"/things.parquet", string(data))
	r := ok(t, dir, "train", "things.parquet", "--target", "garden", "--epochs", "3")
	for _, want := range []string{"read     things.parquet  240 rows · 21 columns · 60 rows without a target left out", "district        category  4 values", "sold            date"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("no %q in\n%s", want, r.out)
		}
	}
	if !strings.Contains(r.err, "tags is a list or map and not read") {
		t.Errorf("%s", r.err)
	}
	ok(t, dir, "predict", "1", "things.parquet", "-o", "out.csv")
	if text := read(t, dir, "out.csv"); strings.Count(text, "\n") != 241 || !strings.HasPrefix(text, "id,area,rooms,") {
		t.Errorf("%.100s", text)
	}

	write(t, dir+"/flowers.csv", "12,2,rose,lily\n"+strings.Repeat("1.5,2,0\n3,4.25,1\n", 6))
	r = ok(t, dir, "train", "flowers.csv", "--epochs", "2")
	if !strings.Contains(r.out, "flowers.csv  12 rows · 3 columns") || !strings.Contains(r.out, "classification of target into 2 classes: lily, rose") {
		t.Errorf("%s", r.out)
	}
	write(t, dir+"/wrong.csv", "12,2,rose,lily\n1.5,2,0\n3,4.25,2\n")
	if r := gradus(t, dir, "train", "wrong.csv"); r.code != 3 || !strings.Contains(r.err, `wrong.csv:3: the last cell is "2"; want the number of one of the 2 classes that the first line names, 0 to 1`) {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
}
