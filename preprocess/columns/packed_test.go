package columns

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/csv"
)

// TestPlain: whatever plain takes, the form gives back letter for letter, and as the number that strconv reads.
func TestPlain(t *testing.T) {
	for cell, want := range map[string]bool{
		"0": true, "7": true, "-7": true, "10": true, "0.5": true, "-0.5": true, "1.50": true, "1,5": true, "0.00": true, "123456789012345678": true,
		"1234567890.12345678": true, "-123456789012345678": true,
		"": false, "-": false, "-0": false, "-0.0": false, "+1": false, "007": false, "00.5": false, ".5": false, "5.": false, "1e5": false, "1.2.3": false,
		"1,2,3": false, "0x1": false, "1_000": false, "−1": false, "NA": false, "1234567890123456789": false, "1 ": false, "--1": false,
	} {
		units, decimals, mark, zero, ok := plain([]byte(cell))
		if ok != want {
			t.Errorf("%q: %v; want %v", cell, ok, want)
			continue
		}
		if !ok {
			continue
		}
		f := form{decimals, decimals, mark}
		if got := string(f.append(nil, units)); got != cell {
			t.Errorf("%q comes back as %q", cell, got)
		}
		if zero != (mark != 0 && strings.HasSuffix(cell, "0")) {
			t.Errorf("%q: ends in 0: %v", cell, zero)
		}
		for _, comma := range []bool{false, true} {
			v, ok := f.number(units, comma)
			if w, fine := number([]byte(cell), comma); ok != fine || ok && v != w {
				t.Errorf("%q: %v, %v; want %v, %v", cell, v, ok, w, fine)
			}
		}
	}
}

// columnsOfAllKinds makes cells of a kind: how a column of it would be written.
var columnsOfAllKinds = map[string]func(rng *rand.Rand, i int) string{
	"small":    func(rng *rand.Rand, _ int) string { return fmt.Sprint(rng.IntN(200) - 100) },
	"large":    func(rng *rand.Rand, _ int) string { return fmt.Sprint(rng.Int64N(1e17) - 5e16) },
	"price":    func(rng *rand.Rand, _ int) string { return fmt.Sprintf("%.2f", rng.NormFloat64()*1000) },
	"shortest": func(rng *rand.Rand, _ int) string { return fmt.Sprint(float64(rng.IntN(2000)-1000) / 100) },
	"python":   func(rng *rand.Rand, _ int) string { return pythons(float64(rng.IntN(2000)-1000) / 100) },
	"float":    func(rng *rand.Rand, _ int) string { return fmt.Sprint(rng.NormFloat64()) },
	"float32":  func(rng *rand.Rand, _ int) string { return fmt.Sprint(float32(rng.NormFloat64())) },
	"comma": func(rng *rand.Rand, _ int) string {
		return strings.Replace(fmt.Sprint(float64(rng.IntN(99))/10), ".", ",", 1)
	},
	"both marks": func(rng *rand.Rand, _ int) string { return fmt.Sprintf("%d%c5", rng.IntN(9), ".,"[rng.IntN(2)]) },
	"mixed":      func(rng *rand.Rand, _ int) string { return []string{"1.50", "2", "3.125"}[rng.IntN(3)] },
	"zeros":      func(rng *rand.Rand, _ int) string { return []string{"0", "-0", "0.0", "00", "1"}[rng.IntN(5)] },
	"category":   func(rng *rand.Rand, _ int) string { return []string{"North", "South", "East", "Nörd"}[rng.IntN(4)] },
	"codes":      func(rng *rand.Rand, _ int) string { return []string{"01", "02", "10", "11"}[rng.IntN(4)] },
	"boolean":    func(rng *rand.Rand, _ int) string { return []string{"yes", "no", "Yes"}[rng.IntN(3)] },
	"date": func(rng *rand.Rand, _ int) string {
		return fmt.Sprintf("2021-%02d-%02d", 1+rng.IntN(12), 1+rng.IntN(28))
	},
	"id":       func(_ *rand.Rand, i int) string { return fmt.Sprint(1000 + i) },
	"code":     func(rng *rand.Rand, _ int) string { return fmt.Sprintf("%016x", rng.Uint64()) },
	"constant": func(*rand.Rand, int) string { return "7" },
	"labels":   func(rng *rand.Rand, _ int) string { return []string{"a|b", "a", "b|c", "none", ""}[rng.IntN(5)] },
	"empty":    func(*rand.Rand, int) string { return "" },
	"odd": func(rng *rand.Rand, i int) string {
		if i%50 == 3 {
			return []string{"about 5", "1e3", "+7", "12 kg"}[rng.IntN(4)]
		}
		return fmt.Sprint(rng.IntN(50))
	},
}

