package main

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// draw writes a picture as PNG or JPEG, by the ending of its name.
func draw(t *testing.T, path string, img image.Image) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	if strings.HasSuffix(path, ".jpg") {
		b.Reset()
		err = jpeg.Encode(&b, img, &jpeg.Options{Quality: 95})
	}
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, b.String())
}

// stripes is a noisy picture of stripes, upright or lying, in a colour.
func stripes(size int, upright bool, c color.RGBA, rng *rand.Rand) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, size, size))
	phase := rng.IntN(2) * size / 8
	for y := range size {
		for x := range size {
			at := y
			if upright {
				at = x
			}
			v := color.RGBA{240, 240, 240, 255}
			if (at+phase)*4/size%2 == 0 {
				v = c
			}
			v.R, v.G, v.B = v.R-uint8(rng.IntN(16)), v.G-uint8(rng.IntN(16)), v.B-uint8(rng.IntN(16))
			img.SetRGBA(x, y, v)
		}
	}
	return img
}

// photos makes a folder of two classes that differ in direction and colour.
func photos(t *testing.T, dir string, n int) {
	rng := rand.New(rand.NewPCG(5, 6))
	for i := range n {
		ending := []string{"png", "jpg"}[i%2]
		draw(t, filepath.Join(dir, "zebra", fmt.Sprintf("%03d.%s", i, ending)), stripes(24+i%9, true, color.RGBA{120, 30, 30, 255}, rng))
		draw(t, filepath.Join(dir, "ladder", fmt.Sprintf("%03d.%s", i, ending)), stripes(24+i%9, false, color.RGBA{30, 30, 120, 255}, rng))
	}
}

