package csv

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// rows reads a whole table, a row as its cells between brackets.
func rows(r io.Reader, o Options) (text []string, err error) {
	c, err := NewReader(r, o)
	if err != nil {
		return nil, err
	}
	for {
		cells, err := c.Read()
		if err == io.EOF {
			return text, nil
		}
		if err != nil {
			return text, err
		}
		var b strings.Builder
		for _, cell := range cells {
			fmt.Fprintf(&b, "[%s]", cell)
		}
		text = append(text, b.String())
	}
}

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"plain", "a,b\n1,2\n", []string{"[a][b]", "[1][2]"}},
		{"no newline at the end", "a,b\n1,2", []string{"[a][b]", "[1][2]"}},
		{"byte order mark", "\ufeffa,b\n1,2\n", []string{"[a][b]", "[1][2]"}},
		{"a mark before a quote", "\ufeff\"a\",b\n1,2\n", []string{"[a][b]", "[1][2]"}},
		{"CRLF", "a,b\r\n1,2\r\n", []string{"[a][b]", "[1][2]"}},
		{"CR alone", "a,b\r1,2\r", []string{"[a][b]", "[1][2]"}},
		{"endings mixed, empty lines", "a,b\r\n\r\n1,2\n\n\r3,4\r5,6", []string{"[a][b]", "[1][2]", "[3][4]", "[5][6]"}},
		{"newline in quotes", "a,b\n\"x\ny\",2\n", []string{"[a][b]", "[x\ny][2]"}},
		{"CRLF in quotes", "a,b\r\n\"x\r\ny\",2\r\n", []string{"[a][b]", "[x\r\ny][2]"}},
		{"quotes in quotes", "a,b\n\"say \"\"hi\"\"\",\"\"\n", []string{"[a][b]", `[say "hi"][]`}},
		{"bare quotes", "a,b\n37°36'37.8\"N,5\" pipe\n", []string{"[a][b]", `[37°36'37.8"N][5" pipe]`}},
		{"separator in quotes", "a,b\n\"1,5\",2\n", []string{"[a][b]", "[1,5][2]"}},
		{"empty cells", "a,b,c\n,,\n1,,\n", []string{"[a][b][c]", "[][][]", "[1][][]"}},
		{"empty cell at the end of the file", "a,b\n1,", []string{"[a][b]", "[1][]"}},
		{"semicolons, decimal comma", "a;b\n1,5;2,5\n", []string{"[a][b]", "[1,5][2,5]"}},
		{"decimal comma without header", "1,5;2,5\n3,5;4,5\n", []string{"[1,5][2,5]", "[3,5][4,5]"}},
		{"tabs", "a\tb\n1\t2, and more\n", []string{"[a][b]", "[1][2, and more]"}},
		{"bars", "a|b\n1|2\n", []string{"[a][b]", "[1][2]"}},
		{"one column", "a\n1\n2\n", []string{"[a]", "[1]", "[2]"}},
		{"header only", "a,b\n", []string{"[a][b]"}},
		{"nothing", "", nil},
		{"only a mark", "\ufeff", nil},
		{"only empty lines", "\n\r\n\n", nil},
		{"an empty quoted row is a row", "a\n\"\"\n", []string{"[a]", "[]"}},
	} {
		got, err := rows(strings.NewReader(c.text), Options{})
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
		}
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		w.Write([]byte(c.text))
		w.Close()
		if got, err := rows(&z, Options{}); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s, gzipped: %q, %v; want %q", c.name, got, err, c.want)
		}
	}
}

