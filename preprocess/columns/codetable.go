package columns

import "bytes"

// A codeTable gives positive numbers to some codes: a hash table.
type codeTable struct {
	codes   []int64
	numbers []int32 // 0: the place is free
	n       int
}

func (t *codeTable) place(code int64) int {
	mask := uint64(len(t.codes) - 1)
	for i := uint64(code) * 0x9e3779b97f4a7c15 >> 32 & mask; ; i = (i + 1) & mask {
		if t.numbers[i] == 0 || t.codes[i] == code {
			return int(i)
		}
	}
}

// get returns the number of a code, or 0.
func (t *codeTable) get(code int64) int32 {
	if t.n == 0 {
		return 0
	}
	return t.numbers[t.place(code)]
}

// put gives a code a number above 0.
func (t *codeTable) put(code int64, number int32) {
	if 2*t.n >= len(t.codes) {
		old := *t
		size := max(16, 4*len(old.codes))
		t.codes, t.numbers = make([]int64, size), make([]int32, size)
		for i, number := range old.numbers {
			if number != 0 {
				k := t.place(old.codes[i])
				t.codes[k], t.numbers[k] = old.codes[i], number
			}
		}
	}
	k := t.place(code)
	if t.numbers[k] == 0 {
		t.n++
	}
	t.codes[k], t.numbers[k] = code, number
}

// code returns the number whose text of this form a cell is.
func (f form) code(cell []byte) (code int64, ok bool) {
	code, decimals, _, _, ok := plain(cell)
	if !ok || decimals > f.decimals {
		return 0, false
	}
	factor := powers[f.decimals-decimals]
	if n := code * factor; n/factor == code {
		return n, bytes.Equal(f.append(nil, n), cell)
	}
	return 0, false
}
