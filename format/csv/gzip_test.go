package csv

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// pack returns n rows, gzipped.
func pack(n int, row func() string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for range n {
		io.WriteString(z, row())
	}
	z.Close()
	return b.Bytes()
}

// What unpacks far beyond its size is refused on the way; what is packed densely but honestly is not.
func TestUnpacker(t *testing.T) {
	line := strings.Repeat("0,", 511) + "0\n" // 1 KiB
	rng := rand.New(rand.NewPCG(1, 2))
	sparse := func() string {
		cells := []byte(line)
		for range 5 {
			cells[2*rng.IntN(512)] = '1'
		}
		return string(cells)
	}
	const free = 1 << 20
	for _, c := range []struct {
		name    string
		packed  []byte
		refused bool
	}{
		{"zeros", pack(3<<10, func() string { return line }), true},
		{"a few zeros", pack(1<<10, func() string { return line }), false},
		{"one in a hundred", pack(3<<10, sparse), false},
	} {
		u, err := newUnpacker(bytes.NewReader(c.packed), free)
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, u)
		if (err != nil) != c.refused || c.refused && (!strings.Contains(err.Error(), "no table is packed so densely") || n > free+unpackRatio*int64(len(c.packed))) {
			t.Errorf("%s, packed to %d bytes: %d read, %v", c.name, len(c.packed), n, err)
		}
	}
}

// TestGzipBomb: a table says in which line that was.
func TestGzipBomb(t *testing.T) {
	line := strings.Repeat("0", 1<<16-1) + "\n"
	r, err := NewReader(bytes.NewReader(pack(1<<11, func() string { return line })), Options{Name: "t"}) // 128 MiB
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(); err != nil {
		t.Fatal(err)
	}
	rows := 1
	err = Blocks(r, 0, func(b *Block) (int, error) { return len(b.Rows(Rows{}).Lines), nil }, func(n int) error {
		rows += n
		return nil
	})
	if err == nil || !strings.HasPrefix(err.Error(), "csv: t: line 1") || rows > 1300 {
		t.Errorf("%d rows of 64 KiB, %v", rows, err)
	}
}