// A folder of images trains by its name alone; the model says the same of a file as of the example that it was, and of a whole
// folder; it judges another folder by the names of its sub-folders.
func TestImages(t *testing.T) {
	dir := t.TempDir()
	photos(t, dir+"/photos", 40)
	r := ok(t, dir, "train", "photos", "--epochs", "15")
	for _, want := range []string{
		"read     photos  80 images → 28×28 colour (from 24×24 to 32×32, the median is 28×28)", "task     classification into 2 classes: ladder, zebra",
		"to judge the end by   seed 0   no image on both sides", "model    3×28×28 → 32 relu → 2 softmax", "result   test 100.00 %  (16 / 16)",
		"next     gradus predict 1 NEW.jpg",
	} {
		if !strings.Contains(r.out, want) {
			t.Errorf("no %q in\n%s%s", want, r.out, r.err)
		}
	}
	config, err := os.ReadFile(dir + "/runs/1-photos-2352-32-2/config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"size: 28x28", "channels: 3", "fit: stretch", "data-sha256: "} {
		if !strings.Contains(string(config), want) {
			t.Errorf("no %q in\n%s", want, config)
		}
	}
	if r := ok(t, dir, "inspect", "1"); !strings.Contains(r.out, "28×28 colour") {
		t.Errorf("inspect does not tell the form of the images:\n%s", r.out)
	}

	// One example, as itself and as its file.
	var example, file struct {
		Predictions []struct {
			Input, Label, True string
			Probability        float64
		}
	}
	decode := func(text string, to any) {
		t.Helper()
		if err := json.Unmarshal([]byte(text), to); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
	}
	decode(ok(t, dir, "predict", "1", "--index", "3", "--json").out, &example)
	shown := ok(t, dir, "data", "show", "photos", "3", "--part", "test").out
	path := strings.TrimSpace(shown[strings.LastIndex(shown[:strings.IndexByte(shown, '\n')], "   "):strings.IndexByte(shown, '\n')])
	decode(ok(t, dir, "predict", "1", path, "--json").out, &file)
	if a, b := example.Predictions[0], file.Predictions[0]; a.Label != b.Label || a.Probability != b.Probability || a.True != filepath.Base(filepath.Dir(path)) {
		t.Errorf("the example says %+v, its file %s %+v", a, path, b)
	}

	// A whole folder, as lines and as a table.
	if r := ok(t, dir, "predict", "1", "photos/zebra"); strings.Count(r.out, "\n") != 40 || strings.Count(r.out, "zebra ") < 39 {
		t.Errorf("%s", r.out)
	}
	ok(t, dir, "predict", "1", "photos", "-o", "out.csv")
	f, err := os.Open(dir + "/out.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) != 81 || strings.Join(rows[0], " ") != "file prediction p_ladder p_zebra" || rows[1][0] != "photos/ladder/000.png" || rows[1][1] != "ladder" {
		t.Errorf("%v, %d rows: %v", err, len(rows), rows[:2])
	}

	// Another folder: the same classes by name, and one that there is not.
	photos(t, dir+"/more", 6)
	if r := ok(t, dir, "eval", "1", "more", "--top-losses", "2", "--top", "2"); !strings.Contains(r.out, "more   12 examples") || !strings.Contains(r.out, "100.00 %  (12 / 12)") {
		t.Errorf("%s", r.out)
	}
	draw(t, dir+"/more/tiger/1.png", stripes(30, true, color.RGBA{}, rand.New(rand.NewPCG(1, 1))))
	r = gradus(t, dir, "eval", "1", "more")
	if r.code != 3 || !strings.Contains(r.err, "more/tiger is no class of the model; want a folder for each of ladder, zebra") {
		t.Errorf("exit %d, %s", r.code, r.err)
	}

	// The run repeats, as long as the images are the same.
	sum := func(run string) string { return ok(t, dir, "inspect", run, "--json").out }
	ok(t, dir, "train", "runs/1-photos-2352-32-2/config.yaml", "--threads", "1")
	a, b := sum("1"), sum("2")
	if key := `"sha256": "`; a[strings.Index(a, key):][:80] != b[strings.Index(b, key):][:80] {
		t.Error("the run repeats with other weights")
	}
	if err := os.Remove(dir + "/photos/zebra/000.png"); err != nil {
		t.Fatal(err)
	}
	if r := gradus(t, dir, "train", "runs/1-photos-2352-32-2/config.yaml"); r.code != 3 || !strings.Contains(r.err, "its images are no longer those that the run was made with") {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
	if r := gradus(t, dir, "eval", "1"); r.code != 3 || !strings.Contains(r.err, "no longer those") {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
}

// What is chosen on the command line, and what cannot be.
func TestImageSettings(t *testing.T) {
	dir := t.TempDir()
	photos(t, dir+"/photos", 8)
	r := ok(t, dir, "train", "photos", "--size", "12x10", "--channels", "1", "--fit", "crop", "--epochs", "1")
	if !strings.Contains(r.out, "16 images → 12×10 grey   ") || !strings.Contains(r.out, "model    1×10×12 → ") {
		t.Errorf("%s", r.out)
	}
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"train", "photos", "--size", "big"}, 2, `--size is "big"; want WIDTHxHEIGHT in pixels, such as 28x28`},
		{[]string{"train", "photos", "--size", "5x0"}, 2, "--size is 5x0; want 1x1 to 4096x4096 pixels"},
		{[]string{"train", "photos", "--size", "99999"}, 2, "--size is 99999; want 1x1 to 4096x4096 pixels"},
		{[]string{"train", "photos", "--channels", "4"}, 2, "--channels is 4; want 1 (grey) or 3 (colour)"},
		{[]string{"train", "photos", "--fit", "squeeze"}, 2, `--fit is "squeeze"; want stretch (all of the picture) or crop`},
		{[]string{"train", "iris", "--size", "28x28"}, 2, "--size is for folders of images; iris is none"},
		{[]string{"train", "photos/zebra"}, 3, "photos/zebra has 8 images, but no sub-folders"},
		{[]string{"predict", "1", "nothing.png"}, 3, "nothing.png: no such file"},
		{[]string{"predict", "1", "photos", "-o", "x.csv", "--json"}, 2, "both --json and --out"},
	} {
		r := gradus(t, dir, c.args...)
		if r.code != c.code || !strings.Contains(r.err, c.want) {
			t.Errorf("%v: exit %d, %s; want %d, %s", c.args, r.code, r.err, c.code, c.want)
		}
		checkSentence(t, r, strings.Join(c.args, " "))
	}
}