// TestRefuses: every error is a sentence with its line, and where it helps, its column.
func TestRefuses(t *testing.T) {
	for _, c := range []struct {
		name, text, want string
	}{
		{"a quote that stays open", "a,b\n1,\"2\n3,4\n5,6\n", "csv: x.csv:2:3: the quote that opens here is never closed"},
		{"text after a quote", "a,b\n\"1\"x,2\n", "csv: x.csv:2:4: 'x' after the quote that closes a cell; write a quote within quotes twice"},
		{"too few cells", "a,b\n1,2\n3\n", "csv: x.csv:3: 1 cells; the first row has 2, apart by commas"},
		{"too many cells", "a;b\n\n1;2;3\n", "csv: x.csv:3: 3 cells; the first row has 2, apart by semicolons"},
		{"the line after a cell of two lines", "a,b\n\"x\ny\",2\n3\n", "csv: x.csv:4: 1 cells; the first row has 2, apart by commas"},
		{"CRLF is one end of a line", "a,b\r\n\"x\r\ny\",2\r\n\r\n3\r\n", "csv: x.csv:5: 1 cells; the first row has 2, apart by commas"},
		{"zero byte", "a,b\n1,\x002\n", "csv: x.csv:2:3: a zero byte: that is no text, or text in UTF-16; want a table in UTF-8"},
		{"Latin-1", "a,b\nMalm\xf6,2\n", "csv: x.csv:2: byte 0xf6 in cell 1 is not UTF-8; convert the file, as by iconv -f LATIN1 -t UTF-8"},
		{"UTF-16", "\xff\xfea\x00,\x00", "csv: x.csv:1:1: the text is UTF-16; want UTF-8: save it as UTF-8, or convert it with iconv -f UTF-16 -t UTF-8"},
		{"half a gzip file", "\x1f\x8b\x08\x00", "csv: x.csv: it begins like a gzip file, but is none: unexpected EOF"},
		{"a long line", "a,b\n" + strings.Repeat("1", 2000) + ",2\n", "csv: x.csv:2: a row of more than 1000 bytes; is it a table, a line an example?"},
		{"a long quote", "a,b\n1,\"" + strings.Repeat("1\n", 2000), "csv: x.csv:2:3: the quote that opens here is not closed within 1000 bytes"},
		{"a million columns", strings.Repeat(",", 1<<20), "csv: x.csv:1: more than 65536 cells in a row"},
	} {
		_, err := rows(strings.NewReader(c.text), Options{Name: "x.csv", MaxRow: 1000})
		var format *FormatError
		if !errors.As(err, &format) || err.Error() != c.want {
			t.Errorf("%s: %v\nwant %s", c.name, err, c.want)
		}
	}
}

// endless is one line without an end.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '7'
	}
	e.read += len(p)
	return len(p), nil
}

// TestEndlessLine: a line of a gigabyte costs what MaxRow allows, and no more of it is read.
func TestEndlessLine(t *testing.T) {
	e := &endless{}
	_, err := rows(e, Options{Name: "big.csv"})
	if want := "csv: big.csv:1: a row of more than 16 MiB; is it a table, a line an example?"; err == nil || err.Error() != want {
		t.Errorf("%v; want %s", err, want)
	}
	if e.read > DefaultMaxRow+2*sniffed {
		t.Errorf("%d bytes read for a limit of %d", e.read, DefaultMaxRow)
	}
}

// TestDamagedGzip: what is cut off is an error, not the end of the table.
func TestDamagedGzip(t *testing.T) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	for i := range 1000 {
		fmt.Fprintf(w, "%d,%d\n", i, i*i)
	}
	w.Close()
	_, err := rows(bytes.NewReader(z.Bytes()[:z.Len()-100]), Options{Name: "x.csv.gz"})
	if err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("%v; want a word on damage", err)
	}
}

// TestPipe: a row is given as soon as it has come, although the sender has not ended.
func TestPipe(t *testing.T) {
	in, out := io.Pipe()
	go func() {
		io.WriteString(out, "a,b\n1,2\n")
	}()
	c, err := NewReader(in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := c.Read(); err != nil {
			t.Fatal(err)
		}
	}
	in.Close()
}

// FuzzRead: no text makes the reader panic, every row has the width of the first, and what was read reads again the same once
// it is written plainly.
func FuzzRead(f *testing.F) {
	for _, text := range []string{"a,b\n1,2\n", "\ufeffa;b\r\n\"x\r\ny\";2,5\r\n", "a\tb\r1\t\"\"\"\"", "\"", "a,b\n1\n", "\x1f\x8b", "a,\x00", "37\"N,\"\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := NewReader(bytes.NewReader(text), Options{MaxRow: 1 << 16})
		if err != nil {
			return
		}
		var plain bytes.Buffer
		var want []string
		width, lastLine := 0, 0
		for {
			cells, err := c.Read()
			if err != nil {
				break
			}
			if width == 0 {
				width = len(cells)
			}
			if len(cells) != width || c.Line() <= lastLine {
				t.Fatalf("%q: line %d has %d cells after %d", text, c.Line(), len(cells), width)
			}
			lastLine = c.Line()
			var b strings.Builder
			for i, cell := range cells {
				if i > 0 {
					plain.WriteByte(',')
				}
				fmt.Fprintf(&plain, "\"%s\"", bytes.ReplaceAll(cell, []byte(`"`), []byte(`""`)))
				fmt.Fprintf(&b, "[%s]", cell)
			}
			plain.WriteByte('\n')
			want = append(want, b.String())
		}
		got, err := rows(&plain, Options{Separator: ','})
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%q: read as %q, and again as %q, %v", text, want, got, err)
		}
	})
}
