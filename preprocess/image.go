package preprocess

import (
	"fmt"

	"github.com/gradus-nn/gradus/tensor"
)

// Image says how a picture of any size becomes a row of pixels: what a model of pictures carries, so that a new picture is brought into
// the same form. Package dataset/imagefolder does it; features are pixels already, so Apply changes nothing.
//
// A row has Channels planes of Height rows of Width pixels, each from 0 to 255: x [Channels, Height, Width].
type Image struct {
	Width    int    `json:"width"`
	Height   int    `json:"height"`
	Channels int    `json:"channels"` // 1: grey; 3: red, green, blue
	Fit      string `json:"fit"`      // Stretch or Crop
}

// What is done to a picture of other proportions.
const (
	Stretch = "stretch" // width and height are scaled each for itself: nothing is lost
	Crop    = "crop"    // the largest part of the right proportions, from the middle: nothing is distorted
)

// MaxPixels bounds the numbers of an example.
const MaxPixels = 1 << 24

// Apply does nothing.
func (t Image) Apply([]float32, int) {}

// Check reports sizes that are none, and rows of another width.
func (t Image) Check(width int) error {
	const most = 1 << 14
	switch {
	case t.Width < 1 || t.Height < 1 || t.Width > most || t.Height > most:
		return fmt.Errorf("preprocess: image: %d by %d pixels; want 1 to %d each way", t.Width, t.Height, most)
	case t.Channels != 1 && t.Channels != 3:
		return fmt.Errorf("preprocess: image: %d channels; want 1 (grey) or 3 (colour)", t.Channels)
	case t.Fit != Stretch && t.Fit != Crop:
		return fmt.Errorf("preprocess: image: fit is %q; want %s or %s", t.Fit, Stretch, Crop)
	case t.Size() > MaxPixels:
		return fmt.Errorf("preprocess: image: %v are %d numbers; want at most %d", t, t.Size(), MaxPixels)
	case t.Size() != width:
		return fmt.Errorf("preprocess: image: %v are %d numbers; want %d", t, t.Size(), width)
	}
	return nil
}

// Size returns the numbers of a row.
func (t Image) Size() int { return t.Width * t.Height * t.Channels }

// Shape returns [Channels Height Width].
func (t Image) Shape() tensor.Shape { return tensor.Shape{t.Channels, t.Height, t.Width} }

// String is "28×28 grey" or "32×32 colour".
func (t Image) String() string {
	colour := "grey"
	if t.Channels == 3 {
		colour = "colour"
	}
	return fmt.Sprintf("%d×%d %s", t.Width, t.Height, colour)
}
