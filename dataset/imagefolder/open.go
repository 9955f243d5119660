package imagefolder

import (
	"fmt"
	"image"
	"image/draw"
	"io"

	"github.com/gradus-nn/gradus/preprocess"
)

// IsImage reports whether a file is called as images are: x.png, x.JPG.
func IsImage(name string) bool { return isImage(name) }

// Begins reports whether data begin as image files do.
func Begins(data []byte) bool {
	_, ok := formatOf(data)
	return ok
}

// Open reads a single image file, of any size that its memory allows, as it is to be seen: turned upright. Errors begin with the path.
func Open(path string) (image.Image, error) {
	var buffer []byte
	data, err := load(path, &buffer)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var upright image.Image
	err = newReader(0).use(data, func(h header, img image.Image) {
		if upright = img; h.orientation != 1 {
			upright = turned(img, h.orientation)
		} else if whole := canvas(h, img); whole != img.Bounds() { // a first frame smaller than its canvas
			page := image.NewRGBA(whole)
			draw.Draw(page, whole, image.White, image.Point{}, draw.Src)
			draw.Draw(page, img.Bounds(), img, img.Bounds().Min, draw.Over)
			upright = page
		}
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return upright, nil
}

// turned returns an image turned upright.
func turned(img image.Image, orientation int) image.Image {
	b := img.Bounds()
	form := preprocess.Image{Width: b.Dx(), Height: b.Dy(), Channels: 3, Fit: preprocess.Stretch}
	if orientation >= 5 {
		form.Width, form.Height = form.Height, form.Width
	}
	pixels := make([]uint8, form.Size())
	fill(pixels, img, b, orientation, form)
	upright := image.NewRGBA(image.Rect(0, 0, form.Width, form.Height))
	plane := form.Width * form.Height
	for i := range plane {
		upright.Pix[4*i], upright.Pix[4*i+1], upright.Pix[4*i+2], upright.Pix[4*i+3] = pixels[i], pixels[plane+i], pixels[2*plane+i], 255
	}
	return upright
}

// ReadPixels reads one image from r into a row of pixels.
func ReadPixels(r io.Reader, form preprocess.Image) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("more than %d bytes; want an image", maxFile)
	}
	return Pixels(data, form)
}
