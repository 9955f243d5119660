package safetensors

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/gradus-nn/gradus/internal/quote"
)

// scanner reads the JSON of a header: objects, arrays, strings and whole numbers, each only where it belongs.
//
// encoding/json is not up to it: it keeps the last of duplicate keys and repairs lone surrogates without a
// word, and its garbage would be several times the header.
type scanner struct {
	text string
	at   int
}

// fail says what was wrong at a place in the header.
func (s *scanner) fail(at int, format string, args ...any) error {
	return &FormatError{Offset: int64(prefixLen + at), Reason: "header: " + fmt.Sprintf(format, args...)}
}

// space skips white space.
func (s *scanner) space() {
	for s.at < len(s.text) && strings.IndexByte(" \t\r\n", s.text[s.at]) >= 0 {
		s.at++
	}
}

// found describes what stands at the place, for a message.
func (s *scanner) found() string {
	if s.at == len(s.text) {
		return "the end of the header"
	}
	rest := s.text[s.at:]
	if n := strings.IndexAny(rest, ",:]} \t\r\n"); n > 0 {
		rest = rest[:n]
	} else if n == 0 {
		rest = rest[:1]
	}
	return quote.Short(rest)
}

// accept skips white space and then c, if it is next.
func (s *scanner) accept(c byte) bool {
	s.space()
	if s.at < len(s.text) && s.text[s.at] == c {
		s.at++
		return true
	}
	return false
}

// list reads what lies between open and end, separated by commas; each call of item reads one.
func (s *scanner) list(what string, open, end byte, item func() error) error {
	if !s.accept(open) {
		return s.fail(s.at, "%s: want %q, have %s", what, open, s.found())
	}
	if s.accept(end) {
		return nil
	}
	for {
		if err := item(); err != nil {
			return err
		}
		if s.accept(end) {
			return nil
		}
		if !s.accept(',') {
			return s.fail(s.at, "%s: want ',' or %q, have %s", what, end, s.found())
		}
	}
}

// object reads an object of which value reads what follows a key; keyAt is where the key stands.
func (s *scanner) object(what string, value func(key string, keyAt int) error) error {
	return s.list(what, '{', '}', func() error {
		s.space()
		at := s.at
		key, err := s.str("a key")
		if err != nil {
			return err
		}
		if !s.accept(':') {
			return s.fail(s.at, "%s: want ':' after the key %s, have %s", what, quote.Short(key), s.found())
		}
		return value(key, at)
	})
}

// str reads a string. One without escapes is a part of the header's text. The parameter what, here and
// above, is a constant wherever all is well: joining texts for a message that is not needed makes garbage of
// several times the header.
func (s *scanner) str(what string) (string, error) {
	if !s.accept('"') {
		return "", s.fail(s.at, "%s: want a text in quotes, have %s", what, s.found())
	}
	start := s.at
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c == '"':
			s.at++
			return s.text[start : s.at-1], nil
		case c == '\\':
			return s.escaped(what, start)
		case c < ' ':
			return "", s.fail(s.at, "%s: the control character %q must be escaped", what, c)
		}
	}
	return "", s.fail(start-1, "%s: a text without its closing quote", what)
}

// escaped reads on in a string at its first backslash.
func (s *scanner) escaped(what string, start int) (string, error) {
	end := s.at
	for ; end < len(s.text) && s.text[end] != '"'; end++ {
		if s.text[end] == '\\' {
			end++
		}
	}
	if end >= len(s.text) {
		return "", s.fail(start-1, "%s: a text without its closing quote", what)
	}
	var b strings.Builder
	b.Grow(end - start) // no escape is shorter than what it stands for
	b.WriteString(s.text[start:s.at])
	for s.at < end {
		at, c := s.at, s.text[s.at]
		s.at++
		switch {
		case c < ' ':
			return "", s.fail(at, "%s: the control character %q must be escaped", what, c)
		case c != '\\':
			b.WriteByte(c)
			continue
		}
		e := s.text[s.at]
		s.at++
		if i := strings.IndexByte(`"\/bfnrt`, e); i >= 0 {
			b.WriteByte("\"\\/\b\f\n\r\t"[i])
			continue
		}
		if e != 'u' {
			_, size := utf8.DecodeRuneInString(s.text[at+1:])
			return "", s.fail(at, "%s: %s is no escape of JSON", what, quote.Short(s.text[at:at+1+size]))
		}
		r, ok := s.hex4(end)
		if ok && utf16.IsSurrogate(r) {
			low := rune(-1)
			if strings.HasPrefix(s.text[s.at:end], `\u`) {
				s.at += 2
				low, ok = s.hex4(end)
			}
			if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
				return "", s.fail(at, "%s: half a surrogate pair is no character", what)
			}
		}
		if !ok {
			return "", s.fail(at, `%s: want four hexadecimal digits after \u`, what)
		}
		b.WriteRune(r)
	}
	s.at = end + 1
	return b.String(), nil
}

// hex4 reads four hexadecimal digits.
func (s *scanner) hex4(end int) (r rune, ok bool) {
	if s.at+4 > end {
		return 0, false
	}
	n, err := strconv.ParseUint(s.text[s.at:s.at+4], 16, 16)
	s.at += 4
	return rune(n), err == nil
}

// whole reads a whole number from 0 to max. It takes digits only: 1.0 and 1e3 are legal JSON and no counts.
func (s *scanner) whole(what string, max int64) (int64, error) {
	s.space()
	at := s.at
	for s.at < len(s.text) && s.text[s.at]-'0' <= 9 {
		s.at++
	}
	digits := s.text[at:s.at]
	next := byte(',')
	if s.at < len(s.text) {
		next = s.text[s.at]
	}
	if digits == "" || strings.IndexByte(",] \t\r\n", next) < 0 || len(digits) > 1 && digits[0] == '0' {
		s.at = at
		return 0, s.fail(at, "%s: want a whole number, have %s", what, s.found())
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n > max {
		return 0, s.fail(at, "%s: %s is too large, want at most %d", what, quote.Short(digits), max)
	}
	return n, nil
}
