package catalog

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/gradus-nn/gradus/tensor"
)

// A folder of images is a set by its path: of every class a part is kept to test, or the part that has a folder of its own.
func TestImageFolder(t *testing.T) {
	dir := t.TempDir()
	draw := func(path string, v uint8) {
		path = filepath.Join(dir, path)
		os.MkdirAll(filepath.Dir(path), 0o777)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		img := image.NewGray(image.Rect(0, 0, 3, 2))
		img.Pix[0] = v
		if err := png.Encode(f, img); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 10 {
		draw("drawn/cat/"+string(rune('a'+i))+".png", uint8(i))
		draw("drawn/dog/"+string(rune('a'+i))+".png", uint8(100+i))
	}
	train, test, info, err := Load(filepath.Join(dir, "drawn"), Options{Prepare: true})
	if err != nil {
		t.Fatal(err)
	}
	counts := test.ClassCounts()
	if train.Len() != 16 || counts[0] != 2 || counts[1] != 2 || info.Classes[1] != "dog" || !info.Shape.Equal(tensor.Shape{1, 2, 3}) || len(info.Applied) != 2 {
		t.Errorf("%v, %v, %v", train, test, info)
	}
	draw("parted/train/cat/1.png", 1)
	draw("parted/train/dog/2.png", 2)
	draw("parted/val/dog/3.png", 3)
	if train, test, _, err := Load(filepath.Join(dir, "parted"), Options{}); err != nil || train.Len() != 2 || test.Len() != 1 || test.Label(0) != 1 {
		t.Errorf("%v, %v, %v", train, test, err)
	}
}
