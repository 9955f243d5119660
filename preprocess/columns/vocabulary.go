package columns

import (
	"bytes"
	"hash/maphash"
)

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

// add adds a text unless it is there. It reports whether it was.
func (v *vocabulary) add(text []byte) (there bool) {
	if 2*len(v.ends) >= len(v.slots) {
		v.slots = make([]uint32, max(16, 2*len(v.slots)))
		for k := range v.ends {
			*v.slot(v.at(k)) = uint32(k + 1)
		}
	}
	slot := v.slot(text)
	if *slot != 0 {
		return true
	}
	v.text = append(v.text, text...)
	v.ends = append(v.ends, len(v.text))
	*slot = uint32(len(v.ends))
	return false
}

func (v *vocabulary) has(text []byte) bool { return len(v.slots) > 0 && *v.slot(text) != 0 }

// texts returns them as strings.
func (v *vocabulary) texts() []string {
	all := make([]string, v.len())
	for k := range all {
		all[k] = string(v.at(k))
	}
	return all
}

// numbersSeen are numbers of one form that are among the values of a survey: what is found there needs no look at its text.
type numbersSeen struct {
	form  form
	n     int
	near  *[1 << 16 / 64]uint64 // bits of the numbers of 16 bits
	slots []int64               // hash table of the others; 0 is free
	far   int
}

// begin forgets numbers of another form.
func (s *numbersSeen) begin(f form) {
	if s.near == nil {
		s.near = new([1 << 16 / 64]uint64)
	}
	if f != s.form {
		clear(s.near[:])
		clear(s.slots)
		s.form, s.n, s.far = f, 0, 0
	}
}

func (s *numbersSeen) has(units int64) bool {
	if units != int64(int16(units)) {
		return len(s.slots) > 0 && *s.slot(units) != 0
	}
	return s.near[uint16(units)/64]>>(units&63)&1 != 0
}

// slot returns the place of a number in the hash table.
func (s *numbersSeen) slot(units int64) *int64 {
	mask := uint64(len(s.slots) - 1)
	for i := uint64(units) * 0x9e3779b97f4a7c15 >> 32 & mask; ; i = (i + 1) & mask {
		if p := &s.slots[i]; *p == 0 || *p == units {
			return p
		}
	}
}

// add adds a number that is not there.
func (s *numbersSeen) add(units int64) {
	s.n++
	if units == int64(int16(units)) {
		s.near[uint16(units)/64] |= 1 << (units & 63)
		return
	}
	if 2*s.far >= len(s.slots) {
		old := s.slots
		s.slots = make([]int64, max(64, 2*len(old)))
		for _, u := range old {
			if u != 0 {
				*s.slot(u) = u
			}
		}
	}
	*s.slot(units) = units
	s.far++
}
