package network2

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/internal/quote"
)

// A FormatError says what is wrong with a file.
type FormatError struct {
	Name   string // of the file; empty for a stream
	Offset int64  // in the file; -1 where no place is to blame
	Reason string // begins with the field: "weights[0][3]: ..."
}

// Error returns "network2: NAME: at byte OFFSET: REASON".
func (e *FormatError) Error() string {
	var b strings.Builder
	b.WriteString("network2: ")
	if e.Name != "" {
		b.WriteString(e.Name + ": ")
	}
	if e.Offset >= 0 {
		fmt.Fprintf(&b, "at byte %d: ", e.Offset)
	}
	return b.String() + e.Reason
}

// ReadFile reads the network in a file.
func ReadFile(name string) (*Network, error) {
	info, err := os.Stat(name) // before Open, which would wait for the other end of a pipe
	if err != nil {
		return nil, fmt.Errorf("network2: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("network2: %s is not a regular file", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("network2: %w", err)
	}
	defer f.Close()
	n, err := read(f, info.Size()/2) // a digit and a comma
	var broken *FormatError
	switch {
	case errors.As(err, &broken):
		broken.Name = name
	case err != nil:
		err = fmt.Errorf("network2: %s: %w", name, err)
	}
	return n, err
}

// Read reads one network, and the stream to its end. It believes what is there, not what sizes promise: memory is in
// proportion to the stream.
func Read(r io.Reader) (*Network, error) { return read(r, 0) }

// read is Read of a stream of at most so many numbers; 0 means that nobody knows.
func read(r io.Reader, numbers int64) (*Network, error) {
	p := &parser{d: json.NewDecoder(r), numbers: numbers}
	p.d.UseNumber()
	n, err := p.network()
	if err != nil {
		return nil, err
	}
	if err := n.Check(); err != nil {
		return nil, &FormatError{Offset: -1, Reason: strings.TrimPrefix(err.Error(), "network2: ")}
	}
	return n, nil
}

// parser reads token by token: json.Unmarshal would take a key twice, take keys in capitals, and pass over unknown ones.
type parser struct {
	d       *json.Decoder
	numbers int64 // that can follow at most, as far as is known
}

func (p *parser) bad(field, format string, args ...any) error {
	return &FormatError{Offset: p.d.InputOffset(), Reason: field + ": " + fmt.Sprintf(format, args...)}
}

// token returns the next token of a field.
func (p *parser) token(field string) (json.Token, error) {
	t, err := p.d.Token()
	return t, p.explain(field, err)
}

// explain says where a token is not what JSON wants.
func (p *parser) explain(field string, err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		text := syntax.Error()
		if strings.Contains(text, "'N'") || strings.Contains(text, "'I'") {
			text += "; JSON has no NaN and no Infinity, and the training that made them had failed"
		}
		return &FormatError{Offset: syntax.Offset, Reason: field + ": " + text}
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return p.bad(field, "the file ends here; was it cut short?")
	}
	return err
}

// open wants a bracket or brace.
func (p *parser) open(field string, want json.Delim) error {
	t, err := p.token(field)
	if err == nil && t != any(want) {
		return p.bad(field, "want %v, have %s", want, show(t))
	}
	return err
}

// each reads a list of what item reads.
func (p *parser) each(field string, item func(field string) error) error {
	if err := p.open(field, '['); err != nil {
		return err
	}
	for i := 0; p.d.More(); i++ {
		if err := item(field + "[" + strconv.Itoa(i) + "]"); err != nil {
			return err
		}
	}
	_, err := p.token(field)
	return err
}

