package columns

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/csv"
	"github.com/gradus-nn/gradus/internal/spill"
)

// slowly says what a packed column is: its cells one by one, after the words of the first block; size 0 where it stays text.
func slowly(cells []string, first [][]byte) (p packed, codes []int64) {
	n := len(cells)
	words := slices.Clone(first)
	fewest, most, zeros := math.MaxInt, 0, 0
	marks := map[byte]bool{}
	decimals := make([]int, n)
	codes = make([]int64, n)
	for i, cell := range cells {
		units, d, mark, zero, ok := plain([]byte(cell))
		if !ok {
			k := slices.IndexFunc(words, func(w []byte) bool { return string(w) == cell })
			if k < 0 {
				k, words = len(words), append(words, []byte(cell))
			}
			codes[i], decimals[i] = int64(k), -1
			continue
		}
		if mark != 0 {
			marks[mark] = true
			p.form.mark = mark
		}
		if zero {
			zeros = max(zeros, d)
		}
		fewest, most = min(fewest, d), max(most, d)
		codes[i], decimals[i] = units, d
	}
	if len(marks) > 1 || len(words)-len(first) > n/4+16 || len(words) > mostWords || fewest < most && zeros > fewest {
		return packed{}, nil
	}
	p.form.decimals, p.form.fewest = most, min(fewest, most)
	least, largest := int64(math.MaxInt64), int64(math.MinInt64)
	for i, d := range decimals {
		if d >= 0 {
			if factor := powers[most-d]; codes[i] > mostUnits/factor || codes[i] < -mostUnits/factor {
				return packed{}, nil
			}
			codes[i] *= powers[most-d]
			least, largest = min(least, codes[i]), max(largest, codes[i])
		}
	}
	for p.size = 1; p.size < 8 && (least < lowestOf(p.size)+int64(len(words)) || largest > -lowestOf(p.size)-1 || len(words) > int(-lowestOf(p.size))); {
		p.size *= 2
	}
	for i, d := range decimals {
		if d < 0 {
			codes[i] += lowestOf(p.size)
		}
	}
	p.least, p.words = lowestOf(p.size)+int64(len(words)), words
	return p, codes
}

// rowsOf makes rows of columns of cells, with spaces around some of them.
func rowsOf(columns [][]string, rng *rand.Rand) csv.Rows {
	var rows csv.Rows
	for i := range columns[0] {
		rows.Lines = append(rows.Lines, i+1)
		for j := range columns {
			if rng.IntN(100) == 0 {
				rows.Text = append(rows.Text, ' ')
			}
			from := len(rows.Text)
			rows.Text = append(rows.Text, columns[j][i]...)
			rows.Cells = append(rows.Cells, csv.Cell{From: uint32(from), To: uint32(len(rows.Text))})
			rows.Text = append(rows.Text, ',')
		}
	}
	rows.Text = rows.Text[: len(rows.Text)-1 : len(rows.Text)-1] // nothing follows the last cell
	return rows
}

// TestPackedSlowly: what a block is packed to is what its cells and the words of the first block say, whatever columns the packer
// has met before.
func TestPackedSlowly(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 9))
	kinds := slowKinds()
	names := make([]string, 0, len(kinds))
	for name := range kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	const width = 12
	for range 40 {
		p := &packer{columns: make([]packing, width)}
		first := make([][][]byte, width)
		for k := range 12 {
			columns, met := make([][]string, width), make([]string, width)
			n := []int{1, 3, 60, 500, 1500}[rng.IntN(5)]
			for j := range columns {
				met[j] = names[rng.IntN(len(names))]
				if k%3 == 1 { // now and then several blocks of one kind
					met[j] = names[j%len(names)]
				}
				for i := range n {
					columns[j] = append(columns[j], strings.TrimSpace(kinds[met[j]](rng, i)))
				}
			}
			b := p.pack(rowsOf(columns, rng))
			b.piece = piece(t, p.data)
			for j := range columns {
				want, codes := slowly(columns[j], first[j])
				have := b.columns[j]
				name := fmt.Sprintf("block %d, %s of %d rows after %d words", k, met[j], n, len(first[j]))
				for i, cell := range columns[j] {
					if text := b.appendCell(nil, i, j); string(text) != cell {
						t.Fatalf("%s: row %d is %q; want %q", name, i, text, cell)
					}
				}
				if have.size != want.size || have.form != want.form || have.least != want.least || !slices.EqualFunc(have.words, want.words, bytes.Equal) {
					t.Fatalf("%s: %+v, %d bytes, least %d, %d words; want %+v, %d, %d, %d", name, have.form, have.size, have.least, len(have.words), want.form, want.size, want.least, len(want.words))
				}
				if have.size > 0 && !slices.Equal(b.allCodes(nil, &have), codes) {
					t.Fatalf("%s: other codes", name)
				}
				if len(first[j]) == len(have.words) && len(first[j]) > 0 && &first[j][0] != &have.words[0] {
					t.Fatalf("%s: a copy of the words of the first block", name)
				}
			}
			if k == 0 {
				first = p.lend(b)
			}
		}
	}
}

