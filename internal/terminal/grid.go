package terminal

import (
	"image"
	"image/color"
	"io"
	"strings"
)

// Tile is a picture with lines of text below it. The text may come from outside: it is cleaned.
type Tile struct {
	Image   image.Image
	Caption []string
}

// gap is the columns between two tiles. With one, three digits with a pixel of margin cut off, 26 wide, fill 80
// columns.
const gap = 1

// Grid writes pictures with their captions in as many columns as the width allows. To that end it cuts off
// the margin that all of them have, such as the paper around digits, and makes them up to a tenth smaller.
func (c Caps) Grid(w io.Writer, tiles []Tile) error {
	if len(tiles) == 0 {
		return nil
	}
	images := trim(tiles)
	widest := 0
	for _, img := range images {
		widest = max(widest, img.Bounds().Dx())
	}
	columns := max(1, (c.Width+gap)/(widest*9/10+gap))
	cell := min((c.Width+gap)/columns-gap, widest)

	for start := 0; start < len(tiles); start += columns {
		end := min(start+columns, len(tiles))
		var pictures, captions [][]string
		for i := start; i < end; i++ {
			pictures = append(pictures, c.Blocks(shrink(images[i], cell)))
			var caption []string
			for _, line := range tiles[i].Caption {
				caption = append(caption, Clean(line))
			}
			captions = append(captions, caption)
		}
		text := c.joined(pictures, cell) + c.joined(captions, cell)
		if end < len(tiles) {
			text += "\n"
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	return nil
}

// joined puts columns of lines side by side. Lines end where their text does.
func (c Caps) joined(columns [][]string, width int) string {
	most := 0
	for _, lines := range columns {
		most = max(most, len(lines))
	}
	var s strings.Builder
	for i := range most {
		var line strings.Builder
		for j, lines := range columns {
			text := ""
			if i < len(lines) {
				text = lines[i]
			}
			line.WriteString(c.Fit(text, width))
			if j+1 < len(columns) {
				line.WriteString(strings.Repeat(" ", gap))
			}
		}
		s.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return s.String()
}

// trim cuts off the margin that all pictures share, if they are of one size and one ground. A margin of
// at least one pixel stays, so that a picture is still seen as a sheet of paper.
func trim(tiles []Tile) []image.Image {
	images := make([]image.Image, len(tiles))
	for i, t := range tiles {
		images[i] = t.Image
	}
	size := images[0].Bounds().Size()
	ground := images[0].At(images[0].Bounds().Min.X, images[0].Bounds().Min.Y)
	margin := max(0, min(size.X, size.Y)/2-1)
	for _, img := range images {
		if img.Bounds().Size() != size {
			return images
		}
		for margin > 0 && !blankFrame(img, margin, ground) {
			margin--
		}
	}
	margin = max(0, margin-1)
	type subImager interface {
		SubImage(image.Rectangle) image.Image
	}
	for i, img := range images {
		if s, ok := img.(subImager); ok {
			images[i] = s.SubImage(img.Bounds().Inset(margin))
		}
	}
	return images
}

// blankFrame reports whether the outermost pixels, to that depth, are all of one colour.
func blankFrame(img image.Image, depth int, ground color.Color) bool {
	r, g, b, a := ground.RGBA()
	inner := img.Bounds().Inset(depth)
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			if image.Pt(x, y).In(inner) {
				continue
			}
			if r2, g2, b2, a2 := img.At(x, y).RGBA(); r2 != r || g2 != g || b2 != b || a2 != a {
				return false
			}
		}
	}
	return true
}
