package terminal

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi/sixel"
)

// corner is a picture of 3 x 3: black, mid-gray and white on the diagonal of paper.
func corner() *image.Gray {
	return Ink([]float32{
		1, 0, 0,
		0, 0.5, 0,
		0, 0, 1,
	}, 3, 3)
}

func TestInk(t *testing.T) {
	img := Ink([]float64{0, 1, 0.5, -3, 7, math.NaN()}, 2, 3)
	if want := []uint8{255, 0, 127, 255, 0, 255}; !bytes.Equal(img.Pix, want) {
		t.Errorf("have %v, want %v", img.Pix, want)
	}
	defer func() {
		if r := recover(); r != "terminal: want 2 x 3 pixels, have 5" {
			t.Errorf("panic %v", r)
		}
	}()
	Ink(make([]float32, 5), 2, 3)
}

func TestHalfBlocks(t *testing.T) {
	have := strings.Join(Caps{UTF8: true, Color: TrueColor, Width: 80}.Blocks(corner()), "\n")
	want := "\x1b[38;2;0;0;0;48;2;255;255;255m▀" + // black over white
		"\x1b[38;2;255;255;255;48;2;127;127;127m▀" + // white over gray
		"\x1b[48;2;255;255;255m \x1b[0m\n" + // white over white: a space
		"\x1b[38;2;255;255;255;49m▀▀" + // white over the terminal's own ground
		"\x1b[38;2;0;0;0m▀\x1b[0m"
	if have != want {
		t.Errorf("\nhave %q\nwant %q", have, want)
	}

	have = strings.Join(Caps{UTF8: true, Color: Color256, Width: 80}.Blocks(corner()), "\n")
	want = "\x1b[38;5;16;48;5;231m▀\x1b[38;5;231;48;5;244m▀\x1b[48;5;231m \x1b[0m\n" +
		"\x1b[38;5;231;49m▀▀\x1b[38;5;16m▀\x1b[0m"
	if have != want {
		t.Errorf("\nhave %q\nwant %q", have, want)
	}
}

func TestColors256(t *testing.T) {
	red := image.NewUniform(color.RGBA{255, 0, 0, 255})
	c := Caps{UTF8: true, Color: Color256, Width: 80}
	if have := c.sgr("38", red.At(0, 0)); have != "38;5;196" {
		t.Errorf("red is %s, want 196 of the cube", have)
	}
	// Every gray goes to the nearest of the 26.
	level := func(index int) int {
		switch index {
		case 16:
			return 0
		case 231:
			return 255
		}
		return 8 + 10*(index-232)
	}
	distance := func(a, b int) int { return max(a-b, b-a) }
	for y := range 256 {
		have, best := gray256(uint8(y)), 16
		for _, index := range append([]int{231}, seq(232, 256)...) {
			if distance(level(index), y) < distance(level(best), y) {
				best = index
			}
		}
		if distance(level(have), y) != distance(level(best), y) {
			t.Errorf("gray %d is %d (%d), want %d (%d)", y, have, level(have), best, level(best))
		}
	}
}

func seq(from, to int) (s []int) {
	for i := from; i < to; i++ {
		s = append(s, i)
	}
	return s
}

func TestASCII(t *testing.T) {
	for _, c := range []Caps{
		{Width: 80},
		{Width: 80, UTF8: true},
		{Width: 80, UTF8: true, Color: Color16},
		{Width: 80, Color: TrueColor},
	} {
		have := strings.Join(c.Blocks(corner()), "\n")
		if want := "+: \n  @"; have != want { // half ink, a quarter, none; none, none, all
			t.Errorf("%+v: have %q, want %q", c, have, want)
		}
	}
}

func TestWidePictureShrinks(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 200, 100))
	lines := Caps{Width: 40}.Blocks(img)
	if len(lines) != 10 || lines[0] != strings.Repeat("@", 40) {
		t.Errorf("%d lines of %d columns", len(lines), len(lines[0]))
	}
}

// samePicture compares pixels, where color depth is lost up to that much.
func samePicture(t *testing.T, have, want image.Image, tolerance int) {
	t.Helper()
	if have.Bounds().Size() != want.Bounds().Size() {
		t.Fatalf("size %v, want %v", have.Bounds(), want.Bounds())
	}
	for y := range want.Bounds().Dy() {
		for x := range want.Bounds().Dx() {
			a := luminance(have.At(have.Bounds().Min.X+x, have.Bounds().Min.Y+y))
			b := luminance(want.At(want.Bounds().Min.X+x, want.Bounds().Min.Y+y))
			if max(a-b, b-a) > tolerance {
				t.Fatalf("pixel %d,%d is %d, want %d", x, y, a, b)
			}
		}
	}
}

func TestSixel(t *testing.T) {
	var b bytes.Buffer
	if err := (Caps{Graphics: Sixel}).Show(&b, corner()); err != nil {
		t.Fatal(err)
	}
	payload, ok := strings.CutPrefix(b.String(), "\x1bP0;1q")
	if !ok || !strings.HasSuffix(payload, "\x1b\\\n") {
		t.Fatalf("have %.20q ... %q", b.String(), b.String()[b.Len()-5:])
	}
	img, err := new(sixel.Decoder).Decode(strings.NewReader(strings.TrimSuffix(payload, "\x1b\\\n")))
	if err != nil {
		t.Fatal(err)
	}
	samePicture(t, img, enlarge(corner()), 2) // sixel counts colours in percents
}

