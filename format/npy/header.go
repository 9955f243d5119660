package npy

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/internal/quote"
)

// header is what the header of a file says.
type header struct {
	dtype   DType
	fortran bool
	shape   []int

	texts   textType // width 0: the elements are no texts
	refused error    // what to say about texts where none are wanted
}

// size returns the bytes of an element.
func (h header) size() int {
	if h.refused != nil {
		return h.texts.width
	}
	return h.dtype.Type.Size()
}

// parseHeader reads the dictionary. at is the place of its text in the file.
//
// NumPy evaluates the text as Python. Here it is a small grammar: the three keys, once each and in any order, with a
// text, a truth value and a tuple of counts.
func parseHeader(text string, at int64) (header, error) {
	p := &parser{text: text, base: at}
	var h header
	seen := map[string]bool{}
	if err := p.expect('{'); err != nil {
		return h, err
	}
	for !p.accept('}') {
		start := p.at
		key, err := p.quoted()
		if err != nil {
			return h, err
		}
		if seen[key] {
			return h, p.fail(start, "the key %s occurs twice", quote.Short(key))
		}
		seen[key] = true
		if err := p.expect(':'); err != nil {
			return h, err
		}
		switch key {
		case "descr":
			if h.dtype, err = p.dtype(); err != nil {
				if h.texts = parseTexts(p.last); h.texts.width > 0 {
					h.refused, err = err, nil
				}
			}
		case "fortran_order":
			h.fortran, err = p.truth()
		case "shape":
			h.shape, err = p.tuple()
		default:
			err = p.fail(start, "unknown key %s; want descr, fortran_order and shape", quote.Short(key))
		}
		if err != nil {
			return h, err
		}
		if !p.accept(',') && !p.peek('}') {
			return h, p.fail(p.at, "want a comma or the closing brace, have %s", p.found())
		}
	}
	if p.space(); p.at != len(text) {
		return h, p.fail(p.at, "want nothing but spaces after the closing brace, have %s", p.found())
	}
	for _, key := range []string{"descr", "fortran_order", "shape"} {
		if !seen[key] {
			return h, p.fail(0, "the key %s is missing", quote.Short(key))
		}
	}
	return h, nil
}

// parser walks over the text of a header.
type parser struct {
	text string
	at   int
	base int64
	last string // the dtype
}

func (p *parser) fail(at int, format string, args ...any) error {
	return &FormatError{Offset: p.base + int64(at), Reason: "header: " + fmt.Sprintf(format, args...)}
}

// found returns the character that is to be blamed.
func (p *parser) found() string {
	if p.at >= len(p.text) {
		return "the end"
	}
	return strconv.QuoteRune(rune(p.text[p.at]))
}

func (p *parser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

func (p *parser) peek(c byte) bool {
	p.space()
	return p.at < len(p.text) && p.text[p.at] == c
}

func (p *parser) accept(c byte) bool {
	ok := p.peek(c)
	if ok {
		p.at++
	}
	return ok
}

func (p *parser) expect(c byte) error {
	if !p.accept(c) {
		return p.fail(p.at, "want %q, have %s", c, p.found())
	}
	return nil
}

// quoted reads a text in single or double quotes. No key or dtype needs an escape.
func (p *parser) quoted() (string, error) {
	p.space()
	if !p.peek('\'') && !p.peek('"') {
		return "", p.fail(p.at, "want a text in quotes, have %s", p.found())
	}
	start := p.at + 1
	end := strings.IndexByte(p.text[start:], p.text[p.at])
	if end < 0 {
		return "", p.fail(p.at, "a text without its closing quote")
	}
	p.at = start + end + 1
	return p.text[start : start+end], nil
}

func (p *parser) dtype() (DType, error) {
	if p.peek('[') {
		return DType{}, &UnsupportedError{Offset: p.base + int64(p.at),
			Reason: "the elements are records (a structured dtype); want plain numbers: save each field as an array of its own"}
	}
	start := p.at
	descr, err := p.quoted()
	if err != nil {
		return DType{}, err
	}
	p.last = descr
	d, err := ParseDType(descr)
	return d, locate(err, "", "", p.base+int64(start))
}

func (p *parser) truth() (bool, error) {
	p.space()
	for word, v := range map[string]bool{"True": true, "False": false} {
		if strings.HasPrefix(p.text[p.at:], word) {
			p.at += len(word)
			return v, nil
		}
	}
	return false, p.fail(p.at, "fortran_order: want True or False, have %s", p.found())
}

// tuple reads (), (3,) or (3, 4). Python 2 on Windows wrote (3L, 4L).
func (p *parser) tuple() ([]int, error) {
	if err := p.expect('('); err != nil {
		return nil, err
	}
	shape := []int{}
	for !p.accept(')') {
		if len(shape) == maxRank {
			return nil, p.fail(p.at, "shape: more than %d axes", maxRank)
		}
		p.space()
		start := p.at
		for p.at < len(p.text) && p.text[p.at]-'0' <= 9 {
			p.at++
		}
		digits := p.text[start:p.at]
		if digits == "" {
			return nil, p.fail(p.at, "shape: want a count, have %s", p.found())
		}
		d, err := strconv.Atoi(digits)
		if err != nil {
			return nil, p.fail(start, "shape: an axis of %s is more than this machine can count", quote.Short(digits))
		}
		if p.at < len(p.text) && p.text[p.at] == 'L' {
			p.at++
		}
		shape = append(shape, d)
		if p.accept(',') {
			continue
		}
		if len(shape) == 1 || !p.peek(')') { // (3) is a number in Python and no tuple
			return nil, p.fail(p.at, "shape: want a comma, have %s", p.found())
		}
	}
	return shape, nil
}
