package main

import (
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/tensor"
)

// A model says the same about its data wherever it is asked: at the end of its training, from its run, from its file.
func TestEval(t *testing.T) {
	dir := t.TempDir()
	trained := ok(t, dir, quick...).out
	counted := regexp.MustCompile(`result +(test )?(\d+\.\d\d %  \(\d+ / 10000\))`)
	want := counted.FindStringSubmatch(trained)[2]
	for _, line := range []string{"eval", "eval 1", "eval runs/latest", "eval runs/1-mnist-784-128-10/last.gradus", "test 1 --data mnist", "eval 1 --threads 1 --confusion --top-losses 3"} {
		r := ok(t, dir, strings.Fields(line)...)
		if have := counted.FindStringSubmatch(r.out); have == nil || have[2] != want {
			t.Errorf("gradus %s says %v; the training said %s\n%s", line, have, want, r.out)
		}
	}
	r := ok(t, dir, "eval", "--top", "10", "--top-losses", "2")
	if !strings.Contains(r.out, "top 10   100.00 %  (10000 / 10000)") || strings.Count(r.out, ", said ") != 2 || strings.Contains(r.out, "\x1b") {
		t.Errorf("top 10, two worst:\n%s", r.out)
	}
	for l := range strings.Lines(r.out) {
		if len([]rune(l)) > columns+1 {
			t.Errorf("a line of %d columns: %s", len([]rune(l)), l)
		}
	}
	if r := gradus(t, dir, "eval", "--fail-under", "acc=0.95"); r.code != 4 || !strings.Contains(r.err, "under the 0.95 of --fail-under") || !strings.Contains(r.out, want) {
		t.Errorf("--fail-under: exit %d\n%s%s", r.code, r.out, r.err)
	}
	ok(t, dir, "eval", "--fail-under", "f1=0.8")
	if r := gradus(t, dir, "eval", "--data", "iris"); r.code != 3 || !strings.Contains(r.err, "scaled in another way") && !strings.Contains(r.err, "784") {
		t.Errorf("iris: exit %d, %s", r.code, r.err)
	}
	if r := gradus(t, dir, "eval", "--part", "val"); r.code != 2 || !strings.Contains(r.err, "nothing was held out") {
		t.Errorf("--part val: exit %d, %s", r.code, r.err)
	}
}

// A digit that is shown as a picture is recognised as the same as the example itself, bit for bit.
func TestPredictPicture(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, quick...)
	line := func(r outcome) string { return regexp.MustCompile(`^.*?  then .*?   `).FindString(r.out) }
	want := line(ok(t, dir, "predict", "1", "--index", "7"))
	ok(t, dir, "data", "show", "mnist", "7", "--part", "test", "-o", "nine.png")
	r := ok(t, dir, "predict", "latest", "nine.png")
	if have := line(r); have != want || !strings.Contains(r.out, "(inverted (dark ink on light paper))") {
		t.Errorf("from the picture %q, from the data %q", r.out, want)
	}
	photograph(t, dir)
	r = ok(t, dir, "predict", "1", "photo.jpg", "nine.png")
	if !strings.HasPrefix(r.out, "1 ") || !strings.Contains(r.out, "scaled from 90×120, centred by mass") || strings.Count(r.out, "\n") != 2 {
		t.Errorf("a photograph of a 1:\n%s", r.out)
	}
	for name, want := range map[string]string{"missing.png": "no such file", "model.onnx": "want a picture", "text.png": "none of PNG, JPEG, GIF, BMP, WebP, TIFF", "huge.png": "to decode; want at most"} {
		os.WriteFile(dir+"/text.png", []byte("no picture"), 0o666)
		// The head of a PNG that promises 65,535 by 65,535 pixels.
		head := []byte("IHDR\x00\x00\xff\xff\x00\x00\xff\xff\x08\x00\x00\x00\x00")
		file := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\r"), head...)
		os.WriteFile(dir+"/huge.png", binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(head)), 0o666)
		r := gradus(t, dir, "predict", "1", name)
		if r.code != 3 || !strings.Contains(r.err, want) {
			t.Errorf("%s: exit %d, %s; want %q", name, r.code, r.err, want)
		}
		checkSentence(t, r, "predict 1 "+name)
	}
}

// photograph writes a dark vertical stroke on grey paper.
func photograph(t *testing.T, dir string) {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 90, 120))
	for y := range 120 {
		for x := range 90 {
			img.SetGray(x, y, color.Gray{200})
			if x >= 20 && x < 28 && y >= 15 && y < 95 {
				img.SetGray(x, y, color.Gray{30})
			}
		}
	}
	f, err := os.Create(dir + "/photo.jpg")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := jpeg.Encode(f, img, nil); err != nil {
		t.Fatal(err)
	}
}