func TestKitty(t *testing.T) {
	noise := image.NewGray(image.Rect(0, 0, 112, 112)) // its PNG takes several chunks
	for i := range noise.Pix {
		noise.Pix[i] = uint8(i * i * 7 >> 3)
	}
	var b bytes.Buffer
	if err := (Caps{Graphics: Kitty}).Show(&b, noise); err != nil {
		t.Fatal(err)
	}
	chunks := regexp.MustCompile(`\x1b_G([^;]*);([^\x1b]*)\x1b\\`).FindAllStringSubmatch(b.String(), -1)
	if len(chunks) < 2 {
		t.Fatalf("%d chunks", len(chunks))
	}
	data, rest := "", b.String()
	for i, chunk := range chunks {
		more := fmt.Sprintf("m=%d", map[bool]int{true: 1}[i+1 < len(chunks)])
		if !strings.Contains(chunk[1], more) || len(chunk[2]) > 4096 || !strings.Contains(chunk[1], "q=2") {
			t.Errorf("chunk %d has %q and %d bytes", i, chunk[1], len(chunk[2]))
		}
		data += chunk[2]
		rest = strings.Replace(rest, chunk[0], "", 1)
	}
	if first := chunks[0][1]; !strings.Contains(first, "a=T") || !strings.Contains(first, "f=100") {
		t.Errorf("the first chunk has %q", first)
	}
	if rest != "\n" {
		t.Errorf("between the chunks stands %q", rest)
	}
	raw, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	samePicture(t, img, enlarge(noise), 0)
}

func TestGrid(t *testing.T) {
	// A sheet of 8 x 4 with two points of ink, which are half the ink of a line each.
	sheet := func(x int) *image.Gray {
		ink := make([]float32, 8*4)
		ink[1*8+x], ink[2*8+x] = 1, 1
		return Ink(ink, 4, 8)
	}
	tiles := []Tile{
		{sheet(3), []string{"one", "a\x1b[2J"}},
		{sheet(4), []string{"a long caption"}},
		{sheet(3), nil},
		{sheet(4), []string{"four"}},
	}
	var b bytes.Buffer
	if err := (Caps{Width: 26}).Grid(&b, tiles); err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"   +         +       +",
		"   +         +       +",
		"one      a long ~",
		`a\x1b[2J`,
		"",
		"    +",
		"    +",
		"four",
		"",
	}, "\n")
	if b.String() != want {
		t.Errorf("\nhave\n%s\nwant\n%s", b.String(), want)
	}
	if err := (Caps{Width: 80}).Grid(&b, nil); err != nil {
		t.Error(err)
	}
}

func TestTrim(t *testing.T) {
	blot := func(x, y int) Tile {
		ink := make([]float32, 10*10)
		ink[10*y+x] = 1
		return Tile{Image: Ink(ink, 10, 10)}
	}
	for _, c := range []struct {
		tiles []Tile
		want  image.Rectangle
	}{
		{[]Tile{blot(4, 5)}, image.Rect(3, 3, 7, 7)},             // a blank frame of 4, of which 1 stays
		{[]Tile{blot(4, 5), blot(2, 5)}, image.Rect(1, 1, 9, 9)}, // the smaller one counts
		{[]Tile{blot(4, 5), blot(0, 5)}, image.Rect(0, 0, 10, 10)},
		{[]Tile{blot(4, 5), {Image: image.NewGray(image.Rect(0, 0, 9, 9))}}, image.Rect(0, 0, 10, 10)},
		{[]Tile{blot(4, 5), {Image: image.NewGray(image.Rect(0, 0, 10, 10))}}, image.Rect(0, 0, 10, 10)}, // white and black ground
	} {
		if have := trim(c.tiles)[0].Bounds(); have != c.want {
			t.Errorf("have %v, want %v", have, c.want)
		}
	}
}

// Three digits with a margin of a pixel fill 80 columns unchanged; no line is wider than the output.
func TestGridFitsWidth(t *testing.T) {
	var tiles []Tile
	for range 7 {
		img := Ink(make([]float32, 28*28), 28, 28)
		for i := 2; i < 26; i++ {
			img.SetGray(i, i, color.Gray{0})
		}
		tiles = append(tiles, Tile{img, []string{strings.Repeat("caption ", 9)}})
	}
	for width := 1; width <= 200; width++ {
		var b bytes.Buffer
		if err := (Caps{Width: width, UTF8: true, Color: TrueColor}).Grid(&b, tiles); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(b.String(), "\n")
		for _, line := range lines {
			if Width(line) > width {
				t.Fatalf("a line of %d columns on %d", Width(line), width)
			}
		}
		if width == 80 {
			if have := Width(lines[0]); have != 80 {
				t.Errorf("the first line has %d columns", have)
			}
			if strings.Contains(lines[1], ";1m") || strings.Count(b.String(), "\x1b[38;2;0;0;0") == 0 {
				t.Error("the picture was resampled")
			}
		}
	}
}

func TestShowBlocks(t *testing.T) {
	var b bytes.Buffer
	if err := (Caps{Width: 80}).Show(&b, corner()); err != nil || b.String() != "+: \n  @\n" {
		t.Errorf("%q, %v", b.String(), err)
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("needs /dev/full")
	}
	defer full.Close()
	for _, c := range []Caps{{Width: 80}, {Graphics: Sixel}, {Graphics: Kitty}} {
		if err := c.Show(full, corner()); err == nil {
			t.Errorf("%+v: writing to a full disk succeeded", c)
		}
	}
}
