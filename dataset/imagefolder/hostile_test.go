package imagefolder

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/internal/peak"
	"github.com/gradus-nn/gradus/preprocess"
)

// pngOf is a PNG file of a header and the given data, whatever they are.
func pngOf(w, h uint32, depth, colour, interlace byte, data []byte) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	head = append(head, depth, colour, 0, 0, interlace)
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", head), chunk("IDAT", data), chunk("IEND", nil))
}

func deflated(data []byte) []byte {
	var b bytes.Buffer
	w, _ := zlib.NewWriterLevel(&b, zlib.BestCompression)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

func jpegOf(w, h int) []byte {
	img := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// bmpOf is the header of a BMP file.
func bmpOf(w, h int32, bits uint16) []byte {
	b := append([]byte("BM"), make([]byte, 8)...)
	b = binary.LittleEndian.AppendUint32(b, 54)
	b = binary.LittleEndian.AppendUint32(b, 40)
	b = binary.LittleEndian.AppendUint32(b, uint32(w))
	b = binary.LittleEndian.AppendUint32(b, uint32(h))
	b = binary.LittleEndian.AppendUint16(b, 1)
	b = binary.LittleEndian.AppendUint16(b, bits)
	return append(b, make([]byte, 24)...)
}

// tiffOf is a TIFF file of one strip: entries are tag, type, count, value.
func tiffOf(entries ...[4]uint32) []byte {
	b := []byte("II*\x00\x08\x00\x00\x00")
	b = binary.LittleEndian.AppendUint16(b, uint16(len(entries)))
	for _, e := range entries {
		b = binary.LittleEndian.AppendUint16(b, uint16(e[0]))
		b = binary.LittleEndian.AppendUint16(b, uint16(e[1]))
		b = binary.LittleEndian.AppendUint32(b, e[2])
		b = binary.LittleEndian.AppendUint32(b, e[3])
	}
	return binary.LittleEndian.AppendUint32(b, 0)
}

// webpOf is a WebP file of one chunk.
func webpOf(name string, body []byte) []byte {
	b := append([]byte("WEBP"+name), binary.LittleEndian.AppendUint32(nil, uint32(len(body)))...)
	b = append(b, body...)
	return append(append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(len(b)))...), b...)
}

// hostile are files that want to hurt, and what is said about them.
func hostile() map[string]struct {
	data []byte
	says string
} {
	good := shade(4, 4, 9)
	broken := func(at int, v byte) []byte {
		b := slices.Clone(good)
		b[at] ^= v
		return b
	}
	paletted := encoded(&image.Paletted{Pix: []uint8{0, 1}, Stride: 2, Rect: image.Rect(0, 0, 2, 1), Palette: color.Palette{color.Black, color.White}})
	jpg := jpegOf(8, 8)
	scan := jpg[bytes.Index(jpg, []byte{0xff, startOfScan}) : len(jpg)-2]
	return map[string]struct {
		data []byte
		says string
	}{
		"34 GB of 65 bytes":    {pngOf(65535, 65535, 8, 6, 0, []byte{0, 0, 0, 0, 0, 0, 0, 0})[:65], "65535 by 65535 pixels, which take 16.0 GiB to decode; want at most 40 MiB for a file of this size; make the picture smaller"},
		"16 bits":              {pngOf(65535, 65535, 16, 6, 0, nil), "65535 by 65535 pixels, which take 32.0 GiB to decode; want at most 40 MiB for a file of this size; make the picture smaller"},
		"2^31 wide":            {pngOf(1<<31-1, 1, 8, 0, 0, nil), "2147483647 by 1 pixels, which take 2.0 GiB to decode; want at most 40 MiB for a file of this size; make the picture smaller"},
		"wide and flat":        {pngOf(1<<24, 1, 1, 0, 0, nil), "16777216 by 1 pixels, which take 16 MiB to decode; want at most 40 MiB for a file of this size; make the picture smaller"},
		"2^31 both ways":       {pngOf(1<<31-1, 1<<31-1, 8, 0, 0, nil), "PNG: unsupported dimension overflow"},
		"a bomb":               {pngOf(20000, 20000, 8, 0, 0, deflated(make([]byte, 1<<20))), "20000 by 20000 pixels, which take 381 MiB to decode; want at most 40 MiB for a file of this size; make the picture smaller"},
		"width 0":              {pngOf(0, 5, 8, 0, 0, nil), "damaged PNG: non-positive dimension"},
		"depth 3":              {pngOf(5, 5, 3, 0, 0, nil), "PNG: unsupported bit depth 3, color type 0"},
		"interlace 7":          {pngOf(5, 5, 8, 0, 7, nil), "damaged PNG: invalid interlace method"},
		"checksum":             {broken(29, 1), "damaged PNG: invalid checksum"},
		"data checksum":        {broken(len(good)-14, 1), "damaged PNG: invalid checksum"},
		"no data":              {pngOf(5, 5, 8, 0, 0, nil), "damaged PNG: not enough pixel data"},
		"too little data":      {pngOf(5, 5, 8, 0, 0, deflated(make([]byte, 11))), "damaged PNG: not enough pixel data"},
		"too much data":        {pngOf(1, 1, 8, 0, 0, deflated(make([]byte, 1111))), "damaged PNG: too much pixel data"},
		"filter 9":             {pngOf(1, 1, 8, 0, 0, deflated([]byte{9, 9})), "damaged PNG: bad filter type"},
		"chunks out of order":  {slices.Concat(good[:8], good[33:], good[8:33]), "damaged PNG: chunk out of order"},
		"no palette":           {slices.Concat(paletted[:33], paletted[33+12+6:]), "damaged PNG: chunk out of order"},
		"cut off":              {good[:len(good)/2], "damaged PNG: it ends too early"},
		"only a signature":     {good[:8], "damaged PNG: it ends too early"},
		"JPEG, cut off":        {jpg[:len(jpg)/2], "damaged JPEG: it ends too early"},
		"JPEG, only a start":   {jpg[:2], "damaged JPEG: it ends too early"},
		"JPEG, many scans":     {slices.Concat(jpg[:len(jpg)-2], bytes.Repeat(scan, 200), jpg[len(jpg)-2:]), "damaged JPEG: more than 100 scans"},
		"JPEG, 65500 by 65500": {larger(jpg), "65500 by 65500 pixels, which take 12.0 GiB to decode; want at most 40 MiB for a file of this size; make the picture smaller"},
		"JPEG, arithmetic":     {bytes.Replace(jpg, []byte{0xff, 0xc0}, []byte{0xff, 0xc9}, 1), "JPEG: unsupported unknown marker"},
		"GIF, 4 GiB of canvas": {[]byte("GIF89a\xff\xff\xff\xff\x80\x00\x00\x00\x00\x00\xff\xff\xff;"), "65535 by 65535 pixels, which take 4.0 GiB to decode; want at most 40 MiB for a file of this size; make the picture smaller"},
		"GIF, no frame":        {[]byte("GIF89a\x03\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff;"), "damaged GIF: missing image data"},
		"GIF, frame outside":   {[]byte("GIF89a\x03\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x03\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"), "damaged GIF: frame bounds larger than image bounds"},
		"BMP, 2^31":            {bmpOf(1<<31-1, 1<<31-1, 24), "BMP: unsupported BMP image"},
		"BMP, negative width":  {bmpOf(-5, 5, 24), "BMP: unsupported BMP image"},
		"BMP, no pixels":       {bmpOf(5, 5, 24), "damaged BMP: it ends too early"},
		"BMP, 7 bits":          {bmpOf(5, 5, 7), "BMP: unsupported BMP image"},
		"TIFF, no entries":     {tiffOf(), "damaged TIFF: zero-size image"},
		"TIFF, nowhere":        {[]byte("II*\x00\xff\xff\xff\x7f"), "damaged TIFF: it ends too early"},
		"WebP, empty":          {webpOf("VP8 ", nil), "damaged WebP: it ends too early"},
		"WebP, 2^24 both ways": {webpOf("VP8X", []byte{0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}), "damaged WebP: invalid format"},
		"WebP, something else": {webpOf("ICCP", []byte{1, 2, 3, 4}), "damaged WebP: invalid format"},
		"empty":                {nil, "empty"},
		"text":                 {[]byte("GIF8"), "none of PNG, JPEG, GIF, BMP, WebP, TIFF"},
		"a page":               {[]byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), "none of PNG, JPEG, GIF, BMP, WebP, TIFF"},
	}
}

