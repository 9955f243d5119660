package imagefolder

import (
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gradus-nn/gradus/preprocess"
)

func form(w, h, channels int) preprocess.Image {
	return preprocess.Image{Width: w, Height: h, Channels: channels, Fit: preprocess.Stretch}
}

// greyImage is an image of one byte a pixel.
func greyImage(w int, pixels ...uint8) *image.Gray {
	return &image.Gray{Pix: pixels, Stride: w, Rect: image.Rect(0, 0, w, len(pixels)/w)}
}

func mustPixels(t *testing.T, data []byte, f preprocess.Image) []uint8 {
	t.Helper()
	p, err := Pixels(data, f)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A pixel of the result is the mean of the area that it covers, which can be worked out by hand.
func TestAreas(t *testing.T) {
	ramp := greyImage(3, 0, 30, 60, 90, 120, 150)
	crop := form(2, 2, 1)
	crop.Fit = preprocess.Crop
	for name, c := range map[string]struct {
		img  image.Image
		form preprocess.Image
		want []uint8
	}{
		"as it is":      {ramp, form(3, 2, 1), []uint8{0, 30, 60, 90, 120, 150}},
		"one pixel":     {ramp, form(1, 1, 1), []uint8{75}},                                   // (0+30+60+90+120+150)/6
		"3 to 2":        {ramp, form(2, 2, 1), []uint8{10, 50, 100, 140}},                     // (0+30/2)/1.5, (30/2+60)/1.5
		"rounded":       {greyImage(2, 1, 2), form(1, 1, 1), []uint8{2}},                      // 1.5
		"larger":        {greyImage(1, 7), form(3, 2, 1), []uint8{7, 7, 7, 7, 7, 7}},          //
		"2 to 3":        {greyImage(2, 0, 90), form(3, 1, 1), []uint8{0, 45, 90}},             // the middle is half of each
		"crop, an edge": {ramp, crop, []uint8{0, 30, 90, 120}},                                // of three columns the first two
		"crop, middle":  {greyImage(4, 1, 2, 3, 4, 5, 6, 7, 8), crop, []uint8{2, 3, 6, 7}},    //
		"crop, high":    {greyImage(1, 9, 1, 2, 9), cropped(1, 1), []uint8{1}},                // the second of four
		"white":         {greyImage(3, 255, 255, 255), form(1, 1, 1), []uint8{255}},           //
		"white, colour": {greyImage(3, 255, 255, 255), form(1, 1, 3), []uint8{255, 255, 255}}, //
	} {
		if have := mustPixels(t, encoded(c.img), c.form); !slices.Equal(have, c.want) {
			t.Errorf("%s: %v; want %v", name, have, c.want)
		}
	}
}

func cropped(w, h int) preprocess.Image {
	f := form(w, h, 1)
	f.Fit = preprocess.Crop
	return f
}

// shares give every pixel of the result n in all, and take m of every pixel of the image.
func TestShares(t *testing.T) {
	for n := 1; n <= 40; n++ {
		for m := 1; m <= 40; m++ {
			from, to := make([]int, n), make([]int, m)
			for _, s := range shares(n, m) {
				if s.weight < 1 {
					t.Fatalf("%d to %d: %+v", n, m, s)
				}
				from[s.from] += s.weight
				to[s.to] += s.weight
			}
			if slices.ContainsFunc(from, func(w int) bool { return w != m }) || slices.ContainsFunc(to, func(w int) bool { return w != n }) {
				t.Fatalf("%d to %d: %v, %v", n, m, from, to)
			}
		}
	}
}

// What a colour becomes, whatever holds it: 16 bits, a palette, alpha over white.
func TestColours(t *testing.T) {
	at := image.Rect(0, 0, 1, 1)
	set := func(img interface {
		image.Image
		Set(x, y int, c color.Color)
	}, c color.Color) image.Image {
		img.Set(0, 0, c)
		return img
	}
	for name, c := range map[string]struct {
		img  image.Image
		want []uint8
		grey uint8
	}{
		"rgb":          {set(image.NewRGBA(at), color.RGBA{200, 100, 50, 255}), []uint8{200, 100, 50}, 124}, // 0.299·200 + 0.587·100 + 0.114·50 = 124.2
		"half seen":    {set(image.NewNRGBA(at), color.NRGBA{201, 100, 0, 128}), []uint8{228, 177, 127}, 187},
		"unseen":       {set(image.NewNRGBA(at), color.NRGBA{9, 9, 9, 0}), []uint8{255, 255, 255}, 255},
		"16 bit":       {set(image.NewNRGBA64(at), color.NRGBA64{0x1280, 0xff80, 0x00ff, 0xffff}), []uint8{0x12, 0xff, 0x00}, 155},
		"16 bit, half": {set(image.NewNRGBA64(at), color.NRGBA64{0, 0, 0, 0x8000}), []uint8{127, 127, 127}, 127},
		"grey 16":      {set(image.NewGray16(at), color.Gray16{0xabcd}), []uint8{0xab, 0xab, 0xab}, 0xab},
		"palette":      {&image.Paletted{Pix: []uint8{1}, Stride: 1, Rect: at, Palette: color.Palette{color.Black, color.RGBA{10, 20, 30, 255}}}, []uint8{10, 20, 30}, 18},
		"pale palette": {&image.Paletted{Pix: []uint8{0}, Stride: 1, Rect: at, Palette: color.Palette{color.NRGBA{0, 0, 0, 0}}}, []uint8{255, 255, 255}, 255},
	} {
		data := encoded(c.img)
		if have := mustPixels(t, data, form(1, 1, 3)); !slices.Equal(have, c.want) {
			t.Errorf("%s: %v; want %v", name, have, c.want)
		}
		if have := mustPixels(t, data, form(1, 1, 1)); have[0] != c.grey {
			t.Errorf("%s: grey %v; want %v", name, have, c.grey)
		}
	}
	for v := range 256 { // grey stays grey
		if have := grey(uint8(v), uint8(v), uint8(v)); have != uint8(v) {
			t.Errorf("grey %d becomes %d", v, have)
		}
	}
}

// The planes stand one after the other: red, green, blue.
func TestPlanes(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 2, 1))
	img.SetRGBA(0, 0, color.RGBA{1, 2, 3, 255})
	img.SetRGBA(1, 0, color.RGBA{4, 5, 6, 255})
	if have := mustPixels(t, encoded(img), form(2, 1, 3)); !slices.Equal(have, []uint8{1, 4, 2, 5, 3, 6}) {
		t.Errorf("%v", have)
	}
	if have := mustPixels(t, encoded(img), form(1, 1, 3)); !slices.Equal(have, []uint8{3, 4, 5}) { // 2.5, 3.5, 4.5
		t.Errorf("%v", have)
	}
}