func (p *parser) network() (*Network, error) {
	const whole = "the network"
	if err := p.open(whole, '{'); err != nil {
		return nil, err
	}
	n := &Network{}
	var widths []int
	seen := map[string]bool{}
	for p.d.More() {
		t, err := p.token(whole)
		if err != nil {
			return nil, err
		}
		key, _ := t.(string)
		if seen[key] {
			return nil, p.bad(whole, "the key %s occurs twice", quote.Short(key))
		}
		seen[key] = true
		switch key {
		case "sizes":
			n.Sizes, err = p.sizes(key)
		case "weights":
			n.Weights, widths, err = p.matrices(key, 0, n.Sizes)
		case "biases":
			n.Biases, _, err = p.matrices(key, 1, nil)
		case "cost":
			n.Cost, err = p.text(key)
		default:
			err = p.bad(whole, "unknown key %s; want sizes, weights, biases and cost", quote.Short(key))
		}
		if err != nil {
			return nil, err
		}
	}
	if _, err := p.token(whole); err != nil {
		return nil, err
	}
	for _, key := range []string{"sizes", "weights", "biases", "cost"} {
		if !seen[key] {
			return nil, p.bad(whole, "the key %q is missing", key)
		}
	}
	for l, width := range widths { // Check sees how many numbers there are, not how they stood in rows
		if l+1 < len(n.Sizes) && width != n.Sizes[l] {
			return nil, p.bad("weights["+strconv.Itoa(l)+"]", "sizes want %d rows of %d numbers, have rows of %d", n.Sizes[l+1], n.Sizes[l], width)
		}
	}
	switch t, err := p.d.Token(); {
	case err == nil:
		return nil, p.bad(whole, "want nothing after the closing brace, have %s", show(t))
	case err != io.EOF:
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil, p.bad(whole, "want nothing after the closing brace: %v", err)
		}
		return nil, err
	}
	return n, nil
}

func (p *parser) text(field string) (string, error) {
	t, err := p.token(field)
	s, ok := t.(string)
	if err == nil && !ok {
		return "", p.bad(field, "want a text, have %s", show(t))
	}
	return s, err
}

// mostLayers is far beyond what network2.py can train.
const mostLayers = 1 << 16

func (p *parser) sizes(field string) (sizes []int, err error) {
	err = p.each(field, func(field string) error {
		t, err := p.token(field)
		if err != nil {
			return err
		}
		number, _ := t.(json.Number)
		n, err := strconv.Atoi(number.String())
		if err != nil || n < 1 {
			return p.bad(field, "want a whole number from 1 on, have %s", show(t))
		}
		if len(sizes) == mostLayers {
			return p.bad(field, "more than %d layers", mostLayers)
		}
		sizes = append(sizes, n)
		return nil
	})
	return sizes, err
}

// matrices reads a list of matrices, each a list of rows of equal length: of width numbers, or of any where width is 0. It
// returns their numbers row by row, and their widths. Of matrices between layers of known sizes it makes room at once for what the file can
// hold of them: lists that grow take several times their memory.
func (p *parser) matrices(field string, width int, sizes []int) (all [][]float64, widths []int, err error) {
	err = p.each(field, func(field string) error {
		var matrix []float64
		if l := len(all); l+1 < len(sizes) && int64(sizes[l]) <= p.numbers/int64(sizes[l+1]) {
			matrix = make([]float64, 0, sizes[l]*sizes[l+1])
			p.numbers -= int64(cap(matrix))
		}
		width := width
		err := p.each(field, func(field string) error {
			before := len(matrix)
			if err := p.row(field, &matrix); err != nil {
				return err
			}
			have := len(matrix) - before
			if width == 0 {
				width = have
			}
			if have != width || have == 0 {
				return p.bad(field, "want a row of %d numbers, have %d", max(1, width), have)
			}
			return nil
		})
		all, widths = append(all, matrix), append(widths, width)
		return err
	})
	return all, widths, err
}

// row appends a list of numbers.
func (p *parser) row(field string, to *[]float64) error {
	if err := p.open(field, '['); err != nil {
		return err
	}
	for first := len(*to); p.d.More(); {
		at := func() string { return field + "[" + strconv.Itoa(len(*to)-first) + "]" }
		t, err := p.d.Token()
		if err != nil {
			return p.explain(at(), err)
		}
		number, ok := t.(json.Number)
		if !ok {
			return p.bad(at(), "want a number, have %s", show(t))
		}
		v, err := strconv.ParseFloat(string(number), 64)
		if err != nil {
			return p.bad(at(), "the number %s is too large for a float64", quote.Short(string(number)))
		}
		*to = append(*to, v)
	}
	_, err := p.token(field)
	return err
}

// show describes a token.
func show(t json.Token) string {
	switch t := t.(type) {
	case nil:
		return "null"
	case string:
		return "the text " + quote.Short(t)
	case json.Number:
		return quote.Short(string(t))
	}
	return fmt.Sprint(t)
}