// Broken and strange files are said, with their names made harmless; the rest is used.
func TestStrangeImages(t *testing.T) {
	dir := t.TempDir()
	photos(t, dir+"/photos", 30)
	draw(t, dir+"/photos/zebra/same.png", image.NewGray(image.Rect(0, 0, 9, 9)))
	draw(t, dir+"/photos/ladder/same.png", image.NewGray(image.Rect(0, 0, 9, 9)))
	bomb := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xff\xff\x00\x00\xff\xff\x08\x06\x00\x00\x00"), 0xb3, 0x5b, 0x27, 0xdc)
	bomb = binary.BigEndian.AppendUint32(bomb[:29], crc32.ChecksumIEEE(bomb[12:29]))
	write(t, dir+"/photos/zebra/new\nline\x1b[31m.png", string(bomb))
	write(t, dir+"/photos/zebra/notes.txt", "striped")
	r := ok(t, dir, "train", "photos", "--epochs", "2")
	for _, want := range []string{
		`left out: zebra/new\nline\x1b[31m.png: 65535 by 65535 pixels, which take 16.0 GiB to decode`, "1 of 63 images could not be read",
		"zebra/notes.txt passed over, no image by its name", "the same picture as one of another class", "same.png is photos/",
	} {
		if !strings.Contains(r.err, want) {
			t.Errorf("no %q in\n%s", want, r.err)
		}
	}
	r = ok(t, dir, "predict", "1", "photos/zebra")
	if strings.Count(r.out, "\n") != 31 || !strings.Contains(r.err, `passed over: photos/zebra/new\nline`) || !strings.Contains(r.err, "1 of 32 images could not be read") {
		t.Errorf("%s%s", r.out, r.err)
	}
	for _, name := range []string{"a.png", "b.jpg"} {
		write(t, dir+"/photos/zebra/"+name, "no picture")
	}
	r = gradus(t, dir, "train", "photos")
	if r.code != 3 || !strings.Contains(r.err, "3 of 65 images cannot be read, the first is ") {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
	checkSentence(t, r, "train photos")
}

// MNIST as a folder of PNG files is the same as the one inside: a model of the one judges the other, with the same answers.
func TestDataExport(t *testing.T) {
	dir := t.TempDir()
	if r := ok(t, dir, "data", "export", "digits", "out/digits"); !strings.Contains(r.err, "out/digits   1,438 to train on · 359 to test   8×8") {
		t.Errorf("%s", r.err)
	}
	ok(t, dir, "data", "export", "mnist", "png", "--limit", "300")
	ok(t, dir, quick...)
	whole, folder := ok(t, dir, "predict", "1", "--index", "7").out, ok(t, dir, "predict", "1", "--data", "png", "--index", "0").out
	if !strings.Contains(whole, "right") || !strings.Contains(folder, "png test #0") {
		t.Errorf("%s%s", whole, folder)
	}
	if r := ok(t, dir, "eval", "1", "png"); !strings.Contains(r.out, "300 examples") {
		t.Errorf("%s", r.out)
	}
	if r := gradus(t, dir, "data", "export", "mnist", "png"); r.code != 1 || !strings.Contains(r.err, "png is not empty; want a new folder") {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
	if r := gradus(t, dir, "data", "export", "circles", "x"); r.code != 3 || !strings.Contains(r.err, "circles has no pictures in classes") {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
}

// The parts of a set can have folders of their own: val judges the epochs, test the end; val alone judges the end.
func TestImageParts(t *testing.T) {
	dir := t.TempDir()
	photos(t, dir+"/data/train", 20)
	photos(t, dir+"/data/val", 5)
	if r := ok(t, dir, "train", "data", "--epochs", "2"); !strings.Contains(r.out, "32 to train on · 8 to stop by · 10 to judge the end by") {
		t.Errorf("%s", r.out)
	}
	photos(t, dir+"/data/test", 3)
	r := ok(t, dir, "train", "data", "--epochs", "2")
	if !strings.Contains(r.out, "40 to train on · 10 to stop by · 6 to judge the end by") || !strings.Contains(r.err, "6 of the 6 images that judge the end occur among those to train on, too (data/test/ladder/") {
		t.Errorf("%s%s", r.out, r.err)
	}
	for part, want := range map[string]string{"train": "40 examples", "val": "10 examples", "test": "6 examples"} {
		if r := ok(t, dir, "eval", "2", "--part", part); !strings.Contains(r.out, want) {
			t.Errorf("--part %s:\n%s", part, r.out)
		}
		if r := ok(t, dir, "eval", "runs/2-data-2187-32-2/last.gradus", "data", "--part", part); !strings.Contains(r.out, want) {
			t.Errorf("the file, --part %s:\n%s", part, r.out)
		}
	}
	for _, file := range []string{"report.html", "plots/mistakes.svg", "plots/weights.svg", "predictions.csv"} {
		text, err := os.ReadFile(dir + "/runs/2-data-2187-32-2/" + file)
		if err != nil || file == "predictions.csv" && !strings.Contains(string(text), "data/test/ladder/000.png") {
			t.Errorf("%s: %v\n%.300s", file, err, text)
		}
	}
	if r := ok(t, dir, "train", "data", "--folds", "3", "--epochs", "2"); !strings.Contains(r.out, "56") {
		t.Errorf("%s", r.out)
	}
	if r := ok(t, dir, "eval", "2", "--top-losses", "3"); !strings.Contains(r.out, ".png") && !strings.Contains(r.out, ".jpg") {
		t.Errorf("the worst images are not named:\n%s", r.out)
	}
	if r := gradus(t, dir, "train", "data", "--val", "0.2"); r.code != 2 || !strings.Contains(r.err, "the data bring 10 examples of their own") {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
}
