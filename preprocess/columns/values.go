package columns

import (
	"bytes"
	"hash/maphash"
	"math/bits"
)

// valueSet is the different texts of cells, up to a limit. Numbers in the form of the block at hand are kept as such: telling them apart
// takes no look at their text.
type valueSet struct {
	limit    int
	distinct int  // values that are held
	many     bool // there were more than the limit
	repeated bool // one of those that are held came again

	words   vocabulary
	strays  bool // numbers may be among them
	numbers numberSet
	form    form // of the numbers
	twice   int  // numbers that are among the words, too
	text    []byte
}

// known reports whether further cells change nothing any more.
func (s *valueSet) known() bool { return s.many && s.repeated }

// begin prepares for numbers of a form.
func (s *valueSet) begin(f form) {
	if f != s.form {
		s.spell()
	}
	s.form = f
}

// spell keeps the numbers as text.
func (s *valueSet) spell() {
	if s.numbers.n == 0 {
		return
	}
	s.numbers.each(func(units int64) { s.words.add(s.form.append(s.text[:0], units)) })
	s.numbers = numberSet{}
	s.strays, s.twice = true, 0
}

// hasNumber reports whether a number is held as such.
func (s *valueSet) hasNumber(units int64) bool { return s.numbers.has(units) }

// addNumber takes in a number that is not held as such.
func (s *valueSet) addNumber(units int64) {
	if s.strays {
		s.text = s.form.append(s.text[:0], units)
		if s.words.has(s.text) {
			s.repeated = true
			s.twice++
			s.numbers.add(units)
			return
		}
	}
	if s.distinct == s.limit {
		s.many = true
		return
	}
	s.numbers.add(units)
	s.distinct++
}

// addText takes in the text of a cell. It reports whether it is held now.
func (s *valueSet) addText(text []byte) bool {
	if _, _, _, _, number := plain(text); number {
		s.spell()
		s.strays = true
	}
	switch {
	case s.words.has(text):
		s.repeated = true
	case s.distinct == s.limit:
		s.many = true
		return false
	default:
		s.words.add(text)
		s.distinct++
	}
	return true
}

// release forgets the values, but not how many they are.
func (s *valueSet) release() { s.words, s.numbers, s.twice = vocabulary{}, numberSet{}, 0 }

// list returns the values.
func (s *valueSet) list() []string {
	all := make([]string, 0, s.words.len()+s.numbers.n-s.twice)
	for k := range s.words.len() {
		all = append(all, string(s.words.at(k)))
	}
	s.numbers.each(func(units int64) {
		if text := s.form.append(s.text[:0], units); s.twice == 0 || !s.words.has(text) {
			all = append(all, string(text))
		}
	})
	return all
}

// A vocabulary is texts that are all different, in the order in which they came.
type vocabulary struct {
	slots []uint32 // hash table of numbers of texts from 1; 0 is free
	ends  []int
	text  []byte
}

// vocabularySeed decides where texts lie in a hash table, on which nothing else depends.
var vocabularySeed = maphash.MakeSeed()

func (v *vocabulary) len() int { return len(v.ends) }

// at returns text k.
func (v *vocabulary) at(k int) []byte {
	begin := 0
	if k > 0 {
		begin = v.ends[k-1]
	}
	return v.text[begin:v.ends[k]]
}

// slot returns the place of a text in the hash table.
func (v *vocabulary) slot(text []byte) *uint32 {
	mask := uint64(len(v.slots) - 1)
	for i := maphash.Bytes(vocabularySeed, text) & mask; ; i = (i + 1) & mask {
		if k := v.slots[i]; k == 0 || bytes.Equal(v.at(int(k-1)), text) {
			return &v.slots[i]
		}
	}
}

func (v *vocabulary) has(text []byte) bool { return len(v.slots) > 0 && *v.slot(text) != 0 }

// add adds a text unless it is there.
func (v *vocabulary) add(text []byte) {
	if 2*len(v.ends) >= len(v.slots) {
		v.slots = make([]uint32, max(16, 2*len(v.slots)))
		for k := range v.ends {
			*v.slot(v.at(k)) = uint32(k + 1)
		}
	}
	if slot := v.slot(text); *slot == 0 {
		v.text = append(v.text, text...)
		v.ends = append(v.ends, len(v.text))
		*slot = uint32(len(v.ends))
	}
}

// A numberSet is whole numbers: where those near 0 are many of all that are near it, a bit each; others in a hash table.
type numberSet struct {
	n     int
	near  []uint64 // bits of the numbers from -reach on, below reach
	reach int64    // a power of two
	slots []int64  // 0 is free
	far   int
	zero  bool
}

// What the bits take: so much for a number, and so much in all.
const (
	bitsANumber = 64
	mostReach   = 1 << 17
)

func (s *numberSet) has(units int64) bool {
	if at := uint64(units + s.reach); at < uint64(2*s.reach) {
		return s.near[at/64]>>(at%64)&1 != 0
	}
	return s.hasFar(units)
}

func (s *numberSet) hasFar(units int64) bool {
	if units == 0 {
		return s.zero
	}
	return len(s.slots) > 0 && *s.slot(units) != 0
}

// slot returns the place of a number in the hash table.
func (s *numberSet) slot(units int64) *int64 {
	mask := uint64(len(s.slots) - 1)
	for i := uint64(units) * 0x9e3779b97f4a7c15 >> 32 & mask; ; i = (i + 1) & mask {
		if p := &s.slots[i]; *p == 0 || *p == units {
			return p
		}
	}
}

// add adds a number that is not there.
func (s *numberSet) add(units int64) {
	s.n++
	if reach := int64(1) << bits.Len64(uint64(units^units>>63)); reach > s.reach && reach >= 64 && reach <= min(mostReach, int64(s.n)*bitsANumber/2) {
		s.grow(reach)
	}
	s.put(units)
}

// put is add that counts nothing.
func (s *numberSet) put(units int64) {
	if at := uint64(units + s.reach); at < uint64(2*s.reach) {
		s.near[at/64] |= 1 << (at % 64)
		return
	}
	if units == 0 {
		s.zero = true
		return
	}
	if s.far++; 2*s.far > len(s.slots) {
		old := s.slots
		s.slots = make([]int64, max(8, 2*len(old)))
		for _, u := range old {
			if u != 0 {
				*s.slot(u) = u
			}
		}
	}
	*s.slot(units) = units
}

// grow lets the bits reach further.
func (s *numberSet) grow(reach int64) {
	old := *s
	*s = numberSet{n: old.n, near: make([]uint64, 2*reach/64), reach: reach}
	old.each(s.put)
}

// each calls f with every number.
func (s *numberSet) each(f func(units int64)) {
	for k, word := range s.near {
		for ; word != 0; word &= word - 1 {
			f(int64(64*k+bits.TrailingZeros64(word)) - s.reach)
		}
	}
	for _, u := range s.slots {
		if u != 0 {
			f(u)
		}
	}
	if s.zero {
		f(0)
	}
}
