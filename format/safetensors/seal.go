package safetensors

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strings"

	"github.com/gradus-nn/gradus/internal/quote"
)

// The seal is two entries of the metadata. A damaged byte in the key of one leaves the other, which tells
// that there should be a checksum; so no single damaged byte turns a sealed file into a plain one.
const (
	sumKey   = "gradus.sha256"
	noteKey  = "gradus.checksum"
	noteText = "SHA-256 of this file with the 64 digits of gradus.sha256 set to 0"
	sumLen   = 2 * sha256.Size
)

// unseal takes the seal out of the metadata and returns the checksum, "" where the file has no seal.
func (h *header) unseal() (sum string, err error) {
	sum, hasSum := h.metadata[sumKey]
	_, hasNote := h.metadata[noteKey]
	if !hasSum && !hasNote {
		return "", nil
	}
	bad := func(reason string) error {
		return &FormatError{Offset: int64(prefixLen + max(h.sumAt, 0)),
			Reason: "the checksum " + reason + "; if another program has rewritten the file, remove " +
				sumKey + " and " + noteKey + " from its metadata"}
	}
	// Escapes would make the text in the header another than the value.
	inText := hasSum && strings.HasPrefix(h.text[h.sumAt-1:], `"`+sum+`"`)
	switch {
	case !hasSum || !hasNote:
		return "", bad("is incomplete: want the metadata " + sumKey + " and " + noteKey)
	case len(sum) != sumLen || strings.Trim(sum, "0123456789abcdef") != "" || !inText:
		return "", bad(fmt.Sprintf("is %s, want %d hexadecimal digits", quote.Short(sum), sumLen))
	}
	delete(h.metadata, sumKey)
	delete(h.metadata, noteKey)
	return sum, nil
}

// newSum starts the hash of a file by its length prefix and its header, in which the digits at sumAt count as 0.
func newSum(prefix []byte, header string, sumAt int) hash.Hash {
	sum := sha256.New()
	sum.Write(prefix)
	writeString(sum, header[:sumAt])
	writeString(sum, strings.Repeat("0", sumLen))
	writeString(sum, header[sumAt+sumLen:])
	return sum
}

// writeString writes in pieces, because a hash copies a string that it is given.
func writeString(w io.Writer, s string) {
	for len(s) > 0 {
		n := min(len(s), 1<<16)
		io.WriteString(w, s[:n])
		s = s[n:]
	}
}

// checkSum compares the checksum with what was read.
func (h *header) checkSum(sum string, prefix, data []byte) error {
	found := newSum(prefix, h.text, h.sumAt)
	found.Write(data)
	if have := hex.EncodeToString(found.Sum(nil)); have != sum {
		return &FormatError{Offset: int64(prefixLen + h.sumAt), Reason: fmt.Sprintf("the file is damaged: its checksum "+
			"says %s..., its content gives %s...; take another copy. If another program has rewritten the file, remove %s and %s from its metadata",
			sum[:8], have[:8], sumKey, noteKey)}
	}
	return nil
}
