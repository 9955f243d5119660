package plot

import (
	"bytes"
	"fmt"
	"html"
	"image"
	"regexp"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/gradus-nn/gradus/internal/terminal"
)

// dpi is the resolution at which a pixel is 3/4 of a point, as browsers have it.
const dpi = 96

// points is the length of so many pixels.
func points(pixels int) vg.Length { return vg.Length(pixels) * vg.Inch / dpi }

// PNG draws p.
func PNG(p Picture, size Size) ([]byte, error) {
	if err := size.Check(); err != nil {
		return nil, err
	}
	img := image.NewRGBA(image.Rect(0, 0, size.Width, size.Height))
	c := vgimg.NewWith(vgimg.UseImage(img), vgimg.UseDPI(dpi))
	p.draw(newSheet(draw.New(c), size))
	var b bytes.Buffer
	_, err := vgimg.PngCanvas{Canvas: c}.WriteTo(&b)
	return b.Bytes(), err
}

// SVG draws p as a document of its own that needs no font and no file beside it.
func SVG(p Picture, size Size) ([]byte, error) {
	if err := size.Check(); err != nil {
		return nil, err
	}
	c := vgsvg.New(points(size.Width), points(size.Height))
	p.draw(newSheet(draw.New(c), size))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return nil, err
	}
	return finishSVG(b.Bytes(), p.Heading()), nil
}

// Coordinates of paths have five digits behind the point; one is a tenth of a point, and a third of the bytes.
var (
	pathData = regexp.MustCompile(` d="[^"<>]*"`)
	decimals = regexp.MustCompile(`(\d\.\d)\d+`)
)

// finishSVG mends what the backend leaves out: fonts for systems without Liberation Sans, images that fill their place and
// keep the edges of their pixels, and the title, which screen readers say.
func finishSVG(svg []byte, title string) []byte {
	replace := func(old, new string) { svg = bytes.ReplaceAll(svg, []byte(old), []byte(new)) }
	replace("font-family:Liberation Sans;font-variant:normal;font-weight:normal;font-style:normal;", "")
	replace("\n\tstyle=\"font-size", " style=\"font-size")
	replace("<image ", `<image preserveAspectRatio="none" `)
	replace("data:image/jpg;base64,", "data:image/png;base64,")
	svg = written.ReplaceAllFunc(svg, anchored)
	svg = pathData.ReplaceAllFunc(svg, func(d []byte) []byte { return decimals.ReplaceAll(d, []byte("$1")) })
	const namespace = `xmlns:xlink="http://www.w3.org/1999/xlink"`
	escaped := html.EscapeString(terminal.Clean(title))
	head := namespace + ` role="img" font-family="'Liberation Sans',Arial,Helvetica,sans-serif">` + "\n<title>" + escaped + "</title>"
	return bytes.Replace(svg, []byte(namespace+">"), []byte(head), 1)
}

// sans is the font of all text.
func sans(size vg.Length) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
}

// written is a piece of text as the backend writes it, after the font has been taken out.
var written = regexp.MustCompile(`<text x="(-?[\d.]+)" (y="[^"]*" transform="[^"]*") style="font-size:([\d.]+)px;([^"]*)">([^<]*)</text>`)

// anchored holds text by its middle and tells its length, so that with the letters of another font, too, it stays where it
// belongs and takes no more room than it was given.
func anchored(element []byte) []byte {
	m := written.FindSubmatch(element)
	x, errX := strconv.ParseFloat(string(m[1]), 64)
	size, errSize := strconv.ParseFloat(string(m[3]), 64)
	if errX != nil || errSize != nil {
		return element
	}
	st := text.Style{Font: sans(vg.Length(size)), Handler: plot.DefaultTextHandler}
	w := st.Width(html.UnescapeString(string(m[5]))).Points()
	return fmt.Appendf(nil, `<text x="%.2f" %s text-anchor="middle" textLength="%.2f" lengthAdjust="spacingAndGlyphs" style="font-size:%spx;%s">%s</text>`,
		x+w/2, m[2], w, m[3], m[4], m[5])
}
