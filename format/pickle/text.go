package pickle

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/gradus-nn/gradus/internal/quote"
)

// latin1 returns the text whose characters are the bytes of s.
func latin1(s str2) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, c := range s {
		b.WriteRune(rune(c))
	}
	return b.String()
}

// quotedLine reads a str of Python 2 as its repr: 'it\'s \xe9'.
func (m *machine) quotedLine() error {
	s, err := m.line()
	if err != nil {
		return err
	}
	if len(s) < 2 || s[0] != s[len(s)-1] || s[0] != '\'' && s[0] != '"' {
		return m.bad("want a text in quotes, have %s", quote.Short(s))
	}
	s = s[1 : len(s)-1]
	out := make(str2, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			out = append(out, s[i])
			continue
		}
		if i++; i == len(s) {
			return m.bad("a backslash at the end of a text")
		}
		if at := strings.IndexByte(`\'"abfnrtv`, s[i]); at >= 0 {
			out = append(out, "\\'\"\a\b\f\n\r\t\v"[at])
			continue
		}
		if s[i] != 'x' || i+2 >= len(s) {
			return m.bad(`\%c is no escape of a text`, s[i])
		}
		v, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
		if err != nil {
			return m.bad(`want two hexadecimal digits after \x, have %s`, quote.Short(s[i+1:i+3]))
		}
		out = append(out, byte(v))
		i += 2
	}
	return m.push(out)
}

// textLine reads a text in which the characters that need it are \u0000 or \U00000000 and all others are Latin-1.
func (m *machine) textLine() error {
	s, err := m.line()
	if err != nil {
		return err
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		width := 0
		if s[i] == '\\' && i+1 < len(s) {
			switch s[i+1] {
			case 'u':
				width = 4
			case 'U':
				width = 8
			}
		}
		if width == 0 {
			b.WriteRune(rune(s[i]))
			i++
			continue
		}
		digits := s[i+2 : min(i+2+width, len(s))]
		r, err := strconv.ParseUint(digits, 16, 32)
		if err != nil || len(digits) < width || r > utf8.MaxRune || utf16.IsSurrogate(rune(r)) {
			return m.bad(`\%c%s is no character`, s[i+1], digits)
		}
		b.WriteRune(rune(r))
		i += 2 + width
	}
	return m.push(b.String())
}

// text returns a value that is a text of either Python.
func text(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case str2:
		// What is asked for are names and codes; a longer one is none.
		return latin1(v[:min(len(v), 100)]), len(v) <= 100
	}
	return "", false
}

// raw returns a value that is bytes of either Python.
func raw(v any) ([]byte, bool) {
	switch v := v.(type) {
	case []byte:
		return v, true
	case str2:
		return v, true
	}
	return nil, false
}
