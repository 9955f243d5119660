package imagefolder

import (
	"image"
	"image/color"
)

// A lossy WebP file holds its colours as video does: black is 16 and white 235 (RFC 6386, section 9.2, and BT.601). The decoder
// hands them out as those of JPEG, from 0 to 255, which would make the picture paler than the PNG of the same. video takes them as
// they are meant.
type video struct {
	*image.YCbCr
	alpha *image.NYCbCrA // the same image, where it has an alpha channel; else nil
}

// asVideo wraps what the decoder of WebP returns.
func asVideo(img image.Image) image.Image {
	switch m := img.(type) {
	case *image.YCbCr:
		return &video{m, nil}
	case *image.NYCbCrA:
		return &video{&m.YCbCr, m}
	}
	return img // lossless: red, green, blue
}

// rgb is BT.601 in 256ths: R = 1.164 (Y-16) + 1.596 (Cr-128), and so on.
func (m *video) rgb(x, y int) (r, g, b uint8) {
	c := m.COffset(x, y)
	light, blue, red := 298*(int(m.Y[m.YOffset(x, y)])-16)+128, int(m.Cb[c])-128, int(m.Cr[c])-128
	return within((light + 409*red) >> 8), within((light - 100*blue - 208*red) >> 8), within((light + 516*blue) >> 8)
}

func within(v int) uint8 { return uint8(max(0, min(255, v))) }

// At returns a colour on its alpha.
func (m *video) At(x, y int) color.Color {
	r, g, b := m.rgb(x, y)
	a := uint8(255)
	if m.alpha != nil {
		a = m.alpha.A[m.alpha.AOffset(x, y)]
	}
	return color.NRGBA{r, g, b, a}
}

// ColorModel is that of At.
func (m *video) ColorModel() color.Model { return color.NRGBAModel }
