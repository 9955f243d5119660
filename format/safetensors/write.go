package safetensors

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gradus-nn/gradus/internal/durable"
	"github.com/gradus-nn/gradus/internal/quote"
)

// WriteFile replaces the file of that name by f, whole or not at all: whatever happens meanwhile, the name
// holds the old content or the new one. When it returns nil, the new one survives a power cut.
func WriteFile(name string, f *File) error {
	return durable.Write(name, func(w io.Writer) error { return Write(w, f) })
}

// Write writes a file with its seal. The same content gives the same bytes: metadata are in the order of
// their keys, tensors in the given order, without gaps. The header is padded with spaces, so that the data
// begin at a multiple of eight bytes; a tensor is aligned to its elements where those before it are as wide
// or wider.
func Write(w io.Writer, f *File) error {
	header, sumAt, err := buildHeader(f)
	if err != nil {
		return fmt.Errorf("safetensors: cannot write: %w", err)
	}
	prefix := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	sum := newSum(prefix, header, sumAt)
	for _, t := range f.Tensors {
		sum.Write(t.Data)
	}
	parts := []string{string(prefix), header[:sumAt], hex.EncodeToString(sum.Sum(nil)), header[sumAt+sumLen:]}
	if _, err := io.WriteString(w, strings.Join(parts, "")); err != nil {
		return fmt.Errorf("safetensors: cannot write: %w", err)
	}
	for _, t := range f.Tensors {
		if _, err := w.Write(t.Data); err != nil {
			return fmt.Errorf("safetensors: cannot write tensor %s: %w", quote.Short(t.Name), err)
		}
	}
	return nil
}

// buildHeader returns the padded header, with the checksum 0, and where that stands.
func buildHeader(f *File) (header string, sumAt int, err error) {
	metadata := maps.Clone(f.Metadata)
	if metadata == nil {
		metadata = map[string]string{}
	}
	metadata[noteKey], metadata[sumKey] = noteText, strings.Repeat("0", sumLen)
	if len(metadata) > maxMetadata {
		return "", 0, fmt.Errorf("%d entries of metadata, want at most %d", len(metadata)-2, maxMetadata-2)
	}

	b := []byte(`{"` + metadataName + `":{`)
	for i, key := range slices.Sorted(maps.Keys(metadata)) {
		if !utf8.ValidString(key) || !utf8.ValidString(metadata[key]) {
			return "", 0, fmt.Errorf("metadata %s: want UTF-8", quote.Short(key))
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendJSON(b, key), ':')
		if key == sumKey {
			sumAt = len(b) + 1 // after the quote
		}
		b = appendJSON(b, metadata[key])
	}
	b = append(b, '}')

	at := int64(0)
	seen := make(map[string]bool, len(f.Tensors))
	for _, t := range f.Tensors {
		if err := checkTensor(t); err != nil {
			return "", 0, fmt.Errorf("tensor %s: %w", quote.Short(t.Name), err)
		}
		if seen[t.Name] {
			return "", 0, fmt.Errorf("tensor %s: the name occurs twice", quote.Short(t.Name))
		}
		seen[t.Name] = true
		b = appendJSON(append(b, ','), t.Name)
		b = append(b, `:{"dtype":"`...)
		b = append(b, t.DType...)
		b = append(b, `","shape":[`...)
		for i, d := range t.Shape {
			if i > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendInt(b, int64(d), 10)
		}
		b = append(b, `],"data_offsets":[`...)
		b = strconv.AppendInt(b, at, 10)
		at += int64(len(t.Data))
		b = strconv.AppendInt(append(b, ','), at, 10)
		b = append(b, "]}"...)
	}
	b = append(b, '}')
	for len(b)%8 != 0 {
		b = append(b, ' ')
	}
	if len(b) > maxHeader {
		return "", 0, fmt.Errorf("a header of %d bytes, want at most %d", len(b), maxHeader)
	}
	return string(b), sumAt, nil
}

// checkTensor refuses what Read would refuse.
func checkTensor(t Tensor) error {
	switch {
	case t.Name == metadataName:
		return fmt.Errorf("the name is taken by the format")
	case !utf8.ValidString(t.Name):
		return fmt.Errorf("the name is not UTF-8")
	case t.DType.Size() == 0:
		return fmt.Errorf("unknown dtype %s, want %s", quote.Short(string(t.DType)), anyDType)
	case len(t.Shape) > maxRank:
		return fmt.Errorf("%d axes, want at most %d", len(t.Shape), maxRank)
	}
	want, err := byteLen(t.DType, t.Shape)
	if err != nil {
		return err
	}
	if int64(len(t.Data)) != want {
		return fmt.Errorf("%s %v takes %d bytes, have %d", t.DType, t.Shape, want, len(t.Data))
	}
	return nil
}

// appendJSON appends a valid UTF-8 text as JSON, escaping no more than it must.
func appendJSON(b []byte, s string) []byte {
	const hexDigits = "0123456789abcdef"
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ':
			b = append(b, `\u00`...)
			b = append(b, hexDigits[c>>4], hexDigits[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
