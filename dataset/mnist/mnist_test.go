package mnist

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/tensor"
)

func Example() {
	digits, err := Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(digits.Train)
	fmt.Println(digits.Test)
	class, count := digits.Test.Majority()
	fmt.Printf("always %d: %d of %d\n", class, count, digits.Test.Len())
	// Output:
	// mnist train: 60000 examples, 784 → 10 classes
	// mnist test: 10000 examples, 784 → 10 classes
	// always 1: 1135 of 10000
}

func ExampleNielsen() {
	train, validation, test, err := Nielsen()
	fmt.Println(train.Len(), validation.Len(), test.Len(), err)
	// Output: 50000 10000 10000 <nil>
}

// TestPublished: the embedded files are those that were published, byte for byte.
func TestPublished(t *testing.T) {
	for _, f := range []struct {
		packed []byte
		size   int
		sha256 string
	}{
		{trainImages, 47040016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
		{trainLabels, 60008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
		{testImages, 7840016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
		{testLabels, 10008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
	} {
		raw, err := unpack(f.packed, f.size)
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != f.sha256 {
			t.Errorf("SHA-256 of %d bytes is %x; want %s", f.size, sum, f.sha256)
		}
	}
}

func TestLoad(t *testing.T) {
	digits, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*dataset.Set{digits.Train, digits.Test} {
		if err := s.Check(); err != nil {
			t.Error(err)
		}
	}
	if got, want := digits.Train.Labels[:10], []int32{5, 0, 4, 1, 9, 2, 1, 3, 1, 4}; !slices.Equal(got, want) {
		t.Errorf("the first training labels are %v; want %v", got, want)
	}
	if got, want := digits.Test.Labels[:10], []int32{7, 2, 1, 0, 4, 1, 4, 9, 5, 9}; !slices.Equal(got, want) {
		t.Errorf("the first test labels are %v; want %v", got, want)
	}
	if got, want := digits.Train.ClassCounts(), []int{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}; !slices.Equal(got, want) {
		t.Errorf("class counts %v; want %v", got, want)
	}
	// The first stroke of the first image, a 5: row 5, columns 12 to 16.
	x := digits.Train.Example(0)
	for i, v := range []float32{3, 18, 18, 18, 126} {
		if got := x[5*Side+12+i]; got != v/255 {
			t.Errorf("pixel (5, %d) is %v; want %v/255", 12+i, got, v)
		}
	}
}

func TestLoadWith(t *testing.T) {
	d, err := LoadWith(Options{OneHot: true})
	if err != nil {
		t.Fatal(err)
	}
	s := d.Train
	if want := (tensor.Shape{1, 28, 28}); !s.Shape.Equal(want) {
		t.Errorf("shape %v; want %v", s.Shape, want)
	}
	if got := s.Example(0)[5*Side+16]; got != 126 {
		t.Errorf("raw pixel %v; want 126", got)
	}
	if got, want := s.Target(0), []float32{0, 0, 0, 0, 0, 1, 0, 0, 0, 0}; s.Labels != nil || !slices.Equal(got, want) {
		t.Errorf("target %v; want %v", got, want)
	}
	if err := s.Check(); err != nil {
		t.Error(err)
	}
}

func TestNielsen(t *testing.T) {
	train, validation, _, err := Nielsen()
	if err != nil {
		t.Fatal(err)
	}
	digits, _ := Load()
	if !slices.Equal(validation.Example(0), digits.Train.Example(50_000)) || validation.Label(0) != digits.Train.Label(50_000) {
		t.Error("validation does not begin with training image 50000")
	}
	if !slices.Equal(train.Example(49_999), digits.Train.Example(49_999)) {
		t.Error("the training images are not the first ones")
	}
}

// TestDamaged: a changed byte of a packed file gives an error, or, where it means nothing (a flag), the same labels; never others.
// Bytes of the frame header, of the table and in the middle are changed.
func TestDamaged(t *testing.T) {
	n := len(testLabels)
	places := []int{n / 2, n / 3, n - 40, n - 35}
	for i := range 30 {
		places = append(places, i, n-1-i)
	}
	for _, at := range places {
		broken := bytes.Clone(testLabels)
		broken[at] ^= 0x10
		labels, err := unpackIDX("labels", broken, 10_000)
		if err == nil {
			if want, _ := unpackIDX("labels", testLabels, 10_000); !bytes.Equal(labels, want) {
				t.Errorf("byte %d of %d changed, and the labels with it, without an error", at, n)
			}
			continue
		}
		if !strings.HasPrefix(err.Error(), "mnist: the embedded labels are damaged: ") {
			t.Errorf("byte %d: %v", at, err)
		}
	}
	for _, cut := range []int{0, 1, 8, 9, 16, 17, n / 2, n - 1} {
		if _, err := unpackIDX("labels", testLabels[:cut], 10_000); err == nil {
			t.Errorf("cut to %d bytes without an error", cut)
		}
	}
	if _, err := seekTable(testLabels, 10_009); err == nil {
		t.Error("parts that do not fill the file without an error")
	}
	if _, err := unpackIDX("labels", testLabels, 9_999); err == nil {
		t.Error("a wrong number of labels without an error")
	}
	if _, err := unpackIDX("images", testImages, 10_000, 14, 56); err == nil || !strings.Contains(err.Error(), "the header is 00000803") {
		t.Errorf("a wrong shape of the right size: %v", err)
	}
}

func BenchmarkUnpack(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := unpackImages(60_000, trainImages, trainLabels); err != nil {
			b.Fatal(err)
		}
	}
}
