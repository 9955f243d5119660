package session

import (
	"fmt"

	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/internal/transcript"
)

// fromFile says where examples are from, where it is a file of their own.
func fromFile(h *recipe.HeldFile) string {
	if h == nil {
		return ""
	}
	return " of " + terminal.Clean(h.Path)
}

// warnOfFiles says what was met in the files that judge, and what makes their results look better than they are.
func (t *Training) warnOfFiles() {
	if a := t.data.Table; a != nil {
		for _, text := range a.Notes {
			t.show.Note("note", text)
		}
	}
	if a := t.data.Arrays; a != nil && a.Shared > 0 {
		t.show.Note("warn", fmt.Sprintf("%d of the %d examples that judge the end occur among those to train on, too: the result looks better than it is", a.Shared, t.parts.Test.Len()))
	}
	for _, h := range []*recipe.HeldFile{t.data.ValFile, t.data.TestFile} {
		if h == nil {
			continue
		}
		if n := len(h.Dropped); n > 0 {
			t.show.Note("note", fmt.Sprintf("%s: %s without a target left out (%s)", h.Path, transcript.Count(n, "row", "rows"), transcript.Lines(h.Dropped)))
		}
		for _, text := range h.Notes {
			t.show.Note("warn", h.Path+": "+text)
		}
		if h.Shared > 0 {
			t.show.Note("warn", fmt.Sprintf("%d of the %d rows of %s occur among those to train on, too: what it says looks better than it is", h.Shared, h.Rows, h.Path))
		}
	}
}
