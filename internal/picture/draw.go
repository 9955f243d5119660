package picture

import (
	"image"

	"github.com/gradus-nn/gradus/dataset/imagefolder"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/preprocess"
	"github.com/gradus-nn/gradus/tensor"
)

// Form is Size for pictures of one channel or of three.
func Form(s tensor.Shape) (channels, height, width int, ok bool) {
	if len(s) == 3 && s[0] == 3 {
		return 3, s[1], s[2], true
	}
	height, width, ok = Size(s)
	return 1, height, width, ok
}

// Draw makes a picture of an example from 0 to 1: of a photograph as it is, of anything else as ink on paper. It is nil if the shape is no
// picture's.
func Draw(x []float32, s tensor.Shape, photo bool) image.Image {
	channels, height, width, ok := Form(s)
	switch {
	case !ok:
		return nil
	case photo || channels == 3:
		return imagefolder.Picture(x, width, height)
	}
	return terminal.Ink(x, height, width)
}

// Ink returns how dark the pixels of a picture are drawn, from 0 to 1, where one channel is all there is to draw with.
func Ink(x []float32, s tensor.Shape, photo bool) (ink []float32, height, width int, ok bool) {
	channels, height, width, ok := Form(s)
	if !ok {
		return nil, 0, 0, false
	}
	ink = make([]float32, height*width)
	for i := range ink {
		if ink[i] = x[i]; channels == 3 { // luminance, as BT.601 weighs it
			ink[i] = 0.299*x[i] + 0.587*x[len(ink)+i] + 0.114*x[2*len(ink)+i]
		}
		if photo || channels == 3 {
			ink[i] = 1 - ink[i]
		}
	}
	return ink, height, width, true
}

// IsImage reports whether a step is the form of images that come from files.
func IsImage(step preprocess.Step) bool {
	_, ok := step.(preprocess.Image)
	return ok
}
