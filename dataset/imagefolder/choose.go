package imagefolder

import (
	"fmt"
	"image"
	"image/color"
	"slices"
	"sync"

	"github.com/gradus-nn/gradus/preprocess"
)

const (
	sample       = 256     // images by which size and channels are chosen
	usualSide    = 64      // the longer side of what is chosen: a network has a weight for each pixel and unit
	usualMemory  = 1 << 30 // of all pixels, under which the size that is chosen stays
	leastSide    = 8
	visibleColor = 24 // a difference of red, green and blue that is more than the noise of JPEG
)

// A glimpse is what the choice must know about an image.
type glimpse struct {
	width, height int
	colour        bool
}

// glimpses looks at images that are spread evenly over all. Broken ones are left out; the reading will name them.
func (r *reader) glimpses(paths func(i int) string, n, workers int, colours bool) []glimpse {
	var (
		seen []glimpse
		lock sync.Mutex
	)
	few := min(n, sample)
	split(few, workers, func(i int, buffer *[]byte) {
		if !r.watch.more(0) {
			return
		}
		data, err := load(paths(i*n/few), buffer)
		if err != nil {
			return
		}
		var g glimpse
		look := func(h header, img image.Image) {
			g.width, g.height = h.seen()
			g.colour = colours && coloured(img)
		}
		if r.use(data, look) != nil {
			return
		}
		lock.Lock()
		seen = append(seen, g) // in any order: what is made of them does not depend on it
		lock.Unlock()
	})
	return seen
}

// coloured reports whether an image has visible colours. It looks at 64 by 64 points.
func coloured(img image.Image) bool {
	switch m := img.(type) {
	case *image.Gray, *image.Gray16:
		return false
	case *image.Paletted:
		if !slices.ContainsFunc(m.Palette, func(c color.Color) bool { return vivid(onPaper(c)) }) {
			return false
		}
	}
	b := img.Bounds()
	const points = 64
	for i := range points {
		y := b.Min.Y + (2*i+1)*b.Dy()/(2*points)
		for j := range points {
			if vivid(onPaper(img.At(b.Min.X+(2*j+1)*b.Dx()/(2*points), y))) {
				return true
			}
		}
	}
	return false
}

func vivid(c [3]uint8) bool {
	return int(max(c[0], c[1], c[2]))-int(min(c[0], c[1], c[2])) > visibleColor
}

// choose fills in what the options leave open, and says why.
func (r *reader) choose(o Options, paths func(i int) string, n int) (form preprocess.Image, why string, err error) {
	form = preprocess.Image{Width: o.Width, Height: o.Height, Channels: o.Channels, Fit: o.Fit}
	if form.Fit == "" {
		form.Fit = preprocess.Stretch
	}
	sized, coloured := form.Width != 0 || form.Height != 0, form.Channels != 0
	if !sized || !coloured {
		seen := r.glimpses(paths, n, o.Threads, !coloured)
		if len(seen) == 0 {
			form = orUsual(form)
			return form, "", form.Check(form.Size()) // reading will say what is wrong with all of them
		}
		if !coloured {
			form.Channels = 1
			if slices.ContainsFunc(seen, func(g glimpse) bool { return g.colour }) {
				form.Channels = 3
			}
		}
		if !sized {
			why = chooseSize(&form, seen, n)
		}
	}
	return form, why, form.Check(form.Size())
}

// chooseSize chooses width and height: the median ones, made smaller where they are large.
func chooseSize(form *preprocess.Image, seen []glimpse, n int) string {
	var widths, heights []int
	alike := true
	for _, g := range seen {
		widths, heights = append(widths, g.width), append(heights, g.height)
		alike = alike && g.width == seen[0].width && g.height == seen[0].height
	}
	slices.Sort(widths)
	slices.Sort(heights)
	w, h := widths[len(widths)/2], heights[len(heights)/2]
	what := fmt.Sprintf("all are %d×%d", w, h)
	if !alike {
		what = fmt.Sprintf("from %d×%d to %d×%d, the median is %d×%d", widths[0], heights[0], widths[len(widths)-1], heights[len(heights)-1], w, h)
	}
	side := usualSide
	for side > leastSide && int64(n)*int64(min(side, w))*int64(min(side, h))*int64(form.Channels) > usualMemory {
		side /= 2
	}
	form.Width, form.Height = w, h
	if long := max(w, h); long > side {
		form.Width, form.Height = max(1, (w*side+long/2)/long), max(1, (h*side+long/2)/long)
	}
	return what
}

// orUsual stands where nothing is known.
func orUsual(form preprocess.Image) preprocess.Image {
	if form.Width == 0 && form.Height == 0 {
		form.Width, form.Height = usualSide, usualSide
	}
	if form.Channels == 0 {
		form.Channels = 1
	}
	return form
}
