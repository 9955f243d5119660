package arrays

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/format/npy"
)

// A cell appends element k of an array as text, in ascending order of k.
type cell func(dst []byte, k int) []byte

// cells returns how the elements of the array are written: so that they read back the same, and NaN as a missing value. What goes wrong
// with an array that is still in its file is put to wrong.
func (a *Array) cells(wrong *error) cell {
	if a.unread != nil {
		return a.streamed(wrong)
	}
	if a.file != nil {
		width, file := a.Width(), a.file
		if a.Type == npy.Uint8 {
			file = file.Raw()
		}
		row, at := make([]float32, width), -1
		return func(dst []byte, k int) []byte {
			if k/width != at {
				at = k / width
				file.Gather32(row, []int{at})
			}
			return float(dst, float64(row[k%width]), 32)
		}
	}
	if a.texts != nil {
		return func(dst []byte, k int) []byte {
			dst = append(dst, '"')
			dst = append(dst, strings.ReplaceAll(a.texts[k], `"`, `""`)...)
			return append(dst, '"')
		}
	}
	return numbers(a.values.Data)
}

// numbers is cells of a slice of elements.
func numbers(data any) cell {
	switch d := data.(type) {
	case []bool:
		return func(dst []byte, k int) []byte { return strconv.AppendBool(dst, d[k]) }
	case []int8:
		return signed(d)
	case []int16:
		return signed(d)
	case []int32:
		return signed(d)
	case []int64:
		return signed(d)
	case []uint8:
		return unsigned(d)
	case []uint16:
		return unsigned(d)
	case []uint32:
		return unsigned(d)
	case []uint64:
		return unsigned(d)
	case []npy.Half:
		return func(dst []byte, k int) []byte { return float(dst, float64(d[k].Float32()), 32) }
	case []float32:
		return func(dst []byte, k int) []byte { return float(dst, float64(d[k]), 32) }
	case []float64:
		return func(dst []byte, k int) []byte { return float(dst, d[k], 64) }
	}
	panic("arrays: an array without elements")
}

// streamed is cells of elements that are read part by part.
func (a *Array) streamed(wrong *error) cell {
	const part = 1 << 15 // elements
	var (
		in     *npy.Stream
		lo, hi int // of the part
		have   cell
	)
	next := func() (err error) {
		if in == nil {
			if in, err = a.unread.stream(); err != nil {
				return err
			}
			if !slices.Equal(in.Shape, a.Shape) || in.DType.Type != a.Type {
				return fmt.Errorf("arrays: %v has become %v %v since it was opened", a, in.DType.Type, in.Shape)
			}
		}
		data, err := in.Next(part)
		if err != nil {
			return err
		}
		lo, hi, have = hi, hi+(&npy.Array{Data: data}).Len(), numbers(data)
		return nil
	}
	last := a.Len()*a.Width() - 1
	return func(dst []byte, k int) []byte {
		if k == hi && *wrong == nil {
			*wrong = next()
		}
		if *wrong != nil {
			return dst
		}
		dst = have(dst, k-lo)
		if k == last {
			if _, err := in.Next(1); err != io.EOF {
				*wrong = err
			}
		}
		return dst
	}
}

func signed[E int8 | int16 | int32 | int64](d []E) cell {
	return func(dst []byte, k int) []byte { return strconv.AppendInt(dst, int64(d[k]), 10) }
}

func unsigned[E uint8 | uint16 | uint32 | uint64](d []E) cell {
	return func(dst []byte, k int) []byte { return strconv.AppendUint(dst, uint64(d[k]), 10) }
}

// float writes a number; what is none is missing.
func float(dst []byte, v float64, bits int) []byte {
	if math.IsNaN(v) {
		return append(dst, "NA"...)
	}
	return strconv.AppendFloat(dst, v, 'g', -1, bits)
}

// Columns names the columns of CSV: x0, x1 ... of the features, and of the targets the name of their array, numbered where there are
// several.
func (p *Pair) Columns() (features, targets []string) {
	for j := range p.X.Width() {
		features = append(features, fmt.Sprintf("x%d", j))
	}
	if p.Y == nil {
		return features, nil
	}
	name := p.Y.Column()
	if n := p.Y.answers(); n > 1 {
		for j := range n {
			targets = append(targets, fmt.Sprintf("%s%d", name, j))
		}
		return features, targets
	}
	return features, []string{name}
}

// answers returns how many columns the targets become: one for classes as rows such as 0 0 1.
func (a *Array) answers() int {
	if a.oneHot() {
		return 1
	}
	return a.Width()
}

// oneHot reports whether every row is zeros and a single one: a class as a row.
func (a *Array) oneHot() bool {
	width := a.Width()
	if width < 2 || a.values == nil {
		return false
	}
	v := a.values.Float64s()
	for lo := 0; lo < len(v); lo += width {
		ones := 0
		for _, x := range v[lo : lo+width] {
			if x != 0 && x != 1 {
				return false
			}
			ones += int(x)
		}
		if ones != 1 {
			return false
		}
	}
	return true
}

// multiHot reports whether every element is 0 or 1: several labels at once.
func (a *Array) multiHot() bool {
	if a.Width() < 2 || a.values == nil {
		return false
	}
	for _, x := range a.values.Float64s() {
		if x != 0 && x != 1 {
			return false
		}
	}
	return true
}

// CSV returns the rows of the pair as the text of a table, apart by commas, under the names of Columns.
func (p *Pair) CSV() io.Reader {
	features, targets := p.Columns()
	t := &pairText{pair: p, width: p.X.Width()}
	t.x = p.X.cells(&t.wrong)
	for i, name := range append(features, targets...) {
		if i > 0 {
			t.text = append(t.text, ',')
		}
		t.text = append(t.text, name...)
	}
	t.text = append(t.text, '\n')
	switch {
	case p.Y == nil:
	case p.Y.oneHot():
		v, width := p.Y.values.Float64s(), p.Y.Width()
		t.y, t.answers = func(dst []byte, k int) []byte {
			class := 0
			for v[k*width+class] == 0 {
				class++
			}
			return strconv.AppendInt(dst, int64(class), 10)
		}, 1
	case p.Y.multiHot():
		v := p.Y.values.Float64s()
		t.y, t.answers = func(dst []byte, k int) []byte { return strconv.AppendBool(dst, v[k] == 1) }, p.Y.Width()
	default:
		t.y, t.answers = p.Y.cells(&t.wrong), p.Y.Width()
	}
	return t
}

// pairText is the text of a pair.
type pairText struct {
	pair           *Pair
	width, answers int
	x, y           cell
	row            int
	text           []byte
	at             int
	wrong          error // with the arrays' files
}

// chunkBytes is about how much text is made at a time.
const chunkBytes = 64 << 10

// Read reads the next bytes of the text.
func (t *pairText) Read(b []byte) (int, error) {
	if t.at == len(t.text) {
		t.text, t.at = t.text[:0], 0
		for ; len(t.text) < chunkBytes && t.row < t.pair.X.Len() && t.wrong == nil; t.row++ {
			for j := range t.width {
				if j > 0 {
					t.text = append(t.text, ',')
				}
				t.text = t.x(t.text, t.row*t.width+j)
			}
			for j := range t.answers {
				t.text = t.y(append(t.text, ','), t.row*t.answers+j)
			}
			t.text = append(t.text, '\n')
		}
		if t.wrong != nil {
			return 0, t.wrong
		}
		if len(t.text) == 0 {
			return 0, io.EOF
		}
	}
	n := copy(b, t.text[t.at:])
	t.at += n
	return n, nil
}