// pythons writes a number as repr of Python does.
func pythons(v float64) string {
	s := fmt.Sprint(v)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// gaps are written into columns here and there.
var someGaps = []string{"", "NA", "-", " n/a "}

// wideTable makes rows of all kinds, some of them with gaps, as text and as the cells that it must be read as.
func wideTable(rng *rand.Rand, n int, separator string, gaps bool) (text string, names []string, cells [][]string) {
	for name := range columnsOfAllKinds {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	b.WriteString(strings.Join(names, separator) + "\n")
	for i := range n {
		var row, plain []string
		for _, name := range names {
			cell := columnsOfAllKinds[name](rng, i)
			if gaps && rng.IntN(20) == 0 {
				cell = someGaps[rng.IntN(len(someGaps))]
			}
			plain = append(plain, strings.TrimSpace(cell))
			if strings.Contains(cell, separator) || rng.IntN(50) == 0 {
				cell = `"` + cell + `"`
			}
			row = append(row, cell)
		}
		b.WriteString(strings.Join(row, separator))
		b.WriteString([]string{"\n", "\n", "\r\n", "\n\n"}[rng.IntN(4)])
		cells = append(cells, plain)
	}
	return b.String(), names, cells
}

// inBlocks makes tables of several blocks for a test, on the disk if memory is none.
func inBlocks(t *testing.T, memory int64) {
	old := inMemory
	inMemory = memory
	t.Cleanup(func() { inMemory = old })
}

func readWide(t *testing.T, text string, separator byte) *Table {
	t.Helper()
	table, err := Read(strings.NewReader(text), csv.Options{Name: "wide.csv", Separator: separator}, Present)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// TestTableKeepsText: a packed table gives back every cell and every line, whatever the columns hold, in memory and on the disk.
func TestTableKeepsText(t *testing.T) {
	for _, c := range []struct {
		n         int
		memory    int64
		separator string
	}{{1, 1 << 20, ","}, {40, 1 << 20, ","}, {40, 0, ";"}, {30_000, 1 << 30, ","}, {30_000, 100_000, ";"}} {
		inBlocks(t, c.memory)
		text, names, want := wideTable(rand.New(rand.NewPCG(uint64(c.n), 1)), c.n, c.separator, true)
		table := readWide(t, text, c.separator[0])
		if table.Len() != c.n || !slices.Equal(table.Names, names) {
			t.Fatalf("%d rows of %v", table.Len(), table.Names)
		}
		if c.n > 1000 && len(table.blocks) < 3 {
			t.Errorf("%d blocks; want several", len(table.blocks))
		}
		lines := readLines(t, text, c.separator[0])
		for i, row := range want {
			for j, cell := range row {
				if have := string(table.Cell(i, j)); have != cell {
					t.Fatalf("row %d, %s: %q; want %q", i, names[j], have, cell)
				}
			}
			if table.Line(i) != lines[i] {
				t.Fatalf("row %d begins in line %d; want %d", i, table.Line(i), lines[i])
			}
		}
	}
}

// readLines returns the lines of the rows as csv.Reader says them.
func readLines(t *testing.T, text string, separator byte) (lines []int) {
	t.Helper()
	r, err := csv.NewReader(strings.NewReader(text), csv.Options{Separator: separator})
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := r.Read(); err == io.EOF {
			return lines[1:]
		} else if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, r.Line())
	}
}

// TestPackedIsSmall: what the columns are packed for. Bytes a cell, of 30,000 rows in one table.
func TestPackedIsSmall(t *testing.T) {
	for name, most := range map[string]float64{"small": 1, "large": 8, "price": 4, "shortest": 2, "python": 2, "category": 1, "boolean": 1, "date": 2, "id": 4, "codes": 1, "odd": 1} {
		rng := rand.New(rand.NewPCG(1, 1))
		var b bytes.Buffer
		b.WriteString("x\n")
		const n = 30_000
		for i := range n {
			b.WriteString(columnsOfAllKinds[name](rng, i) + "\n")
		}
		table := readWide(t, b.String(), ',')
		bytes := 0
		for _, b := range table.blocks {
			bytes += len(b.piece.Bytes())
		}
		if each := float64(bytes) / n; each > most+0.01 {
			t.Errorf("%s: %.2f bytes a cell; want %v", name, each, most)
		}
	}
}

// TestFitOfLargeTables: what is measured while walking over a large table is what is measured of numbers in memory; but for the
// last bits of mean and deviation, whose sums are taken in another order.
func TestFitOfLargeTables(t *testing.T) {
	text, _, _ := wideTable(rand.New(rand.NewPCG(7, 7)), 3000, ",", true)
	table := readWide(t, text, ',')
	guess, err := Infer(table, Options{Target: "category"})
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := guess.Examples(table)
	rows = table.listed(rows)[500:]
	slices.Reverse(rows)
	want, err := guess.Fit(table, rows)
	if err != nil {
		t.Fatal(err)
	}
	defer func(n, g int) { inOrder, gathered = n, g }(inOrder, gathered)
	inOrder, gathered = 0, 100
	have, err := guess.Fit(table, rows)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want.Columns {
		a, b := &want.Columns[i], &have.Columns[i]
		if math.Abs(a.Mean-b.Mean) > 1e-12*a.Std || math.Abs(a.Std-b.Std) > 1e-12*a.Std {
			t.Errorf("%s: mean %v, deviation %v; want %v, %v", a.Name, b.Mean, b.Std, a.Mean, a.Std)
		}
		b.Mean, b.Std = a.Mean, a.Std
		if !reflect.DeepEqual(a, b) {
			t.Errorf("%+v; want %+v", b, a)
		}
	}
}

// TestExamplesOfRows: rows with a target, and classes of rows, as a look at every cell finds them.
func TestExamplesOfRows(t *testing.T) {
	text, names, cells := wideTable(rand.New(rand.NewPCG(5, 5)), 20_000, ",", true)
	table := readWide(t, text, ',')
	for _, target := range []string{"category", "codes", "boolean", "zeros"} {
		s, err := Infer(table, Options{Target: target, Task: Classification})
		if err != nil {
			t.Fatal(err)
		}
		rows, without := s.Examples(table)
		if len(rows)+len(without) != table.Len() || len(without) == 0 {
			t.Errorf("%d rows with and %d without", len(rows), len(without))
		}
		j := slices.Index(names, target)
		for k, class := range s.ClassNumbers(table, rows) {
			if have, want := s.Targets[0].Classes[class], cells[rows[k]][j]; have != want {
				t.Fatalf("row %d is %q; want %q", rows[k], have, want)
			}
		}
		for _, line := range without {
			if line < 2 {
				t.Errorf("line %d", line)
			}
		}
	}
}

// TestSelectRanks: the middle of numbers that are walked over is the middle of the sorted ones.
func TestSelectRanks(t *testing.T) {
	defer func(n int) { gathered = n }(gathered)
	rng := rand.New(rand.NewPCG(6, 6))
	for name, number := range map[string]func() float64{
		"normal": rng.NormFloat64, "few": func() float64 { return float64(rng.IntN(3)) }, "one": func() float64 { return 7 },
		"zeros": func() float64 { return math.Copysign(0, rng.NormFloat64()) }, "far": func() float64 { return math.Pow(10, 600*rng.Float64()-300) * rng.NormFloat64() },
		"close": func() float64 { return 1 + float64(rng.IntN(100))*0x1p-52 },
	} {
		for _, gathered = range []int{0, 1, 10, 1000} {
			for range 30 {
				numbers := make([]float64, 1+rng.IntN(200))
				for i := range numbers {
					numbers[i] = number()
				}
				n := len(numbers)
				low, high := selectRanks(n, (n-1)/2, n/2, func(f func(float64)) {
					for _, v := range numbers {
						f(v)
					}
				})
				slices.Sort(numbers)
				if low != numbers[(n-1)/2] || high != numbers[n/2] {
					t.Fatalf("%s, %d numbers, %d gathered: %v %v; want %v %v", name, n, gathered, low, high, numbers[(n-1)/2], numbers[n/2])
				}
			}
		}
	}
}

// FuzzRead: any text that is a table gives back its cells; nothing panics, whatever is made of it.
func FuzzRead(f *testing.F) {
	f.Add([]byte("a,b\n1,x\n2.50,y\n,NA\n"), uint8(0))
	f.Add([]byte("a;b\n1,5;2\n-0;007\n"), uint8(1))
	f.Add([]byte("a,b\n2021-05-01,yes\n2021-05-02,no\n"), uint8(1))
	f.Fuzz(func(t *testing.T, text []byte, target uint8) {
		o := csv.Options{Name: "x.csv", MaxRow: 1 << 12}
		table, err := Read(bytes.NewReader(text), o, Present)
		if err != nil {
			return
		}
		r, _ := csv.NewReader(bytes.NewReader(text), o)
		r.Read()
		for i := range table.Len() {
			cells, err := r.Read()
			if err != nil {
				t.Fatal(err)
			}
			for j, cell := range cells {
				if have := table.Cell(i, j); !bytes.Equal(have, trim(cell)) {
					t.Fatalf("%q: row %d, column %d: %q; want %q", text, i, j, have, trim(cell))
				}
			}
		}
		guess, err := Infer(table, Options{Target: strconv.Itoa(1 + int(target)%len(table.Names))})
		if err != nil {
			return
		}
		rows, _ := guess.Examples(table)
		s, err := guess.Fit(table, rows)
		if err != nil {
			return
		}
		if _, err := s.Set("x", table, rows); err != nil {
			t.Fatal(err)
		}
	})
}