// TestLastCell: the end of the text is not read beyond, whatever the last cell holds.
func TestLastCell(t *testing.T) {
	for _, rest := range []string{"12345678901", "12", "1.5"} {
		for _, last := range []string{"-", "", "7", "-7", "x", "12345678", "-12345678.5", "NA"} {
			column := append(slices.Repeat([]string{rest}, 20), last)
			p := &packer{columns: make([]packing, 1)}
			b := p.pack(rowsOf([][]string{column}, rand.New(rand.NewPCG(1, 1))))
			b.piece = piece(t, p.data)
			if have := b.appendCell(nil, 20, 0); string(have) != last {
				t.Errorf("%q after %q: %q", last, rest, have)
			}
		}
	}
}

// slowKinds are columns of all kinds, and more that are hard to pack.
func slowKinds() map[string]func(rng *rand.Rand, i int) string {
	digits := func(rng *rand.Rand, n int) string {
		text := make([]byte, n)
		for i := range text {
			text[i] = byte('0' + rng.IntN(10))
		}
		return string(text)
	}
	kinds := map[string]func(rng *rand.Rand, i int) string{
		"edges": func(rng *rand.Rand, _ int) string {
			return []string{"0", "9", "99999999", "100000000", "12345678.5", "1234567.25", "0.12345678", "123456789012345", "1234567890123456", "0.00000000000001"}[rng.IntN(10)]
		},
		"nearly numbers": func(rng *rand.Rand, _ int) string {
			return []string{"5.", ".5", "-", "-.5", "--1", "1-", "1.2.3", "00", "01.5", "-0", "-0.00", "+1", "1/2", "1:30", "12a", "12345678:", ";2345678", "0x10", "1e5", "é"}[rng.IntN(20)]
		},
		"any number": func(rng *rand.Rand, _ int) string {
			text := []string{"", "-"}[rng.IntN(2)] + digits(rng, 1+rng.IntN(18))
			if rng.IntN(2) == 0 {
				text += "." + digits(rng, 1+rng.IntN(16))
			}
			return text
		},
		"too large": func(rng *rand.Rand, i int) string {
			if i%40 == 7 {
				return "0." + digits(rng, 15)
			}
			return digits(rng, 17)
		},
		"long words": func(rng *rand.Rand, _ int) string {
			return "the same beginning " + string(rune('a'+rng.IntN(20))) + " and the same end"
		},
		"words": func(rng *rand.Rand, _ int) string { return strings.Repeat("x", rng.IntN(40)) },
		"words or numbers": func(rng *rand.Rand, i int) string {
			if i/100%2 == 0 {
				return fmt.Sprintf("word %d", rng.IntN(30))
			}
			return fmt.Sprint(rng.IntN(1000))
		},
	}
	for _, d := range []int{1, 2, 3, 6, 7, 8, 9, 12} {
		kinds[fmt.Sprintf("%d decimals", d)] = func(rng *rand.Rand, _ int) string { return fmt.Sprintf("%.*f", d, rng.NormFloat64()*300) }
		kinds[fmt.Sprintf("%d decimals with gaps", d)] = func(rng *rand.Rand, _ int) string {
			if rng.IntN(10) == 0 {
				return ""
			}
			return strings.Replace(fmt.Sprintf("%.*f", d, rng.NormFloat64()*1e5), ".", ",", 1)
		}
		kinds[fmt.Sprintf("%d decimals but a few", d)] = func(rng *rand.Rand, i int) string {
			if i%60 == 59 {
				return []string{"-", "7", "-.5", "." + digits(rng, d), digits(rng, 2) + ".", digits(rng, 9) + ".5"}[rng.IntN(6)]
			}
			return fmt.Sprintf("%.*f", d, rng.NormFloat64()*[]float64{10, 1e6}[i/60%2])
		}
		kinds[fmt.Sprintf("%d digits", d)] = func(rng *rand.Rand, _ int) string { return fmt.Sprint(rng.Int64N(2*powers[d]) - powers[d]) }
	}
	for name, kind := range columnsOfAllKinds {
		kinds[name] = kind
	}
	return kinds
}

// piece is data that are held in memory.
func piece(t *testing.T, data []byte) *spill.Piece {
	t.Helper()
	store := spill.New("", math.MaxInt64)
	p, err := store.Add(data)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