// Rows of numbers are what the data were measured in; the model scales them itself.
func TestPredictRows(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, "train", "iris", "--epochs", "60")
	ask := func(text string, args ...string) outcome {
		cmd := command(dir, append([]string{"predict", "latest"}, args...)...)
		cmd.Stdin = strings.NewReader(text)
		return finish(t, cmd)
	}
	r := ask("sepal length,sepal width,petal length,petal width\n5.1,3.5,1.4,0.2\n\n6.3;3.3;6.0;2.5\r\n5.9\t3.0\t4.2\t1.5\n5.1 3.5 1.4 0.2\n")
	var labels []string
	for l := range strings.Lines(r.out) {
		labels = append(labels, strings.Fields(l)[0])
	}
	if have := strings.Join(labels, " "); r.code != 0 || have != "setosa virginica versicolor setosa" {
		t.Errorf("exit %d, %s\n%s%s", r.code, have, r.out, r.err)
	}
	os.WriteFile(dir+"/rows.csv", []byte("\ufeff\"5.1\",\"3.5\",1.4,0.2\n"), 0o666)
	if r := ask("", "rows.csv"); r.code != 0 || !strings.HasPrefix(r.out, "setosa") {
		t.Errorf("rows.csv: exit %d\n%s%s", r.code, r.out, r.err)
	}
	for text, want := range map[string]string{
		"1,2,3\n":             "line 1 has 3 numbers; the model wants 4: sepal length (cm), ",
		"1,2,3,4\n1,2,x,4\n":  `line 2: "x" is not a finite number`,
		"1,2,3,4\n1,2,,4\n":   `line 2: "" is not a finite number`,
		"1,2,NaN,4\n1,2,NaN,": `"NaN" is not a finite number`,
		"1,2,3,4\n1e99,2,3,4": `line 2: "1e99" is not a finite number`,
		"":                    "no rows of numbers",
		"a,b,c,d\n":           "no rows of numbers",
		"\x00\x01\xff":        "no rows of numbers",
	} {
		if r := ask(text); r.code != 3 || !strings.Contains(r.err, want) {
			t.Errorf("%q: exit %d, %s; want %q", text, r.code, r.err, want)
		}
	}
	if r := ask("", "--index", "0"); r.code != 0 || !strings.Contains(r.out, "iris test #0") {
		t.Errorf("--index 0: exit %d\n%s%s", r.code, r.out, r.err)
	}
	if r := ask("", "--index", "30"); r.code != 2 || !strings.Contains(r.err, "examples 0 to 29") {
		t.Errorf("--index 30: exit %d, %s", r.code, r.err)
	}
	ok(t, dir, "train", "linear", "--epochs", "20")
	if r := ask("1 1\n", "--json"); r.code != 0 || !strings.Contains(r.out, `"values"`) {
		t.Errorf("a regression: exit %d\n%s%s", r.code, r.out, r.err)
	}
}

// Names from outside cannot command the terminal.
func TestTerminalEscapes(t *testing.T) {
	dir := t.TempDir()
	net, err := nn.Compile[float32](nn.Spec{Input: tensor.Shape{4}, Layers: []layer.Layer{layer.Dense{Units: 3}}, Loss: loss.SoftmaxCrossEntropy{}}, nn.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	const evil = "\x1b]0;evil\x07\x1b[2J\u202e"
	m := model.From(net)
	m.Info = model.Info{Classes: []string{evil + "a", evil + "b", evil + "c"}, Features: []string{evil, "x", "y", "z"}, Data: "iris" + evil, Tool: evil}
	if err := m.Save(filepath.Join(dir, "evil"+"\x1b[31m.gradus")); err != nil {
		t.Fatal(err)
	}
	m.Data = "iris"
	m.Features = nil
	if err := m.Save(filepath.Join(dir, "evil.gradus")); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"inspect", "evil\x1b[31m.gradus"}, {"inspect", "evil.gradus"}, {"eval", "evil\x1b[31m.gradus"}, {"eval", "evil.gradus", "--confusion", "--top-losses", "4"},
		{"predict", "evil.gradus", "--index", "1"}, {"train", evil}, {"eval", evil}, {evil}, {"train", "--" + evil}, {"train", "iris", "--name", evil, "--epochs", "1"},
		{"data", "show", evil}, {"help", evil},
	} {
		r := gradus(t, dir, args...)
		if text := r.out + r.err; strings.ContainsAny(text, "\x1b\x07\u202e") || text == "" {
			t.Errorf("gradus %q: %q", args, text)
		}
	}
	if r := ok(t, dir, "eval", "evil.gradus"); !strings.Contains(r.out, `\x1b`) {
		t.Errorf("the classes are not shown:\n%s", r.out)
	}
}

// Examples of every set can be shown, and pictures only replace a file when told to.
func TestDataShow(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"mnist", "digits", "iris", "wine", "breast-cancer", "xor", "linear", "spiral", "noise"} {
		if r := ok(t, dir, "data", "show", name, "1"); strings.Count(r.out, "\n") < 3 {
			t.Errorf("%s:\n%s", name, r.out)
		}
	}
	cmd := command(dir, "data", "show", "mnist", "0")
	cmd.Env = append(cmd.Env, "LC_ALL=C")
	if r := finish(t, cmd); strings.ContainsFunc(r.out, func(r rune) bool { return r > 126 }) {
		t.Errorf("not ASCII:\n%s", r.out)
	}
	ok(t, dir, "data", "show", "mnist", "0", "-o", "five.png")
	f, err := os.Open(dir + "/five.png")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if img, err := png.Decode(f); err != nil || img.Bounds().Dx() != 28 || img.Bounds().Dy() != 28 {
		t.Errorf("five.png is %v, %v", img, err)
	}
	if r := gradus(t, dir, "data", "show", "mnist", "1", "-o", "five.png"); r.code != 2 || !strings.Contains(r.err, "five.png exists; --yes replaces it") {
		t.Errorf("an existing file: exit %d, %s", r.code, r.err)
	}
	ok(t, dir, "data", "show", "mnist", "1", "-o", "five.png", "--yes")
	if r := ok(t, dir, "data", "ls"); strings.Count(r.out, "\n") < 12 || !strings.Contains(r.out, "mnist") {
		t.Errorf("data ls:\n%s", r.out)
	}
}

func TestDoctor(t *testing.T) {
	r := ok(t, t.TempDir(), "doctor")
	for _, want := range []string{"kernel ", "GFLOP/s", "GB/s", "give the same bits", "those that were published"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("no %q in\n%s", want, r.out)
		}
	}
}
