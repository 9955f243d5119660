package columns

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestHashesAreThoseOfFeatures: rows have the same hash if, and only if, they have the same features, however the blocks that they lie in
// are packed, seen through the codes of the table or encoded in records.
func TestHashesAreThoseOfFeatures(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	var text strings.Builder
	text.WriteString("number,wide,category,date,y\n")
	const n = 60_000
	for i := range n {
		number, wide := fmt.Sprint(rng.IntN(9)), fmt.Sprint(100_000*rng.IntN(7))
		if i > n/2 && i%100 == 0 { // so that their blocks have longer codes
			number, wide = "30000", "9000000000"
		}
		if rng.IntN(5) == 0 {
			number = []string{"", "?", "odd"}[rng.IntN(3)]
		}
		category := fmt.Sprint("c", rng.IntN(3), i/20_000)
		fmt.Fprintf(&text, "%s,%s,%s,2020-02-0%d,%d\n", number, wide, category, 1+rng.IntN(3), i%2)
	}
	table := readWide(t, text.String(), ',')
	s, err := Infer(table, Options{Target: "y", Kinds: map[string]Kind{"number": Number, "wide": Number, "category": Category, "date": Date}})
	if err != nil {
		t.Fatal(err)
	}
	if s, err = s.Fit(table, nil); err != nil {
		t.Fatal(err)
	}
	b, err := s.Bind(table.Names)
	if err != nil {
		t.Fatal(err)
	}
	l, chosen := s.layout(), rowSetOf(n, nil)
	encoded, err := b.records(table, l, chosen)
	if err != nil {
		t.Fatal(err)
	}
	rows, at := make([]uint32, n), make([]int, n)
	for i, k := range rng.Perm(n) {
		rows[i], at[i] = uint32(k), k
	}
	for _, x := range []interface {
		Gather32(dst []float32, rows []int)
		Hashes(dst []uint64, seed uint64, rows []uint32)
	}{b.view(table, l, chosen), encoded} {
		features, hashes, others := make([]float32, n*l.width), make([]uint64, n), make([]uint64, n)
		x.Gather32(features, at)
		x.Hashes(hashes, 1, rows)
		x.Hashes(others, 2, rows)
		ofFeatures, ofHash := map[string]uint64{}, map[uint64]string{}
		for i, h := range hashes {
			var bits []byte
			for _, v := range features[i*l.width : (i+1)*l.width] {
				bits = fmt.Appendf(bits, "%x ", math.Float32bits(v))
			}
			own, known := ofFeatures[string(bits)]
			if known && own != h {
				t.Fatalf("%T: row %d has the features of another one and another hash", x, rows[i])
			}
			if other, known := ofHash[h]; known && other != string(bits) {
				t.Fatalf("%T: row %d has the hash of another one and other features", x, rows[i])
			}
			if ofFeatures[string(bits)], ofHash[h] = h, string(bits); h == others[i] {
				t.Fatalf("%T: row %d has one hash of two seeds", x, rows[i])
			}
		}
		if len(ofHash) < 1000 || len(ofHash) > n/4 {
			t.Errorf("%d different rows of %d prove little", len(ofHash), n)
		}
	}
}
