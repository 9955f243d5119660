package csv

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// inBlocks reads a table as rows does, its first row by Read and the rest by Blocks; each row begins with its line.
func inBlocks(r io.Reader, o Options, size, threads int) (text []string, err error) {
	c, err := NewReader(r, o)
	if err != nil {
		return nil, err
	}
	c.block = size
	first, err := c.Read()
	if err == io.EOF {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	text = append(text, show(c.Line(), first))
	err = Blocks(c, threads, func(b *Block) (rows []string, err error) {
		r := b.Rows(Rows{})
		cells := make([][]byte, c.width)
		for i, line := range r.Lines {
			for j, cell := range r.Cells[i*c.width : (i+1)*c.width] {
				cells[j] = r.Text[cell.From:cell.To]
			}
			rows = append(rows, show(line, cells))
		}
		return rows, nil
	}, func(rows []string) error {
		text = append(text, rows...)
		return nil
	})
	return text, err
}

// oneByOne reads the same by Read alone.
func oneByOne(r io.Reader, o Options) (text []string, err error) {
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
		text = append(text, show(c.Line(), cells))
	}
}

func show(line int, cells [][]byte) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d:", line)
	for _, cell := range cells {
		fmt.Fprintf(&b, "[%s]", cell)
	}
	return b.String()
}

// same compares both ways for blocks of several sizes. Rows before an error may be missing: whoever meets one has no table.
func same(t *testing.T, name string, text []byte, o Options) {
	t.Helper()
	want, wantErr := oneByOne(bytes.NewReader(text), o)
	for _, size := range []int{1, 7, 64, blockSize} {
		for _, threads := range []int{1, 3} {
			have, err := inBlocks(bytes.NewReader(text), o, size, threads)
			if fmt.Sprint(err) != fmt.Sprint(wantErr) {
				t.Fatalf("%s: blocks of %d: %v; want %v", name, size, err, wantErr)
			}
			if err == nil && !slices.Equal(have, want) {
				t.Fatalf("%s: blocks of %d: %q; want %q", name, size, have, want)
			}
		}
	}
}

// TestBlocksAreRead: what Read makes of odd tables and broken ones, rows, lines and errors, Blocks makes of them, wherever they
// are cut.
func TestBlocksAreRead(t *testing.T) {
	for _, text := range []string{
		"", "a", "a,b\n", "a,b\n1,2\n", "a,b\r\n1,2\r\n3,4", "a,b\r1,2\r3,4\r", "a,b\r\n\r\n1,2\n\n\r3,4\r5,6", "\ufeffa;b\n1,5;2\n3;4\n",
		"a,b\n\"x\ny\",2\n3,4\n", "a,b\r\n\"x\r\ny\",2\r\n3,4\r\n", "a,b\n\"x\ry\",2\r3,4\r", "a,b\n\"say \"\"hi\"\"\",\"\"\n1,2\n",
		"a,b\n37°36'37.8\"N,5\" pipe\n1,2\n", "a,b\n\"1,5\",2\n\"\n\n\n\",4\n5,6\n", "a,b,c\n,,\n1,,\n,,2", "a\n\"\"\n1\n", "a,b\n1,\"2\n3,4\n5,6\n",
		"a,b\n1,2\n\"1\"x,2\n3,4\n", "a,b\n1,2\n3\n4,5\n", "a;b\n\n1;2;3\n", "a,b\n\"x\ny\",2\n3\n", "a,b\n1,2\n3,\x004\n5\n", "a,b\n1,2\nMalm\xf6,2\n3\n",
		"a,b\n\"x\"  ,2\n1,\"2\" \n", "a,b\n\"x\"  \"y\n\",2\n3,4\n", "a,b\n\"x\" y,2\n", "a,b\n" + strings.Repeat("1", 2000) + ",2\n",
		"a,b\n1,\"" + strings.Repeat("1\n", 2000), "a,b\n1,2\n" + strings.Repeat(",", 1<<17) + "\n", "a,b\n\"x\"" + strings.Repeat(" ", 5000) + ",2\n3,4\n",
		"a,b\n1,2\n" + strings.Repeat("x", 100) + ",\"" + strings.Repeat("\"\"", 800) + "\"\n3,4\n", "a,b\n1,\"2\"\"\"\n", "a,b\n1,\"2\"\"", "a,b\n1,2\r",
	} {
		same(t, fmt.Sprintf("%.60q", text), []byte(text), Options{Name: "x.csv", MaxRow: 1000})
	}
}

