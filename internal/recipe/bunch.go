package recipe

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/preprocess/columns"
)

// A bunch is the first line of the tables that come with scikit-learn (iris.csv, wine_data.csv, breast_cancer.csv): in place of
// names it has the number of rows, the number of features and the names of the classes, whose numbers the last column holds.
//
//	150,4,setosa,versicolor,virginica
//	5.1,3.5,1.4,0.2,0
type bunch struct {
	features int
	classes  []string
}

// bunchTarget is what scikit-learn calls what is to be learnt.
const bunchTarget = "target"

// parseBunch recognises such a line by the row after it: features and the number of a class, all of them numbers.
func parseBunch(lines [][]byte) (bunch, bool) {
	first := strings.Split(strings.TrimSpace(string(lines[0])), ",")
	second := strings.Split(strings.TrimSpace(string(lines[1])), ",")
	if len(first) < 4 {
		return bunch{}, false
	}
	_, err := strconv.ParseUint(first[0], 10, 32)
	features, err2 := strconv.ParseUint(first[1], 10, 16)
	b := bunch{int(features), first[2:]}
	if err != nil || err2 != nil || features < 1 || len(second) != b.features+1 {
		return bunch{}, false
	}
	seen := map[string]bool{}
	for _, c := range b.classes {
		if _, err := strconv.ParseFloat(c, 64); err == nil || c == "" || strings.Contains(c, `"`) || seen[c] {
			return bunch{}, false
		}
		seen[c] = true
	}
	for _, cell := range second {
		if _, err := strconv.ParseFloat(cell, 64); err != nil {
			return bunch{}, false
		}
	}
	class, err := strconv.Atoi(second[b.features])
	return b, err == nil && class >= 0 && class < len(b.classes)
}

// bunch reads such a table with names in its first line and classes in its last column. No line moves.
func (r *RowFile) bunch(b bunch) error {
	if _, err := r.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	in := bufio.NewReaderSize(r.file, 64<<10)
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(in)
		if err != nil {
			return err
		}
		in = bufio.NewReaderSize(z, 64<<10)
	}
	if _, err := in.ReadSlice('\n'); err != nil {
		return err
	}
	t := &bunchText{in: in, bunch: b, name: r.Options.Name, line: 1}
	for i := range b.features {
		t.text = fmt.Appendf(t.text, "x%d,", i)
	}
	t.text = append(t.text, bunchTarget+"\n"...)
	r.Reader, r.Header, r.Options.Separator = t, columns.Present, ','
	if r.Target == "" {
		r.Target = bunchTarget
	}
	return nil
}

// bunchText writes names of classes in place of their numbers.
type bunchText struct {
	in   *bufio.Reader
	name string
	line int
	bunch
	text []byte // of a line
	at   int
}

func (t *bunchText) Read(p []byte) (int, error) {
	for t.at == len(t.text) {
		line, err := t.in.ReadSlice('\n')
		if len(line) == 0 {
			return 0, err
		}
		if err == bufio.ErrBufferFull {
			return 0, fmt.Errorf("%s:%d: a line of more than %d bytes, where rows of %d numbers are said to be", t.name, t.line+1, t.in.Size(), t.features)
		}
		t.line++
		t.at, t.text = 0, t.text[:0]
		line = bytes.TrimRight(line, "\r\n")
		cut := bytes.LastIndexByte(line, ',') + 1
		if len(line) > 0 {
			class, err := strconv.Atoi(string(bytes.TrimSpace(line[cut:])))
			if err != nil || class < 0 || class >= len(t.classes) {
				return 0, fmt.Errorf("%s:%d: the last cell is %q; want the number of one of the %d classes that the first line names, 0 to %d", t.name, t.line, line[cut:], len(t.classes), len(t.classes)-1)
			}
			t.text = append(append(t.text, line[:cut]...), t.classes[class]...)
		}
		t.text = append(t.text, '\n')
	}
	n := copy(p, t.text[t.at:])
	t.at += n
	return n, nil
}
