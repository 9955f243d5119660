package terminal

import (
	"fmt"
	"image"
	"image/color"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/image/draw"
)

// Ink makes a picture of one channel: 0 is white paper, 1 is black ink, as digits are printed. It has one
// value a pixel, row by row; values outside [0, 1] and NaN are drawn as the nearest, NaN as paper.
func Ink[F float32 | float64](pixels []F, height, width int) *image.Gray {
	if len(pixels) != height*width {
		panic(fmt.Sprintf("terminal: want %d x %d pixels, have %d", height, width, len(pixels)))
	}
	img := image.NewGray(image.Rect(0, 0, width, height))
	for i, v := range pixels {
		if !(v > 0) {
			v = 0
		}
		img.Pix[i] = 255 - uint8(math.Round(255*float64(min(v, 1))))
	}
	return img
}

// Show writes a picture in the best way that the output has: pixels by kitty's protocol or sixel, else
// [Caps.Blocks]. It ends with a line break.
func (c Caps) Show(w io.Writer, img image.Image) error {
	switch c.Graphics {
	case Kitty:
		return WriteKitty(w, enlarge(img))
	case Sixel:
		return WriteSixel(w, enlarge(img))
	}
	for _, line := range c.Blocks(img) {
		if _, err := io.WriteString(w, line+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// enlarge makes a small picture about 224 pixels wide and keeps its pixels square and sharp.
func enlarge(img image.Image) image.Image {
	const about = 224
	b := img.Bounds()
	times := about / max(b.Dx(), b.Dy(), 1)
	if times < 2 {
		return img
	}
	large := image.NewRGBA(image.Rect(0, 0, times*b.Dx(), times*b.Dy()))
	draw.NearestNeighbor.Scale(large, large.Bounds(), img, b, draw.Src, nil)
	return large
}

// shrink makes a picture at most that wide.
func shrink(img image.Image, width int) image.Image {
	b := img.Bounds()
	if b.Dx() <= width {
		return img
	}
	height := max(1, int(math.Round(float64(b.Dy())*float64(width)/float64(b.Dx()))))
	small := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.CatmullRom.Scale(small, small.Bounds(), img, b, draw.Src, nil)
	return small
}

// Blocks draws a picture in lines of text, a column a pixel and a line two pixels: in upper half blocks with
// two colours each where there are 256 colours or more and UTF-8, and elsewhere in ASCII, where more ink is a
// denser character. A picture that is wider than the output is made smaller.
func (c Caps) Blocks(img image.Image) []string {
	img = shrink(img, c.Width)
	b := img.Bounds()
	lines := make([]string, 0, (b.Dy()+1)/2)
	for y := b.Min.Y; y < b.Max.Y; y += 2 {
		if c.UTF8 && c.Color >= Color256 {
			lines = append(lines, c.halfBlocks(img, y))
		} else {
			lines = append(lines, asciiLine(img, y))
		}
	}
	return lines
}

// halfBlocks draws the pixel rows y and y+1. Below the last row of an odd number is the terminal's own ground.
func (c Caps) halfBlocks(img image.Image, y int) string {
	var s strings.Builder
	b := img.Bounds()
	below := y+1 < b.Max.Y
	front, ground := "", "" // the colours that are set
	for x := b.Min.X; x < b.Max.X; x++ {
		top, bottom := c.sgr("38", img.At(x, y)), "49"
		if below {
			bottom = c.sgr("48", img.At(x, y+1))
		}
		block := "▀"
		if top[1:] == bottom[1:] {
			// Both halves alike: a space, because some fonts leave a hair between half blocks.
			block, top = " ", front
		}
		switch {
		case top != front && bottom != ground:
			s.WriteString("\x1b[" + top + ";" + bottom + "m")
		case top != front:
			s.WriteString("\x1b[" + top + "m")
		case bottom != ground:
			s.WriteString("\x1b[" + bottom + "m")
		}
		front, ground = top, bottom
		s.WriteString(block)
	}
	s.WriteString(reset)
	return s.String()
}

// sgr returns the parameters that choose a colour: 38 before it is the front, 48 the ground.
func (c Caps) sgr(which string, col color.Color) string {
	v := color.RGBAModel.Convert(col).(color.RGBA)
	if c.Color >= TrueColor {
		return fmt.Sprintf("%s;2;%d;%d;%d", which, v.R, v.G, v.B)
	}
	if v.R == v.G && v.G == v.B {
		return which + ";5;" + strconv.Itoa(gray256(v.R))
	}
	return which + ";5;" + strconv.Itoa(int(ansi.Convert256(v)))
}

// gray256 returns the nearest of the 26 grays among the 256 colours: 16 is black, 232 to 255 are 8, 18 ...
// 238, and 231 is white.
func gray256(y uint8) int {
	switch i := (int(y) - 8 + 5) / 10; {
	case y < 4:
		return 16
	case y > 246:
		return 231
	default:
		return 232 + min(i, 23)
	}
}

// ramp is ASCII from paper to ink.
const ramp = " .:-=+*#%@"

// asciiLine draws the mean of the pixel rows y and y+1.
func asciiLine(img image.Image, y int) string {
	b := img.Bounds()
	line := make([]byte, 0, b.Dx())
	for x := b.Min.X; x < b.Max.X; x++ {
		v := luminance(img.At(x, y))
		if y+1 < b.Max.Y {
			v = (v + luminance(img.At(x, y+1))) / 2
		}
		ink := (255 - v) * len(ramp) / 256
		line = append(line, ramp[ink])
	}
	return string(line)
}

func luminance(col color.Color) int {
	return int(color.GrayModel.Convert(col).(color.Gray).Y)
}
