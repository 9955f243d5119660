package npy

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// textType is a dtype of texts: U is characters of four bytes, S is bytes.
type textType struct {
	width     int // bytes of a text
	wide      bool
	bigEndian bool
}

const (
	longestText = 1 << 16 // characters
	mostTexts   = 1 << 22 // a text takes more memory than its bytes
)

// parseTexts reads a dtype such as "<U12" or "|S3". Width is 0 for anything else, texts of no characters among it.
func parseTexts(descr string) textType {
	if len(descr) < 3 || !strings.ContainsRune("<>|", rune(descr[0])) {
		return textType{}
	}
	n, err := strconv.ParseUint(descr[2:], 10, 32)
	if err != nil || n > longestText {
		return textType{}
	}
	switch descr[1] {
	case 'U':
		return textType{4 * int(n), true, descr[0] == '>'}
	case 'S':
		return textType{width: int(n)}
	}
	return textType{}
}

// name is the dtype of the elements for messages.
func (h header) name() string {
	if h.refused != nil {
		return fmt.Sprintf("texts of %d bytes", h.texts.width)
	}
	return h.dtype.Type.String()
}

// check reports why texts of so many bytes are not read.
func (t textType) check(h header, bytes int) error {
	switch {
	case bytes/t.width > mostTexts:
		return fmt.Errorf("%d texts; want at most %d", bytes/t.width, mostTexts)
	case h.fortran && len(h.shape) > 1:
		return fmt.Errorf("texts in Fortran order; want one axis, or C order")
	}
	return nil
}

// decode returns the texts, without the zeros that fill them up. What is no Unicode is an error.
func (t textType) decode(raw []byte) ([]string, error) {
	texts := make([]string, 0, len(raw)/t.width)
	known := map[string]string{} // classes come again and again
	var b []byte
	order := binary.ByteOrder(binary.LittleEndian)
	if t.bigEndian {
		order = binary.BigEndian
	}
	for ; len(raw) > 0; raw = raw[t.width:] {
		b = b[:0]
		if t.wide {
			for i := 0; i < t.width; i += 4 {
				c := order.Uint32(raw[i:])
				if c > utf8.MaxRune || c >= 0xd800 && c < 0xe000 {
					return nil, &FormatError{Offset: -1, Reason: fmt.Sprintf("text %d has the character %#x, which Unicode does not know", len(texts), c)}
				}
				b = utf8.AppendRune(b, rune(c))
			}
		} else {
			b = append(b, raw[:t.width]...)
		}
		for len(b) > 0 && b[len(b)-1] == 0 {
			b = b[:len(b)-1]
		}
		if !utf8.Valid(b) {
			return nil, &FormatError{Offset: -1, Reason: fmt.Sprintf("text %d is not UTF-8", len(texts))}
		}
		one, ok := known[string(b)]
		if !ok {
			one = string(b)
			if len(known) < mostTexts>>6 {
				known[one] = one
			}
		}
		texts = append(texts, one)
	}
	return texts, nil
}
