package imagefolder

import (
	"image"

	"github.com/gradus-nn/gradus/preprocess"
)

// paper is what shows through transparent pixels, and around a first frame that is smaller than its canvas.
const paper = 255

// fill writes an image to dst [form.Channels, form.Height, form.Width] as it is to be seen. Canvas is where it lies: the image itself, but
// of a GIF, whose first frame may be a part of it.
//
// All arithmetic is in integers, so that a picture has the same pixels on every machine.
func fill(dst []uint8, img image.Image, canvas image.Rectangle, orientation int, form preprocess.Image) {
	w, h := form.Width, form.Height
	if orientation >= 5 {
		w, h = h, w
	}
	if form.Fit == preprocess.Crop {
		canvas = middle(canvas, w, h)
	}
	if orientation == 1 {
		resize(dst, img, canvas, w, h, form.Channels)
		return
	}
	stored := make([]uint8, len(dst))
	resize(stored, img, canvas, w, h, form.Channels)
	turn(dst, stored, w, h, form.Channels, orientation)
}

// middle returns the largest part of r with the proportions w to h, from its middle.
func middle(r image.Rectangle, w, h int) image.Rectangle {
	dx, dy := r.Dx(), r.Dy()
	if dx*h > dy*w {
		dx = max(1, (dy*w+h/2)/h)
	} else {
		dy = max(1, (dx*h+w/2)/w)
	}
	at := image.Pt(r.Min.X+(r.Dx()-dx)/2, r.Min.Y+(r.Dy()-dy)/2)
	return image.Rectangle{at, at.Add(image.Pt(dx, dy))}
}

// A share says that a pixel of the image gives a part of itself to a pixel of the result.
type share struct{ from, to, weight int }

// shares divides n pixels over m. A pixel of the image is m wide and one of the result n, so that all weights are whole
// numbers, and those that a pixel of the result gets sum to n.
func shares(n, m int) []share {
	list := make([]share, 0, n+m)
	for from, to := 0, 0; from < n && to < m; {
		lo, hi := max(from*m, to*n), min((from+1)*m, (to+1)*n)
		if hi > lo {
			list = append(list, share{from, to, hi - lo})
		}
		if (from+1)*m <= (to+1)*n {
			from++
		} else {
			to++
		}
	}
	return list
}

// resize gives every pixel of dst [channels, h, w] the mean of the area of the image that it covers, rounded to the nearest.
func resize(dst []uint8, img image.Image, area image.Rectangle, w, h, channels int) {
	sw, sh := area.Dx(), area.Dy()
	row := make([]uint8, sw*channels)
	from := newRows(img, channels)
	if sw == w && sh == h {
		for y := range h {
			from.read(row, area, area.Min.Y+y)
			for c := range channels {
				to := dst[(c*h+y)*w : (c*h+y+1)*w]
				for x := range to {
					to[x] = row[x*channels+c]
				}
			}
		}
		return
	}
	across, down := shares(sw, w), shares(sh, h)
	line := make([]uint64, w*channels) // a row of the image, divided over w
	sum := make([]uint64, w*channels)  // a row of the result, so far
	all := uint64(sw) * uint64(sh)
	read := -1
	for i, d := range down {
		if d.from != read {
			read = d.from
			from.read(row, area, area.Min.Y+read)
			clear(line)
			if channels == 1 {
				for _, a := range across {
					line[a.to] += uint64(a.weight) * uint64(row[a.from])
				}
			} else {
				for _, a := range across {
					rgb, to := row[3*a.from:3*a.from+3:3*a.from+3], line[3*a.to:3*a.to+3:3*a.to+3]
					to[0] += uint64(a.weight) * uint64(rgb[0])
					to[1] += uint64(a.weight) * uint64(rgb[1])
					to[2] += uint64(a.weight) * uint64(rgb[2])
				}
			}
		}
		for j, v := range line {
			sum[j] += uint64(d.weight) * v
		}
		if i+1 == len(down) || down[i+1].to != d.to {
			for c := range channels {
				to := dst[(c*h+d.to)*w : (c*h+d.to+1)*w]
				for x := range to {
					to[x] = uint8((sum[x*channels+c] + all/2) / all)
				}
			}
			clear(sum)
		}
	}
}
