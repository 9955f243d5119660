package recipe

import (
	"bytes"
	"crypto/sha256"

	"github.com/gradus-nn/gradus/dataset/tabular"
	"github.com/gradus-nn/gradus/format/csv"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// embedded is the set that comes with the program and is trained on as a table: what is to be learnt of it has a unit.
const embedded = "diabetes"

// embeddedRows are its rows, as if they came from a file.
func embeddedRows(target string) *RowFile {
	text := tabular.DiabetesCSV()
	r := &RowFile{Reader: bytes.NewReader(text), Options: csv.Options{Name: embedded}, Header: columns.Present, read: sha256.New()}
	r.read.Write(text)
	if target == "" {
		r.Target = tabular.DiabetesTarget
	}
	return r
}
