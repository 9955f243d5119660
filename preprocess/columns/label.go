package columns

import (
	"bytes"
	"strings"
)

// truth reads a cell that says yes or no: in words, or as 1 and 0.
func truth(cell []byte) (yes, ok bool) {
	if v, numeric := number(cell, false); numeric {
		return v == 1, v == 0 || v == 1
	}
	low := strings.ToLower(string(cell))
	for _, pair := range truths {
		if low == pair[0] || low == pair[1] {
			return low == pair[1], true
		}
	}
	return false, false
}

// noLabel reports whether a cell of labels has none of them: it is empty or says so.
func noLabel(cell []byte) bool {
	return len(cell) == 0 || string(cell) == "-" || strings.EqualFold(string(cell), "none")
}

// eachLabel calls f with every label of a cell, without the spaces around it, until f returns false.
func eachLabel(cell []byte, separator string, f func(label []byte) bool) {
	if noLabel(cell) {
		return
	}
	for rest := cell; ; {
		at := bytes.Index(rest, []byte(separator))
		label := rest
		if at >= 0 {
			label, rest = rest[:at], rest[at+len(separator):]
		}
		if label = trim(label); len(label) > 0 && !f(label) {
			return
		}
		if at < 0 {
			return
		}
	}
}