// larger is a JPEG file whose header says 65500 by 65500.
func larger(jpg []byte) []byte {
	b := slices.Clone(jpg)
	at := bytes.Index(b, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(b[at+5:], 65500)
	binary.BigEndian.PutUint16(b[at+7:], 65500)
	return b
}

func TestHostile(t *testing.T) {
	for name, c := range hostile() {
		_, err := Pixels(c.data, form(8, 8, 3))
		if err == nil || err.Error() != c.says {
			t.Errorf("%s: %q; want %q", name, fmt.Sprint(err), c.says)
		}
	}
}

// TestMain loads, as a child of TestMemory, a folder, and asks for each file by itself.
func TestMain(m *testing.M) {
	peak.Main(m, func(dir string) error {
		_, err := Load(dir, Options{})
		if paths, _, err := List(dir); err == nil {
			Each(paths, form(16, 16, 3), 0, func(int, []byte, error) error { return nil })
		}
		return err
	})
}

// No file makes the program take more than 64 MiB and four times the files: neither those that promise much, nor those that keep
// what they promise.
func TestMemory(t *testing.T) {
	attacks := map[string][]byte{}
	for name, c := range hostile() {
		attacks[fmt.Sprintf("%d/%s.png", len(attacks)%2, strings.ReplaceAll(name, " ", "_"))] = c.data
	}
	bombs := map[string][]byte{}
	colour, grey := encoded(image.NewNRGBA(image.Rect(0, 0, 3072, 3072))), encoded(image.NewGray(image.Rect(0, 0, 6400, 6400)))
	for i := range 4 { // each is under the bound by itself: 36 MiB of colours, 39 MiB of grey
		bombs[fmt.Sprintf("a/%d.png", i)], bombs[fmt.Sprintf("b/%d.png", i)] = colour, grey
	}
	t.Run("attacks", func(t *testing.T) { peak.Check(t, folder(t, attacks), false, 0) })
	t.Run("bombs", func(t *testing.T) { peak.Check(t, folder(t, bombs), true, 0) })
}

// Whatever a file holds, it becomes pixels or a sentence in one line.
func FuzzPixels(f *testing.F) {
	for _, c := range hostile() {
		f.Add(c.data, true)
	}
	names, _ := filepath.Glob(filepath.Join(goImages(), "*"))
	for _, name := range names {
		if data, err := os.ReadFile(name); err == nil && len(data) < 16<<10 {
			f.Add(data, false)
		}
	}
	f.Add(turnedPNG(shade(3, 2, 1), 6), true)
	f.Fuzz(func(t *testing.T, data []byte, colour bool) {
		want := form(5, 3, 1)
		if colour {
			want.Channels = 3
			want.Fit = preprocess.Crop
		}
		p, err := Pixels(data, want)
		if err != nil && (err.Error() == "" || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%q", err)
		}
		if len(p) != want.Size() {
			t.Errorf("%d pixels", len(p))
		}
	})
}