type order interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// exif is a TIFF structure with an orientation.
func exif(in order, orientation uint16) []byte {
	b := []byte("II*\x00")
	if in == order(binary.BigEndian) {
		b = []byte("MM\x00*")
	}
	put := func(v ...uint16) {
		for _, x := range v {
			b = in.AppendUint16(b, x)
		}
	}
	b = in.AppendUint32(b, 8)
	put(2, 0x0100, 3) // two entries, the first is a width
	b = in.AppendUint32(b, 1)
	put(7, 0, orientationTag, 3)
	b = in.AppendUint32(b, 1)
	put(orientation, 0)
	return in.AppendUint32(b, 0)
}

// chunk is one of a PNG file.
func chunk(name string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, name...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// turnedPNG is a PNG file with a note of how it was held.
func turnedPNG(data []byte, orientation uint16) []byte {
	const header = 8 + 25
	return slices.Concat(data[:header], chunk("eXIf", exif(binary.LittleEndian, orientation)), data[header:])
}

// The eight ways to hold a camera: what is stored, and the one picture that is seen, 1 2 3 over 4 5 6.
func TestOrientations(t *testing.T) {
	seen := []uint8{1, 2, 3, 4, 5, 6}
	for i, stored := range []*image.Gray{
		greyImage(3, 1, 2, 3, 4, 5, 6),
		greyImage(3, 3, 2, 1, 6, 5, 4), // mirrored
		greyImage(3, 6, 5, 4, 3, 2, 1), // upside down
		greyImage(3, 4, 5, 6, 1, 2, 3),
		greyImage(2, 1, 4, 2, 5, 3, 6), // the first row is the left side, the first column the top
		greyImage(2, 3, 6, 2, 5, 1, 4), // the first row is the right side, the first column the top
		greyImage(2, 6, 3, 5, 2, 4, 1),
		greyImage(2, 4, 1, 5, 2, 6, 3), // the first row is the left side, the first column the bottom
	} {
		data := turnedPNG(encoded(stored), uint16(i+1))
		if have := mustPixels(t, data, form(3, 2, 1)); !slices.Equal(have, seen) {
			t.Errorf("orientation %d: %v", i+1, have)
		}
		path := filepath.Join(t.TempDir(), "x.png")
		os.WriteFile(path, data, 0o666)
		img, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if have := mustPixels(t, encoded(img), form(3, 2, 1)); !slices.Equal(have, seen) {
			t.Errorf("orientation %d: Open gives %v", i+1, have)
		}
	}
}

// Where each format keeps the note.
func TestOrientationPlaces(t *testing.T) {
	for _, in := range []order{binary.LittleEndian, binary.BigEndian} {
		tiff := exif(in, 6)
		app1 := append([]byte("Exif\x00\x00"), tiff...)
		jpeg := append(binary.BigEndian.AppendUint16([]byte("\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xe1"), uint16(len(app1)+2)), app1...)
		webp := append([]byte("RIFF\x00\x00\x00\x00WEBPVP8X\x03\x00\x00\x00abc\x00EXIF"), binary.LittleEndian.AppendUint32(nil, uint32(len(tiff)))...)
		for name, data := range map[string][]byte{
			"TIFF": tiff, "JPEG": jpeg, "WebP": append(webp, tiff...), "PNG": slices.Concat([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", make([]byte, 13)), chunk("eXIf", tiff)),
		} {
			if have := orientation(name, data); have != 6 {
				t.Errorf("%s, %v: %d; want 6", name, in, have)
			}
			for n := range data { // a part of it is no reason to fail
				if have := orientation(name, data[:n]); have != 1 && have != 6 {
					t.Errorf("%s: %d of the first %d bytes", name, have, n)
				}
			}
		}
	}
	for _, wrong := range []uint16{0, 9, 65535} {
		if have := oriented(exif(binary.LittleEndian, wrong)); have != 1 {
			t.Errorf("orientation %d is taken for %d", wrong, have)
		}
	}
}

// goTool asks the go command for a place.
func goTool(args ...string) string {
	out, err := exec.Command("go", args...).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

var (
	// goImages are the test images of the Go distribution, and xImages those of golang.org/x/image.
	goImages = sync.OnceValue(func() string { return filepath.Join(goTool("env", "GOROOT"), "src/image/testdata") })
	xImages  = sync.OnceValue(func() string {
		return filepath.Join(goTool("list", "-m", "-f", "{{.Dir}}", "golang.org/x/image"), "testdata")
	})
)

func contentOf(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("not on this machine: %v", err)
	}
	return data
}

// distance is the mean difference of two rows of pixels.
func distance(a, b []uint8) float64 {
	sum := 0.0
	for i := range a {
		sum += math.Abs(float64(a[i]) - float64(b[i]))
	}
	return sum / float64(len(a))
}

// BMP, TIFF and WebP files are as the PNG of the same picture: to the bit where nothing is lost. One of the BMP files is half
// transparent, and its colours are rounded in another place than those of its PNG.
func TestOtherFormats(t *testing.T) {
	for name, c := range map[string]struct {
		original string
		most     float64 // mean difference, of 255
	}{
		"video-001.bmp": {"video-001.png", 0}, "bmp_1bpp.bmp": {"bmp_1bpp.png", 0}, "bmp_4bpp.bmp": {"bmp_4bpp.png", 0}, "bmp_8bpp.bmp": {"bmp_8bpp.png", 0},
		"colormap.bmp": {"colormap.png", 0}, "yellow_rose-small-v5.bmp": {"yellow_rose-small-v5.png", 0.2},
		"video-001.tiff": {"video-001.png", 0}, "video-001-16bit.tiff": {"video-001.png", 0}, "video-001-strip-64.tiff": {"video-001.png", 0},
		"video-001-tile-64x64.tiff": {"video-001.png", 0}, "video-001-uncompressed.tiff": {"video-001.png", 0}, "bw-deflate.tiff": {"bw-gopher.png", 0},
		"bw-gopher_ccittGroup4.tiff": {"bw-gopher.png", 0}, "blue-purple-pink.lzwcompressed.tiff": {"blue-purple-pink.png", 0},
		"tux.lossless.webp": {"tux.png", 0}, "gopher-doc.1bpp.lossless.webp": {"gopher-doc.1bpp.png", 0}, "gopher-doc.with-alpha.lossless.webp": {"gopher-doc.with-alpha.png", 0},
		"video-001.lossy.webp": {"video-001.png", 4}, "yellow_rose.lossy-with-alpha.webp": {"yellow_rose.png", 6},
	} {
		data, original := contentOf(t, filepath.Join(xImages(), name)), contentOf(t, filepath.Join(xImages(), c.original))
		for _, channels := range []int{1, 3} {
			f := form(17, 23, channels)
			have, err := Pixels(data, f)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if d := distance(have, mustPixels(t, original, f)); d > c.most {
				t.Errorf("%s, %d channels: differs from %s by %.2f on average", name, channels, c.original, d)
			}
		}
	}
	if _, err := Pixels(contentOf(t, filepath.Join(xImages(), "invalid-palette-ref.tiff")), form(5, 5, 3)); err == nil {
		t.Error("a colour past the palette is taken")
	}
}

// The images of the Go distribution: every kind of JPEG and GIF is near the PNG of the same picture.
func TestDistribution(t *testing.T) {
	names, _ := filepath.Glob(filepath.Join(goImages(), "video-00*"))
	if len(names) == 0 {
		t.Skip("the Go distribution has no test images here")
	}
	for _, channels := range []int{1, 3} {
		f := form(24, 20, channels)
		for _, path := range names {
			name := filepath.Base(path)
			original, most := "video-001.png", 6.0 // of 255, on average: what quality 50 and palettes of 32 colours cost
			switch {
			case strings.HasPrefix(name, "video-005"):
				original = "video-005.gray.png"
			case strings.Contains(name, "cmyk"):
				original = "video-001.cmyk.png"
			case strings.Contains(name, "truncated"): // what has come so far is shown
				original = "video-001.progressive.truncated.png"
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			have, err := Pixels(data, f)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if d := distance(have, mustPixels(t, contentOf(t, filepath.Join(goImages(), original)), f)); d > most {
				t.Errorf("%s, %d channels: differs from %s by %.1f on average", name, channels, original, d)
			}
		}
	}
}

// A first frame that is smaller than its canvas lies on white paper; further frames do not count.
func TestFirstFrame(t *testing.T) {
	gif := []byte("GIF89a\x03\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff" + // 3×1, two colours
		",\x01\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00" + // a frame of 1×1 at 1, 0: black
		",\x00\x00\x00\x00\x03\x00\x01\x00\x00\x02\x02\x84\x03\x00;")
	if have := mustPixels(t, gif, form(3, 1, 1)); !slices.Equal(have, []uint8{255, 0, 255}) {
		t.Errorf("%v", have)
	}
	path := filepath.Join(t.TempDir(), "x.gif")
	os.WriteFile(path, gif, 0o666)
	img, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if have := mustPixels(t, encoded(img), form(3, 1, 1)); !slices.Equal(have, []uint8{255, 0, 255}) {
		t.Errorf("Open: %v", have)
	}
}

// Every depth and kind of PNG, interlaced ones among them, and all other test images: rows are read as the image says of each pixel
// by itself, up to the rounding of what is half transparent.
func TestRowsAreThePixels(t *testing.T) {
	var names []string
	for _, pattern := range []string{
		filepath.Join(goImages(), "../png/testdata/pngsuite/*.png"), filepath.Join(goImages(), "../png/testdata/*.png"), filepath.Join(goImages(), "*"), filepath.Join(xImages(), "*"),
	} {
		found, _ := filepath.Glob(pattern)
		names = append(names, found...)
	}
	seen := 0
	for _, name := range names {
		data := contentOf(t, name)
		h, err := inspect(data)
		if err != nil || strings.Contains(name, "invalid") {
			continue
		}
		img, err := h.decoded(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		seen++
		b := img.Bounds()
		row := make([]uint8, 3*b.Dx())
		from := newRows(img, 3)
		for _, y := range []int{b.Min.Y, (b.Min.Y + b.Max.Y) / 2, b.Max.Y - 1} {
			from.read(row, b, y)
			for x := range b.Dx() {
				want := onPaper(img.At(b.Min.X+x, y))
				for c, v := range want {
					if d := int(row[3*x+c]) - int(v); d < -1 || d > 1 {
						t.Fatalf("%s (%T): pixel %d, %d is %v; want %v", name, img, x, y, row[3*x:3*x+3], want)
					}
				}
			}
		}
	}
	if len(names) > 0 && seen < 100 {
		t.Errorf("only %d of %d images looked at", seen, len(names))
	}
}
