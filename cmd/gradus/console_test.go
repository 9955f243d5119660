package main

import (
	"strings"
	"testing"
)

// Lines of results are broken between words on a terminal, and indented below their subject.
func TestWrapping(t *testing.T) {
	var b strings.Builder
	w := &wrapping{&b, 40}
	text := "task     classification into 3 classes: one, two, three\nsaved    runs/1\n"
	if n, err := w.Write([]byte(text)); n != len(text) || err != nil {
		t.Errorf("wrote %d of %d, %v", n, len(text), err)
	}
	if want := "task     classification into 3 classes:\n         one, two, three\nsaved    runs/1\n"; b.String() != want {
		t.Errorf("have\n%swant\n%s", b.String(), want)
	}
}