// TestRandomBlocks: the same of texts that nobody would think of.
func TestRandomBlocks(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	letters := []string{"a", "1", ",", ",", "\n", "\n", "\"", "\"\"", "\r", "\r\n", " ", "é", ",\"", "\",", "\"\n"}
	for range 3000 {
		var b strings.Builder
		b.WriteString("a,b\n")
		for range rng.IntN(40) {
			b.WriteString(letters[rng.IntN(len(letters))])
		}
		same(t, fmt.Sprintf("%q", b.String()), []byte(b.String()), Options{Name: "x.csv", MaxRow: 30, Separator: ','})
	}
	// Without mistakes, most rows are plain.
	for range 300 {
		var b strings.Builder
		b.WriteString("a,b\n")
		for range rng.IntN(30) {
			for i := range 2 {
				b.WriteString([]string{"1", "", "xyz", "\"q\"", "\"q\"\"\n\"", "5\" pipe"}[rng.IntN(6)])
				b.WriteString([]string{",", []string{"\n", "\r\n", "\n\n", "\r"}[rng.IntN(4)]}[i])
			}
		}
		same(t, fmt.Sprintf("%q", b.String()), []byte(b.String()), Options{Name: "x.csv"})
	}
}

// TestBlocksOfDamagedGzip: what is cut off is an error with the line that Read names.
func TestBlocksOfDamagedGzip(t *testing.T) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	for i := range 5000 {
		fmt.Fprintf(w, "%d,%d\n", i, i*i)
	}
	w.Close()
	same(t, "whole", z.Bytes(), Options{Name: "x.csv.gz"})
	same(t, "cut off", z.Bytes()[:z.Len()-100], Options{Name: "x.csv.gz"})
	bad := slices.Clone(z.Bytes())
	bad[len(bad)-6] ^= 1
	same(t, "wrong checksum", bad, Options{Name: "x.csv.gz"})
}

// TestBlocksOfFailingReader: an error of the disk is passed on.
func TestBlocksOfFailingReader(t *testing.T) {
	in := io.MultiReader(strings.NewReader("a,b\n1,2\n"), iotest.ErrReader(fmt.Errorf("the disk is on fire")))
	if _, err := inBlocks(in, Options{Name: "x.csv"}, blockSize, 2); err == nil || err.Error() != "csv: x.csv: line 3: the disk is on fire" {
		t.Errorf("%v", err)
	}
}

// TestBlocksOfEndlessLine: a line of a gigabyte costs a few times what MaxRow allows.
func TestBlocksOfEndlessLine(t *testing.T) {
	e := &endless{}
	_, err := inBlocks(io.MultiReader(strings.NewReader("a,b\n1,2\n"), e), Options{Name: "big.csv"}, blockSize, 2)
	if want := "csv: big.csv:3: a row of more than 16 MiB; is it a table, a line an example?"; err == nil || err.Error() != want {
		t.Errorf("%v; want %s", err, want)
	}
	if e.read > 3*DefaultMaxRow {
		t.Errorf("%d bytes read for a limit of %d", e.read, DefaultMaxRow)
	}
}

// TestBlocksStop: the first error of work or take, in the order of the table, ends it.
func TestBlocksStop(t *testing.T) {
	text := "a\n" + strings.Repeat("1\n", 100)
	c, _ := NewReader(strings.NewReader(text), Options{})
	c.Read()
	c.block = 2
	stop := fmt.Errorf("enough")
	taken := 0
	err := Blocks(c, 3, func(b *Block) (int, error) { return b.Rows(Rows{}).Lines[0], nil }, func(line int) error {
		if taken++; line == 50 {
			return stop
		}
		return nil
	})
	if err != stop || taken != 49 {
		t.Errorf("%v after %d blocks; want 49", err, taken)
	}
}

// FuzzBlocks: any text gives by Blocks what it gives by Read.
func FuzzBlocks(f *testing.F) {
	for _, text := range []string{"a,b\n1,2\n", "a,b\r\n\"x\r\ny\",2\r\n", "a\n\"\"\n", "a,b\n\"x\" \"y\",2\n", "a,b\n1,\x00", "a\r\n\n\"5\"\" pipe\"\r"} {
		f.Add([]byte(text), uint8(3))
	}
	f.Fuzz(func(t *testing.T, text []byte, size uint8) {
		o := Options{Name: "x", MaxRow: 200}
		want, wantErr := oneByOne(bytes.NewReader(text), o)
		have, err := inBlocks(bytes.NewReader(text), o, 1+int(size), 2)
		if fmt.Sprint(err) != fmt.Sprint(wantErr) || err == nil && !slices.Equal(have, want) {
			t.Fatalf("%q in blocks of %d: %q, %v; want %q, %v", text, 1+int(size), have, err, want, wantErr)
		}
	})
}

func BenchmarkBlocks(b *testing.B) {
	text := []byte("a,b,c,d\n" + strings.Repeat("123.45,North,2021-05-01,7\n", 1<<16))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		c, _ := NewReader(bytes.NewReader(text), Options{})
		c.Read()
		Blocks(c, 0, func(b *Block) (n int, err error) {
			return len(b.Rows(Rows{}).Cells), nil
		}, func(int) error { return nil })
	}
}
