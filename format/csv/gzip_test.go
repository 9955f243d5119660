package csv

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// What unpacks far beyond its size is refused on the way, by Read and by Blocks; what is packed densely but honestly is not.
func TestGzipBomb(t *testing.T) {
	pack := func(n int, row func() string) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		for range n {
			io.WriteString(z, row())
		}
		z.Close()
		return b.Bytes()
	}
	line := strings.Repeat("0,", 511) + "0\n" // 1 KiB
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		name   string
		packed []byte
		rows   int // 0: refused
	}{
		{"96 MiB of zeros", pack(96<<10, func() string { return line }), 0},
		{"one in a hundred", pack(66<<10, func() string {
			cells := []byte(line)
			for range 5 {
				cells[2*rng.IntN(512)] = '1'
			}
			return string(cells)
		}), 66 << 10},
	} {
		for _, threads := range []int{0, 2} { // 0: Read
			r, err := NewReader(bytes.NewReader(c.packed), Options{Name: "t"})
			if err != nil {
				t.Fatal(err)
			}
			rows := 0
			if threads == 0 {
				for err == nil {
					if _, err = r.Read(); err == nil {
						rows++
					}
				}
				if err == io.EOF {
					err = nil
				}
			} else {
				if _, err := r.Read(); err != nil {
					t.Fatal(err)
				}
				rows = 1
				err = Blocks(r, threads, func(b *Block) (int, error) { return len(b.Rows(Rows{}).Lines), nil }, func(n int) error {
					rows += n
					return nil
				})
			}
			switch {
			case c.rows > 0 && (err != nil || rows != c.rows):
				t.Errorf("%s: %d rows of %d, %v", c.name, rows, c.rows, err)
			case c.rows == 0 && (err == nil || !strings.Contains(err.Error(), "compressed bytes become more than") || rows > 95<<10):
				t.Errorf("%s: %d rows, %v", c.name, rows, err)
			}
		}
	}
}
