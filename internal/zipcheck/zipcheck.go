// Package zipcheck tells the zip archives of honest writers from those that are made to do harm, before anything is
// unpacked. Formats that are zip archives (.npz, .pt) share it.
package zipcheck

import (
	"archive/zip"
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode"
)

// A Problem is why an archive is not read.
type Problem struct {
	Entry       string // the file in the archive; empty where the archive itself or the name is to blame
	Reason      string
	Unsupported bool // legal, but beyond the formats that use this package
	Err         error
}

// Entry examines what the directory of an archive says about a file: its name, its kind, and how it is packed.
func Entry(f *zip.File) *Problem {
	const encrypted = 1
	switch {
	case !Local(f.Name):
		return &Problem{Reason: "the name is not one of an array"}
	case !f.Mode().IsRegular():
		return &Problem{Entry: f.Name, Reason: fmt.Sprintf("it is no plain file (%v)", f.Mode().Type()), Unsupported: true}
	case f.Flags&encrypted != 0:
		return &Problem{Entry: f.Name, Reason: "it is encrypted", Unsupported: true}
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return &Problem{Entry: f.Name, Reason: fmt.Sprintf("compression method %d; want 0 (stored) or 8 (deflate)", f.Method), Unsupported: true}
	}
	return nil
}

// Local reports whether a name leads to a file below the archive's own root and does nothing to a terminal.
func Local(name string) bool {
	unprintable := func(r rune) bool { return !unicode.IsPrint(r) }
	return fs.ValidPath(name) && !strings.ContainsRune(name, '\\') && strings.IndexFunc(name, unprintable) < 0
}

// Disjoint makes sure that no byte of an archive of the given size is the content of two files: an archive of overlapping
// ones can be a thousandth of what each file alone would allow (Fifield 2019, "A better zip bomb").
func Disjoint(files []*zip.File, size int64) *Problem {
	type span struct {
		begin, end int64
		file       *zip.File
	}
	var spans []span
	for _, f := range files {
		begin, err := f.DataOffset()
		if err != nil {
			return &Problem{Entry: f.Name, Reason: "its local header is damaged", Err: err}
		}
		if f.CompressedSize64 > uint64(size) || begin > size-int64(f.CompressedSize64) {
			return &Problem{Entry: f.Name, Reason: fmt.Sprintf("its %d bytes reach beyond the archive's %d", f.CompressedSize64, size)}
		}
		spans = append(spans, span{begin, begin + int64(f.CompressedSize64), f})
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end)) })
	for i := range spans[min(1, len(spans)):] {
		if a, b := spans[i], spans[i+1]; b.begin < a.end || b.begin == a.begin {
			return &Problem{Entry: b.file.Name, Reason: fmt.Sprintf("its bytes are also those of %.80q", a.file.Name)}
		}
	}
	return nil
}
