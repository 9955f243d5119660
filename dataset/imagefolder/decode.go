package imagefolder

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"
)

// A format is one kind of image file, told by its content: the ending of the name is only a hint of people to one another.
type format struct {
	name   string
	marks  []string // a file begins with one of them; ? stands for any byte
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
	cost   func(data []byte, c image.Config) int // bytes a pixel while it is decoded
}

var formats = []format{
	{"PNG", []string{"\x89PNG\r\n\x1a\n"}, png.DecodeConfig, png.Decode, pngCost},
	{"JPEG", []string{"\xff\xd8"}, jpeg.DecodeConfig, jpeg.Decode, jpegCost},
	{"GIF", []string{"GIF87a", "GIF89a"}, gif.DecodeConfig, gif.Decode, modelCost},
	{"BMP", []string{"BM"}, bmp.DecodeConfig, bmp.Decode, modelCost},
	{"WebP", []string{"RIFF????WEBP"}, webp.DecodeConfig, webp.Decode, webpCost},
	{"TIFF", []string{"II*\x00", "MM\x00*"}, tiff.DecodeConfig, tiff.Decode, tiffCost},
}

// endings are the names that images have.
var endings = []string{".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".dib", ".webp", ".tif", ".tiff"}

// begins reports whether data begin with a mark.
func begins(data []byte, mark string) bool {
	if len(data) < len(mark) {
		return false
	}
	for i := range len(mark) {
		if mark[i] != '?' && mark[i] != data[i] {
			return false
		}
	}
	return true
}

func formatOf(data []byte) (format, bool) {
	for _, f := range formats {
		for _, mark := range f.marks {
			if begins(data, mark) {
				return f, true
			}
		}
	}
	return format{}, false
}

// modelCost is the memory of the decoded image.
func modelCost(_ []byte, c image.Config) int {
	switch c.ColorModel {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.YCbCrModel:
		return 3
	case color.RGBAModel, color.NRGBAModel, color.CMYKModel, color.NYCbCrAModel:
		return 4
	}
	if _, ok := c.ColorModel.(color.Palette); ok {
		return 1
	}
	return 8
}

// pngCost: the passes of an interlaced image are decoded apart, and then put together.
func pngCost(data []byte, c image.Config) int {
	const interlaced = 28 // the last byte of the header
	if len(data) > interlaced && data[interlaced] != 0 {
		return 2 * modelCost(data, c)
	}
	return modelCost(data, c)
}

// jpegCost: a progressive image keeps every coefficient, in 4 bytes, until the last scan; four colours are put together from parts.
func jpegCost(data []byte, c image.Config) int {
	const baseline, progressive = 0xc0, 0xc2
	cost := modelCost(data, c)
	if c.ColorModel == color.RGBAModel || c.ColorModel == color.CMYKModel {
		cost += 4
	}
	for _, s := range segments(data) {
		if s.marker == progressive && len(s.body) > 5 {
			cost += 4 * int(s.body[5])
		}
	}
	return cost
}

// webpCost: a lossless image is unpacked in several steps.
func webpCost(data []byte, c image.Config) int { return 2 * modelCost(data, c) }

// tiffCost: a strip is unpacked before its pixels are read, and may be the whole image.
func tiffCost(data []byte, c image.Config) int { return 2 * modelCost(data, c) }

const startOfScan = 0xda

// maxScans bounds the scans of a JPEG image: each costs as much time as the whole image, and ten bytes.
const maxScans = 100

// A header is what an image file says about itself.
type header struct {
	format
	width, height int // as stored
	orientation   int
	memory        int64 // needed to decode it
}

// inspect reads the header of an image file.
func inspect(data []byte) (h header, err error) {
	defer func() { // a decoder's defect must not end the program
		if r := recover(); r != nil {
			err = fmt.Errorf("damaged %s: %v", h.name, r)
		}
	}()
	f, ok := formatOf(data)
	if !ok {
		if len(data) == 0 {
			return h, errors.New("empty")
		}
		return h, errors.New("none of PNG, JPEG, GIF, BMP, WebP, TIFF")
	}
	h.format = f
	c, err := f.config(bytes.NewReader(data))
	if err != nil {
		return h, damaged(f.name, err)
	}
	if c.Width < 1 || c.Height < 1 {
		return h, fmt.Errorf("damaged %s: %d by %d pixels", f.name, c.Width, c.Height)
	}
	if f.name == "JPEG" && bytes.Count(data, []byte{0xff, startOfScan}) > maxScans {
		return h, fmt.Errorf("damaged JPEG: more than %d scans", maxScans)
	}
	h.width, h.height, h.orientation = c.Width, c.Height, orientation(f.name, data)
	h.memory = int64(c.Width) * int64(c.Height)
	if h.memory <= 1<<40 {
		h.memory *= int64(f.cost(data, c))
	}
	return h, nil
}

// seen returns the size of the picture as it is to be looked at.
func (h header) seen() (width, height int) {
	if h.orientation >= 5 {
		return h.height, h.width
	}
	return h.width, h.height
}

// decoded decodes an image whose header has been found to be affordable.
func (h header) decoded(data []byte) (img image.Image, err error) {
	defer func() {
		if r := recover(); r != nil {
			img, err = nil, fmt.Errorf("damaged %s: %v", h.name, r)
		}
	}()
	if img, err = h.decode(bytes.NewReader(data)); err != nil {
		return nil, damaged(h.name, err)
	}
	if h.name == "WebP" {
		img = asVideo(img)
	}
	if b := img.Bounds(); b.Empty() || b.Dx() > h.width || b.Dy() > h.height {
		return nil, fmt.Errorf("damaged %s: %d by %d pixels, but its header says %d by %d", h.name, b.Dx(), b.Dy(), h.width, h.height)
	}
	return img, nil
}

// damaged says what a decoder found, without the name of its package.
func damaged(name string, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fmt.Errorf("damaged %s: it ends too early", name)
	}
	text := err.Error()
	for _, prefix := range []string{
		"png: ", "jpeg: ", "gif: ", "bmp: ", "webp: ", "tiff: ", "vp8: ", "vp8l: ", "riff: ", "invalid format: ", "invalid JPEG format: ",
	} {
		text = strings.TrimPrefix(text, prefix)
	}
	if rest, ok := strings.CutPrefix(text, "unsupported JPEG feature: "); ok {
		text = "unsupported " + rest
	}
	if rest, ok := strings.CutPrefix(text, "unsupported feature: "); ok {
		text = "unsupported " + rest
	}
	if strings.HasPrefix(text, "unsupported") {
		return fmt.Errorf("%s: %s", name, text)
	}
	return fmt.Errorf("damaged %s: %s", name, text)
}
