package foreign

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// maxRank bounds the nesting of arrays.
const maxRank = 8

// UnmarshalJSON reads a number or nested lists of them, all of the same shape. NaN and infinities are read as Python
// writes them; see quoteNaN.
func (t *Tensor) UnmarshalJSON(data []byte) error {
	p := arrayParser{data: data}
	shape, err := p.value(0)
	if err != nil {
		return err
	}
	t.Shape, t.Values = shape, p.values
	return nil
}

// arrayParser reads what encoding/json has found to be valid JSON.
type arrayParser struct {
	data   []byte
	pos    int
	values []float64
}

// value reads one value and returns its shape.
func (p *arrayParser) value(depth int) ([]int, error) {
	p.space()
	if p.data[p.pos] != '[' {
		return nil, p.number()
	}
	if depth == maxRank {
		return nil, fmt.Errorf("lists are nested deeper than %d; want a vector or a matrix", maxRank)
	}
	p.pos++
	var inner []int
	for n := 0; ; n++ {
		p.space()
		if p.data[p.pos] == ']' {
			p.pos++
			return append([]int{n}, inner...), nil
		}
		if p.data[p.pos] == ',' {
			p.pos++
		}
		shape, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if n > 0 && !equal(shape, inner) {
			return nil, fmt.Errorf("row %d has the shape %v, the rows before it %v; want rows of one length", n, shape, inner)
		}
		inner = shape
	}
}

// number reads a number, or the name of one that JSON does not know, in quotes.
func (p *arrayParser) number() error {
	end := p.pos
	for end < len(p.data) && !bytes.ContainsRune([]byte(",] \t\r\n"), rune(p.data[end])) {
		end++
	}
	word := string(p.data[p.pos:end])
	p.pos = end
	var v float64
	switch word {
	case `"NaN"`:
		v = math.NaN()
	case `"Infinity"`:
		v = math.Inf(1)
	case `"-Infinity"`:
		v = math.Inf(-1)
	case "true":
		v = 1
	case "false":
	default:
		var err error
		if v, err = strconv.ParseFloat(word, 64); err != nil {
			return fmt.Errorf("%.40q is no number", word)
		}
	}
	p.values = append(p.values, v)
	return nil
}

func (p *arrayParser) space() {
	for p.pos < len(p.data) && bytes.IndexByte([]byte(" \t\r\n"), p.data[p.pos]) >= 0 {
		p.pos++
	}
}

func equal(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i, v := range a {
		if v != b[i] {
			return false
		}
	}
	return true
}

// quoteNaN puts NaN, Infinity and -Infinity, which Python writes and JSON forbids, in quotes: a gradient that is not a
// number is a mistake to be named, not a file to be refused.
func quoteNaN(data []byte) []byte {
	if !bytes.Contains(data, []byte("NaN")) && !bytes.Contains(data, []byte("Infinity")) {
		return data
	}
	var out bytes.Buffer
	inString := false
	for i := 0; i < len(data); i++ {
		c := data[i]
		if inString {
			if c == '\\' && i+1 < len(data) {
				out.WriteByte(c)
				i++
				c = data[i]
			} else if c == '"' {
				inString = false
			}
			out.WriteByte(c)
			continue
		}
		found := false
		for _, word := range []string{"NaN", "-Infinity", "Infinity"} {
			if bytes.HasPrefix(data[i:], []byte(word)) {
				fmt.Fprintf(&out, "%q", word)
				i += len(word) - 1
				found = true
				break
			}
		}
		if found {
			continue
		}
		inString = c == '"'
		out.WriteByte(c)
	}
	return out.Bytes()
}

var _ json.Unmarshaler = (*Tensor)(nil)
