// Package booktest examines a chapter: it runs, its numbers are the book's, and the code that it names is there.
package booktest

import (
	"io"
	"os"
	"testing"

	"github.com/gradus-nn/gradus/book"
)

// Chapter runs c with its code: quickly, or in full if GRADUS_LONG is set.
func Chapter(t *testing.T, c book.Chapter) {
	t.Helper()
	var to io.Writer = io.Discard
	if testing.Verbose() {
		to = t.Output()
	}
	if err := c.Show(t.Context(), to, book.Options{Code: true, Quick: os.Getenv("GRADUS_LONG") == ""}); err != nil {
		t.Error(err)
	}
}

// File returns path, or skips the test if there is no such file.
func File(t *testing.T, path string) string {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		t.Skipf("needs %s", path)
	}
	return path
}
