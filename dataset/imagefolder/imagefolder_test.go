package imagefolder

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/preprocess"
	"github.com/gradus-nn/gradus/tensor"
)

// shade is a PNG of one grey.
func shade(w, h int, v uint8) []byte {
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = v
	}
	return encoded(img)
}

func encoded(img image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// folder writes files, named by their paths, into a new folder.
func folder(t testing.TB, files map[string][]byte) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "photos")
	for path, data := range files {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func Example() {
	dir, _ := os.MkdirTemp("", "photos")
	defer os.RemoveAll(dir)
	for path, light := range map[string]uint8{"night/a.png": 0, "night/b.png": 51, "day/c.png": 255} {
		os.MkdirAll(filepath.Join(dir, filepath.Dir(path)), 0o777)
		os.WriteFile(filepath.Join(dir, path), shade(2, 1, light), 0o666)
	}

	f, err := Load(dir, Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.Form, f.All.Classes)
	for i := range f.All.Len() {
		fmt.Println(filepath.Base(f.All.Origin(i)), f.All.ClassName(f.All.Label(i)), f.All.Example(i))
	}
	// Output:
	// 2×1 grey [day night]
	// a.png night [0 0]
	// c.png day [1 1]
	// b.png night [0.2 0.2]
}

// origins are the names of the files of a set, in order.
func origins(s *dataset.Set, dir string) []string {
	var list []string
	for i := range s.Len() {
		name, _ := filepath.Rel(dir, s.Origin(i))
		list = append(list, filepath.ToSlash(name))
	}
	return list
}

// Classes come in the order of people, and alternate in the ratio of their numbers; sub-folders of classes belong to them.
func TestOrder(t *testing.T) {
	dir := folder(t, map[string][]byte{
		"10/a.png": shade(1, 1, 10), "2/b.png": shade(1, 1, 2), "2/c.png": shade(1, 1, 2), "2/more/a.png": shade(1, 1, 2), "2/d.PNG": shade(1, 1, 2),
		"9/x.png": shade(1, 1, 9), "9/y.png": shade(1, 1, 9),
	})
	f, err := Load(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"2", "9", "10"}; !slices.Equal(f.All.Classes, want) {
		t.Errorf("classes %v; want %v", f.All.Classes, want)
	}
	// Places: 2 at 1/8 3/8 5/8 7/8, 9 at 1/4 3/4, 10 at 1/2.
	want := []string{"2/b.png", "9/x.png", "2/c.png", "10/a.png", "2/d.PNG", "9/y.png", "2/more/a.png"}
	if have := origins(f.All, dir); !slices.Equal(have, want) {
		t.Errorf("order %v; want %v", have, want)
	}
	for i := range f.All.Len() {
		if pixel := fmt.Sprint(f.All.Example(i)[0] * 255); pixel != f.All.ClassName(f.All.Label(i)) {
			t.Errorf("%s has the pixels of %s", f.All.Origin(i), pixel)
		}
	}
	if f.Train != f.All && f.Train.Len() != 7 || f.Val != nil || f.Test != nil || f.All.Name != "photos" {
		t.Errorf("parts %v, %v, %v of %v", f.Train, f.Val, f.Test, f.All)
	}
}

func TestParts(t *testing.T) {
	dir := folder(t, map[string][]byte{
		"Train/cat/a.png": shade(1, 1, 1), "Train/dog/b.png": shade(1, 1, 2), "Train/dog/c.png": shade(1, 1, 3),
		"validation/dog/d.png": shade(1, 1, 4), "test/cat/e.png": shade(1, 1, 5), "test/dog/f.png": shade(1, 1, 6),
	})
	f, err := Load(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for set, want := range map[*dataset.Set][]string{
		f.Train: {"Train/dog/b.png", "Train/cat/a.png", "Train/dog/c.png"}, f.Val: {"validation/dog/d.png"}, f.Test: {"test/cat/e.png", "test/dog/f.png"},
	} {
		if have := origins(set, dir); !slices.Equal(have, want) {
			t.Errorf("%s: %v; want %v", set.Name, have, want)
		}
	}
	if f.Val.Label(0) != 1 || f.Test.Label(0) != 0 || f.Test.Example(1)[0]*255 != 6 || f.Test.Name != "photos test" {
		t.Errorf("%v: labels %v, %v", f.Test, f.Val.Labels, f.Test.Labels)
	}

	// A class may be called train, as long as images lie in it.
	dir = folder(t, map[string][]byte{"train/a.png": shade(1, 1, 1), "bus/b.png": shade(1, 1, 2), "test/c.png": shade(1, 1, 3)})
	if f, err := Load(dir, Options{}); err != nil || !slices.Equal(f.All.Classes, []string{"bus", "test", "train"}) || f.Test != nil {
		t.Errorf("%v, %v", f, err)
	}
}

// The classes of a model number the labels, by the names of folders or what folders make of them.
func TestClassesOfModel(t *testing.T) {
	dir := folder(t, map[string][]byte{"dog/a.png": shade(1, 1, 1), "T-shirt_top/b.png": shade(1, 1, 2)})
	f, err := Load(dir, Options{Classes: []string{"cat", "T-shirt/top", "dog"}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range f.All.Len() {
		if want := map[bool]int{true: 2, false: 1}[strings.Contains(f.All.Origin(i), "dog")]; f.All.Label(i) != want {
			t.Errorf("%s: label %d; want %d", f.All.Origin(i), f.All.Label(i), want)
		}
	}
	_, err = Load(dir, Options{Classes: []string{"cat", "dog"}})
	var class *ClassError
	if !errors.As(err, &class) || !strings.Contains(err.Error(), "T-shirt_top is no class of the model; want a folder for each of cat, dog") {
		t.Errorf("%v", err)
	}
}

func TestFolderName(t *testing.T) {
	for class, want := range map[string]string{
		"cat": "cat", "T-shirt/top": "T-shirt_top", "..": "_", ".x": "_.x", "": "_", "a\nb": "a_b", "end. ": "end", "日本": "日本",
		strings.Repeat("é", 200): strings.Repeat("é", 100),
	} {
		if have := FolderName(class); have != want {
			t.Errorf("%q: %q; want %q", class, have, want)
		}
	}
}

// Broken images are named and left out, up to a few.
func TestBroken(t *testing.T) {
	files := map[string][]byte{"a/00bad.png": []byte("no picture"), "b/00short.png": shade(9, 9, 9)[:40]}
	for i := range 50 {
		files[fmt.Sprintf("a/%02d.png", i)] = shade(1, 1, uint8(i))
		files[fmt.Sprintf("b/%02d.png", i)] = shade(1, 1, uint8(100+i))
	}
	dir := folder(t, files)
	f, err := Load(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if f.All.Len() != 100 || f.Files != 102 || len(f.Broken) != 2 {
		t.Fatalf("%d of %d read, broken: %v", f.All.Len(), f.Files, f.Broken)
	}
	if have := fmt.Sprint(f.Broken[0], f.Broken[1]); have != "a/00bad.png: none of PNG, JPEG, GIF, BMP, WebP, TIFF b/00short.png: damaged PNG: it ends too early" &&
		have != "b/00short.png: damaged PNG: it ends too early a/00bad.png: none of PNG, JPEG, GIF, BMP, WebP, TIFF" {
		t.Error(have)
	}
	for i := range f.All.Len() { // what is left has moved together, with its label
		want := float32(f.All.Label(i)*100) + float32(f.All.Origin(i)[len(f.All.Origin(i))-6]-'0')*10 + float32(f.All.Origin(i)[len(f.All.Origin(i))-5]-'0')
		if have := f.All.Example(i)[0] * 255; have-want > 1e-3 || want-have > 1e-3 {
			t.Errorf("%s has pixel %v", f.All.Origin(i), have)
		}
	}
	// Without the broken ones the folder is the same, in its parts and sums.
	whole := folder(t, map[string][]byte{"train/a/1.png": shade(1, 1, 1), "train/b/2.png": shade(1, 1, 2), "test/a/3.png": nil, "test/b/4.png": shade(1, 1, 4), "test/b/5.png": shade(1, 1, 5)})
	parts, err := Load(whole, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := Shared(parts.All.Subset([]int{3}), parts.Test); parts.Train.Len() != 2 || parts.Test.Len() != 2 || n != 1 {
		t.Errorf("parts %v, %v; %d shared", parts.Train, parts.Test, n)
	}
	os.Remove(filepath.Join(whole, "test", "a", "3.png"))
	if again, err := Load(whole, Options{}); err != nil || again.SHA256 != parts.SHA256 {
		t.Errorf("without the broken one: %v, %v", again, err)
	}
	os.WriteFile(filepath.Join(dir, "a", "worse.png"), nil, 0o666)
	_, err = Load(dir, Options{})
	if want := ": 3 of 103 images cannot be read, the first is "; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("three of 103: %v", err)
	}
}

// What is no image is passed over with a word; links are followed, but not in a circle; nothing is opened that might not end.
func TestStrange(t *testing.T) {
	dir := folder(t, map[string][]byte{
		"a/1.png": shade(1, 1, 1), "b/2.png": shade(1, 1, 2), "b/line\nbreak\x1b[31m.png": shade(1, 1, 3), "b/\xff.png": shade(1, 1, 4),
		"a/.hidden.png": []byte("x"), "a/._1.png": []byte("x"), "a/notes.txt": []byte("x"), "a/Thumbs.db": []byte("x"), ".cache/x.png": []byte("x"),
		"empty/readme.md": []byte("x"), "stray.png": shade(1, 1, 1),
	})
	elsewhere := folder(t, map[string][]byte{"c/5.png": shade(1, 1, 5)})
	for link, to := range map[string]string{
		"a/again": "..", "a/self": ".", "b/gone.png": "nowhere", "b/linked.png": "2.png", "c": filepath.Join(elsewhere, "c"), "a/device.png": os.DevNull,
	} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	makePipe(t, filepath.Join(dir, "b", "pipe.png"))
	if _, err := Open(filepath.Join(dir, "b", "pipe.png")); err == nil || !strings.HasSuffix(err.Error(), "pipe.png: neither a file nor a folder") {
		t.Errorf("a pipe by its name: %v", err)
	}
	f, err := Load(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	have := origins(f.All, dir)
	slices.Sort(have)
	if want := []string{"a/1.png", "b/2.png", "b/line\nbreak\x1b[31m.png", "b/linked.png", "b/\xff.png", "c/5.png"}; !slices.Equal(have, want) {
		t.Errorf("read %q; want %q", have, want)
	}
	all := strings.Join(f.Notes, "\n")
	for _, want := range []string{
		"1 images lie in no folder of a class", "empty has no images", "no image by its name: a/", "neither a file nor a folder: ", "a link to nowhere", "a link back to a folder",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in\n%s", want, all)
		}
	}
}

// A class folder in a circle of links ends; root may read everything, so the unreadable file is for others.
func TestUnreadable(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may read everything")
	}
	dir := folder(t, map[string][]byte{"a/1.png": shade(1, 1, 1), "b/2.png": shade(1, 1, 2), "b/3.png": shade(1, 1, 3)})
	os.Chmod(filepath.Join(dir, "b", "3.png"), 0)
	f, err := Load(dir, Options{})
	if err != nil || len(f.Broken) != 1 || f.Broken[0].Error() != "b/3.png: permission denied" {
		t.Errorf("%v, %v", f, err)
	}
}

func TestRefused(t *testing.T) {
	one := shade(1, 1, 1)
	for name, c := range map[string]struct {
		files map[string][]byte
		o     Options
		says  string
	}{
		"flat":       {map[string][]byte{"1.png": one, "2.png": one}, Options{}, "photos has 2 images, but no sub-folders; put the images of each class into a folder of its own"},
		"no images":  {map[string][]byte{"a/x.txt": one, "b/y.txt": one}, Options{}, "photos has no images in its sub-folders"},
		"nothing":    {map[string][]byte{"x.txt": one}, Options{}, "photos has no sub-folders with images; want one a class"},
		"one class":  {map[string][]byte{"cat/1.png": one}, Options{}, `photos has images of one class only, "cat"`},
		"test class": {map[string][]byte{"train/a/1.png": one, "train/b/2.png": one, "test/c/3.png": one}, Options{}, "test/c is no class to train on; want a folder for each of a, b"},
		"half size":  {map[string][]byte{"a/1.png": one, "b/2.png": one}, Options{Width: 3}, "width 3 and height 0; want both, or none"},
		"channels":   {map[string][]byte{"a/1.png": one, "b/2.png": one}, Options{Channels: 2}, "2 channels; want 1 (grey) or 3 (colour)"},
		"fit":        {map[string][]byte{"a/1.png": one, "b/2.png": one}, Options{Fit: "squash"}, `fit is "squash"; want stretch or crop`},
		"huge size":  {map[string][]byte{"a/1.png": one, "b/2.png": one}, Options{Width: 16384, Height: 16384}, "numbers; want at most"},
		"memory":     {map[string][]byte{"a/1.png": one, "b/2.png": one}, Options{Width: 100, Height: 100, MaxMemory: 10000}, "2 images of 100×100 grey take 20 KiB; want at most 10 KiB"},
		"all broken": {map[string][]byte{"a/1.png": nil, "b/2.png": nil}, Options{}, "2 of 2 images cannot be read, the first is a/1.png: empty"},
	} {
		if _, err := Load(folder(t, c.files), c.o); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v; want %q", name, err, c.says)
		}
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none"), Options{}); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a folder that is not there: %v", err)
	}
	if _, err := Load(os.DevNull, Options{}); err == nil || !strings.Contains(err.Error(), "is no folder") {
		t.Errorf("a device: %v", err)
	}
}

func TestIs(t *testing.T) {
	one := shade(1, 1, 1)
	for name, c := range map[string]struct {
		files map[string][]byte
		want  bool
	}{
		"classes": {map[string][]byte{"a/1.png": one}, true}, "parts": {map[string][]byte{"train/a/1.jpg": one}, true}, "flat": {map[string][]byte{"1.gif": one}, true},
		"tables": {map[string][]byte{"a.csv": one, "b/c.csv": one}, false}, "hidden": {map[string][]byte{".a/1.png": one}, false},
	} {
		if have := Is(folder(t, c.files)); have != c.want {
			t.Errorf("%s: %v", name, have)
		}
	}
	if Is(os.DevNull) || Is("nowhere") {
		t.Error("a device, or nothing, is a folder of images")
	}
}

// The size is the median one, made smaller where it is large; colours that can be seen ask for three channels.
func TestChoice(t *testing.T) {
	red := image.NewRGBA(image.Rect(0, 0, 4, 4))
	grey := image.NewRGBA(image.Rect(0, 0, 4, 4)) // three equal channels are grey, whatever the file says
	for i := range 16 {
		red.SetRGBA(i%4, i/4, color.RGBA{200, 0, 0, 255})
		grey.SetRGBA(i%4, i/4, color.RGBA{90, 90, 90, 255})
	}
	for name, c := range map[string]struct {
		files map[string][]byte
		o     Options
		want  string
	}{
		"alike":  {map[string][]byte{"a/1.png": shade(5, 7, 1), "b/2.png": shade(5, 7, 2)}, Options{}, "5×7 grey, all are 5×7"},
		"median": {map[string][]byte{"a/1.png": shade(5, 9, 1), "b/2.png": shade(7, 7, 2), "b/3.png": shade(30, 8, 2)}, Options{}, "7×8 grey, from 5×7 to 30×9, the median is 7×8"},
		"large":  {map[string][]byte{"a/1.png": shade(200, 100, 1), "b/2.png": shade(200, 100, 2)}, Options{}, "64×32 grey, all are 200×100"},
		"red":    {map[string][]byte{"a/1.png": encoded(red), "b/2.png": encoded(grey)}, Options{}, "4×4 colour, all are 4×4"},
		"grey":   {map[string][]byte{"a/1.png": encoded(grey), "b/2.png": encoded(grey)}, Options{}, "4×4 grey, all are 4×4"},
		"asked":  {map[string][]byte{"a/1.png": encoded(red), "b/2.png": encoded(grey)}, Options{Width: 3, Height: 2, Channels: 1}, "3×2 grey, "},
		"side":   {map[string][]byte{"a/1.png": turnedPNG(shade(5, 7, 1), 6), "b/2.png": turnedPNG(shade(5, 7, 2), 8)}, Options{}, "7×5 grey, all are 7×5"},
	} {
		f, err := Load(folder(t, c.files), c.o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if have := fmt.Sprintf("%v, %s", f.Form, f.Found); have != c.want {
			t.Errorf("%s: %q; want %q", name, have, c.want)
		}
		if want := (tensor.Shape{f.Form.Channels, f.Form.Height, f.Form.Width}); !f.All.Shape.Equal(want) {
			t.Errorf("%s: shape %v; want %v", name, f.All.Shape, want)
		}
	}
}

// Neither the number of threads nor the moment changes a bit; a pixel, a name or a label does change the sum.
func TestSame(t *testing.T) {
	files := map[string][]byte{}
	for i := range 60 {
		img := image.NewRGBA(image.Rect(0, 0, 17+i%5, 23))
		for j := range img.Pix {
			img.Pix[j] = uint8(i*j) | 255*uint8(j%4/3)
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, nil); err != nil {
			t.Fatal(err)
		}
		files[fmt.Sprintf("%c/%02d.jpg", 'a'+i%3, i)] = b.Bytes()
	}
	dir := folder(t, files)
	load := func(o Options) *Folder {
		f, err := Load(dir, o)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	one, many := load(Options{Threads: 1}), load(Options{Threads: 7})
	if one.SHA256 != many.SHA256 || one.All.Fingerprint() != many.All.Fingerprint() || one.Form != many.Form {
		t.Error("the number of threads changes what is read")
	}
	if load(Options{Fit: preprocess.Crop}).SHA256 == one.SHA256 {
		t.Error("cropped images have the same sum")
	}
	if err := os.Rename(filepath.Join(dir, "a", "00.jpg"), filepath.Join(dir, "b", "00.jpg")); err != nil {
		t.Fatal(err)
	}
	if load(Options{}).SHA256 == one.SHA256 {
		t.Error("another label leaves the sum as it is")
	}
}

// Images that are the same on both sides of a split, or in two classes, are found by their pixels.
func TestSharedImages(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 2, 1))
	img.Pix[1] = 77
	pale := image.NewRGBA(img.Rect)
	pale.SetRGBA(0, 0, color.RGBA{0, 0, 0, 255})
	pale.SetRGBA(1, 0, color.RGBA{77, 77, 77, 255})
	dir := folder(t, map[string][]byte{
		"train/a/1.png": encoded(img), "train/b/2.png": shade(2, 1, 9), "train/b/3.png": shade(2, 1, 10),
		"test/a/4.png": encoded(pale), "test/b/5.png": shade(2, 1, 11), "test/a/6.png": shade(2, 1, 9),
	})
	f, err := Load(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	n, pair := Shared(f.Train, f.Test)
	if want := [2]string{filepath.Join(dir, "train/a/1.png"), filepath.Join(dir, "test/a/4.png")}; n != 2 || pair != want {
		t.Errorf("%d shared, %v; want 2, %v", n, pair, want)
	}
	if n := f.Train.Overlap(f.Test); n != 2 {
		t.Errorf("dataset.Overlap finds %d", n)
	}
	mixed := f.All.Subset([]int{4, 5, 0, 1, 2, 3})
	if n, pair := Contradictions(mixed); n != 1 || !strings.HasSuffix(pair[0], "6.png") == !strings.HasSuffix(pair[1], "6.png") {
		t.Errorf("%d contradictions, %v", n, pair)
	}
	if n, _ := Contradictions(f.Test); n != 0 {
		t.Errorf("%d contradictions within the test part", n)
	}
}

// What is written reads back as it was, with the sets' order within each class.
func TestWrite(t *testing.T) {
	x := make([]uint8, 6*12)
	for i := range x {
		x[i] = uint8(i * 3)
	}
	for _, c := range []struct{ w, h, channels int }{{4, 3, 1}, {2, 2, 3}} {
		s, err := dataset.FromLabels("s", dataset.NewBytes(x, 12), tensor.Shape{c.channels, c.h, c.w}, []int32{0, 1, 1, 0, 2, 1}, []string{"T-shirt/top", "b", "c"})
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "deep", "out")
		if err := Write(context.Background(), dir, []Part{{"train", s}, {"test", s.Head(2)}}, c.w, c.h, 255); err != nil {
			t.Fatal(err)
		}
		f, err := Load(dir, Options{Classes: s.Classes, Channels: c.channels})
		if err != nil {
			t.Fatal(err)
		}
		if f.Train.Len() != 6 || f.Test.Len() != 2 || f.Form.Channels != c.channels || f.Form.Width != c.w {
			t.Fatalf("%v, %v, %v", f.Train, f.Test, f.Form)
		}
		for i := range f.Train.Len() {
			var number int
			fmt.Sscanf(filepath.Base(f.Train.Origin(i)), "%d.png", &number)
			if !slices.Equal(f.Train.Example(i), s.Example(number)) || f.Train.Label(i) != s.Label(number) {
				t.Errorf("%s: %v of class %d", f.Train.Origin(i), f.Train.Example(i), f.Train.Label(i))
			}
		}
		if err := Write(context.Background(), dir, nil, c.w, c.h, 255); err == nil || !strings.Contains(err.Error(), "is not empty; want a new folder") {
			t.Errorf("written over: %v", err)
		}
	}
}

// An interrupted or impossible writing leaves nothing behind.
func TestWriteLeavesNothing(t *testing.T) {
	s, _ := dataset.FromLabels("s", dataset.NewBytes(make([]uint8, 4*4000), 4), nil, make([]int32, 4000), []string{"a"})
	twice, _ := dataset.FromLabels("s", dataset.NewBytes(make([]uint8, 4), 4), nil, []int32{0}, []string{"a/b", "a_b"})
	stopped, stop := context.WithCancel(context.Background())
	stop()
	root := t.TempDir()
	for name, write := range map[string]func() error{
		"stopped":  func() error { return Write(stopped, root+"/x", []Part{{"train", s}}, 2, 2, 255) },
		"no sizes": func() error { return Write(context.Background(), root+"/x", []Part{{"train", s}}, 3, 2, 255) },
		"one name": func() error { return Write(context.Background(), root+"/x", []Part{{"train", twice}}, 2, 2, 255) },
	} {
		if err := write(); err == nil {
			t.Errorf("%s: no error", name)
		}
		if left, _ := os.ReadDir(root); len(left) > 0 {
			t.Errorf("%s: left %v", name, left)
		}
	}
}

// Each gives all files in order, in pieces, and the error of the broken ones.
func TestEach(t *testing.T) {
	files := map[string][]byte{}
	for i := range 2500 {
		files[fmt.Sprintf("%04d.png", i)] = shade(1, 1, uint8(i%251))
	}
	files["0100.png"] = []byte("broken")
	dir := folder(t, files)
	paths, notes, err := List(dir)
	if err != nil || len(paths) != 2500 || notes != nil {
		t.Fatalf("%d, %v, %v", len(paths), notes, err)
	}
	next := 0
	err = Each(paths, preprocess.Image{Width: 1, Height: 1, Channels: 1, Fit: preprocess.Stretch}, 3, func(i int, pixels []byte, err error) error {
		if i != next || (err != nil) != (i == 100) || err == nil && int(pixels[0]) != i%251 {
			t.Errorf("number %d after %d: pixels %v, %v", i, next, pixels, err)
		}
		next++
		return nil
	})
	if err != nil || next != 2500 {
		t.Errorf("%d, %v", next, err)
	}
	end := errors.New("enough")
	if err := Each(paths, preprocess.Image{Width: 1, Height: 1, Channels: 1, Fit: preprocess.Stretch}, 3, func(int, []byte, error) error { return end }); err != end {
		t.Errorf("%v", err)
	}
}

// One may always be broken, but not all; of many, one in fifty.
func TestTooMany(t *testing.T) {
	for _, c := range []struct {
		broken, n int
		want      bool
	}{{0, 0, false}, {0, 9, false}, {1, 1, true}, {1, 2, false}, {2, 2, true}, {1, 10, false}, {2, 10, true}, {2, 99, true}, {2, 100, false}, {3, 100, true}, {1400, 70_000, false}} {
		if have := TooMany(c.broken, c.n); have != c.want {
			t.Errorf("%d of %d: %v", c.broken, c.n, have)
		}
	}
}

// So many images that their pixels would fill the memory get a smaller size, down to 8 by 8.
func TestManyAreSmaller(t *testing.T) {
	seen := []glimpse{{640, 480, true}}
	for n, want := range map[int]string{1000: "64×48", 80_000: "64×48", 120_000: "32×24", 1 << 20: "16×12", 1 << 30: "8×6"} {
		form := preprocess.Image{Channels: 3}
		if chooseSize(&form, seen, n); fmt.Sprintf("%d×%d", form.Width, form.Height) != want {
			t.Errorf("%d images: %d×%d; want %s", n, form.Width, form.Height, want)
		}
	}
}

// Colour anywhere in a picture counts.
func TestColoured(t *testing.T) {
	for _, at := range []image.Point{{10, 10}, {150, 20}, {20, 150}, {150, 150}} {
		img := image.NewRGBA(image.Rect(0, 0, 200, 200))
		for i := range img.Pix {
			img.Pix[i] = 255
		}
		if coloured(img) {
			t.Error("white is coloured")
		}
		for i := range 400 {
			img.SetRGBA(at.X+i%20, at.Y+i/20, color.RGBA{250, 100, 100, 255})
		}
		if !coloured(img) {
			t.Errorf("a patch at %v is not seen", at)
		}
	}
}
