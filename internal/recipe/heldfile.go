package recipe

import (
	"fmt"
	"slices"

	"github.com/gradus-nn/gradus/dataset"
)

// A HeldFile is a file of the user's own whose examples judge a training.
type HeldFile struct {
	Path    string   `json:"path"`
	SHA256  string   `json:"sha256"`
	Rows    int      `json:"rows"`              // with a target
	Dropped []int    `json:"dropped,omitempty"` // lines of rows without one
	Shared  int      `json:"shared,omitempty"`  // rows whose features occur among the examples to train on, too
	Notes   []string `json:"notes,omitempty"`   // what was met in it that the training examples had not prepared for
}

// Overlap returns Shared, or 0 where there is no such file.
func (h *HeldFile) Overlap() int {
	if h == nil {
		return 0
	}
	return h.Shared
}

// heldNames are the files of val-data and test-data.
type heldNames struct{ val, valSHA256, test, testSHA256 *string }

func (q *Request) held() heldNames {
	return heldNames{q.ValData, q.ValDataSHA256, q.TestData, q.TestDataSHA256}
}

// checkHeld reports a file to judge by that the form of the data has no use for.
func (q *Request) checkHeld(d *Data) error {
	const only = "is the file %s, but files to judge by are for tables and arrays; %s is neither"
	switch {
	case q.ValData != nil && *q.ValData != "" && d.ValFile == nil:
		return fieldf("val", only, *q.ValData, or(q.Data, "mnist"))
	case q.TestData != nil && *q.TestData != "" && d.TestFile == nil:
		return fieldf("test", only, *q.TestData, or(q.Data, "mnist"))
	}
	return nil
}

// noHeld reports files to judge by where the parts are made of the data, as in a cross-validation.
func (q *Request) noHeld() error {
	const also = "is the file %s, but a cross-validation judges by parts of the data themselves; leave it out"
	if name := or(q.ValData, ""); name != "" {
		return fieldf("val", also, name)
	}
	if name := or(q.TestData, ""); name != "" {
		return fieldf("test", also, name)
	}
	return nil
}

// resolveHeld notes the files to judge by.
func (r *Recipe) resolveHeld(f Facts) {
	if h := f.ValFile; h != nil {
		r.ValData, r.ValDataSHA256 = h.Path, h.SHA256
	}
	if h := f.TestFile; h != nil {
		r.TestData, r.TestDataSHA256 = h.Path, h.SHA256
	}
}

// judge reads the examples to judge by for the fitted schema: from files of their own, or from parts of the file itself.
func (t *Table) judge(d *Data) error {
	for _, j := range []struct {
		part      string
		file, sum *string
		set       **dataset.Set
		record    **HeldFile
	}{{"val", t.held.val, t.held.valSHA256, &d.Val, &d.ValFile}, {"test", t.held.test, t.held.testSHA256, &d.Test, &d.TestFile}} {
		name := or(j.file, "")
		own := name == "" && slices.Contains(t.parts, j.part)
		if name == "" && !own {
			continue
		}
		o := RowOptions{Target: t.Schema.Sought()}
		if own {
			name, o.Part, o.opened = t.path, j.part, t.opened
		}
		set, h, err := t.judgeBy(j.part, name, o, d.Train)
		if err != nil {
			return err
		}
		if sum := or(j.sum, ""); sum != "" && sum != h.SHA256 && !own {
			return fieldf(j.part+"-data", "is %s, but the file is no longer the one that the run was made with (SHA-256 %.12s…, now %.12s…)", name, sum, h.SHA256)
		}
		if *j.set = set; own {
			t.Shared += h.Shared
		} else {
			*j.record = h
		}
	}
	return nil
}

// judgeBy reads one of the files. Its columns must be those of the training table; a class that is not there is an error with its line.
func (t *Table) judgeBy(part, name string, o RowOptions, train *dataset.Set) (*dataset.Set, *HeldFile, error) {
	f, err := OpenRows(name, o)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	cells, b, err := t.Schema.Read(f, f.Options)
	if err != nil {
		return nil, nil, err
	}
	h := &HeldFile{Path: name}
	if h.SHA256, err = f.SHA256(); err != nil {
		return nil, nil, err
	}
	if lacking := b.Lacking(); len(lacking) > 0 {
		return nil, nil, fmt.Errorf("%s has no column %q to judge by", name, lacking[0])
	}
	rows, without := b.Examples(cells)
	n := cells.Len() - len(without)
	if n == 0 {
		return nil, nil, fmt.Errorf("%s has no row with a target: there is nothing to judge by", name)
	}
	set, err := b.Set(t.name()+" "+part, cells, rows)
	if err != nil {
		return nil, nil, err
	}
	h.Rows, h.Dropped, h.Notes, h.Shared = n, without, append(f.Notes, b.Notes()...), train.Overlap(set)
	return set, h, nil
}
