package columns

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// A lexicon numbers the words of a column in a block. The words of the table's first block keep their numbers in all later ones,
// in which new words come after them.
type lexicon struct {
	words [][]byte
	lent  [][]byte // words of the first block, with which words begins
	slots []entry  // hash table
	own   []int32  // slots of the other words
}

// An entry is a word in the hash table.
type entry struct {
	key key
	n   int32 // bytes of the word
	at  int32 // its number from 1; 0 where there is none
}

// A key and the length tell words of up to 16 bytes apart: it has their bytes. Of longer ones it is a hash.
type key struct{ first, last uint64 }

// Words of up to 8 bytes are in first, filled up with zeros; those of up to 16 have their first and their last 8 bytes in both.
const short, medium = 8, 16

func keyOf(word []byte) key {
	switch n := len(word); {
	case n <= short:
		var whole [short]byte
		copy(whole[:], word)
		return key{first: binary.LittleEndian.Uint64(whole[:])}
	case n <= medium:
		return key{binary.LittleEndian.Uint64(word), binary.LittleEndian.Uint64(word[n-short:])}
	}
	k := key{0, uint64(len(word))}
	for rest := word; len(rest) > 0; {
		var piece [short]byte
		n := copy(piece[:], rest)
		k.first ^= binary.LittleEndian.Uint64(piece[:])
		k, rest = key{k.last, k.mix()}, rest[n:]
	}
	return k
}

// mix is a hash: both halves of a product of 128 bits.
func (k key) mix() uint64 {
	high, low := bits.Mul64(k.first^0x9e3779b97f4a7c15, k.last^0xbf58476d1ce4e5b9)
	return high ^ low
}

// find returns the place of a word in the hash table, or the free one where it would be.
func (l *lexicon) find(k key, word []byte) int {
	mask := len(l.slots) - 1
	for i := int(k.mix()) & mask; ; i = (i + 1) & mask {
		e := &l.slots[i]
		if e.at == 0 || e.key == k && int(e.n) == len(word) && (e.n <= medium || bytes.Equal(l.words[e.at-1], word)) {
			return i
		}
	}
}

// known returns the number of a word of up to 16 bytes, or -1.
func (l *lexicon) known(k key, n int32) int32 {
	mask := len(l.slots) - 1
	if mask < 0 {
		return -1
	}
	for i := int(k.mix()) & mask; ; i = (i + 1) & mask {
		if e := &l.slots[i]; e.key == k && e.n == n || e.at == 0 {
			return e.at - 1
		}
	}
}

// number returns the number of a word, a new one where it has none.
func (l *lexicon) number(word []byte) int {
	if 2*len(l.words) >= len(l.slots) {
		l.grow()
	}
	k := keyOf(word)
	i := l.find(k, word)
	e := &l.slots[i]
	if e.at == 0 {
		l.words = append(l.words, word)
		*e = entry{k, int32(len(word)), int32(len(l.words))}
		l.own = append(l.own, int32(i))
	}
	return int(e.at) - 1
}

// grow makes the hash table larger.
func (l *lexicon) grow() {
	l.slots = make([]entry, max(64, 4*len(l.slots)))
	l.own = l.own[:0]
	for k, word := range l.words {
		key := keyOf(word)
		i := l.find(key, word)
		l.slots[i] = entry{key, int32(len(word)), int32(k + 1)}
		if k >= len(l.lent) {
			l.own = append(l.own, int32(i))
		}
	}
}

// forget removes the words that are not the first block's. With all later ones gone, the table is as it was before them.
func (l *lexicon) forget() {
	for _, i := range l.own {
		l.slots[i] = entry{}
	}
	l.own, l.words = l.own[:0], l.lent
}

// borrow takes the words of the first block.
func (l *lexicon) borrow(words [][]byte) {
	l.forget()
	for _, word := range words {
		l.number(word)
	}
	l.lend(words)
}

// lend makes words those of the first block: those that were numbered, or none.
func (l *lexicon) lend(words [][]byte) {
	if len(words) == 0 {
		l.forget()
	}
	l.lent = words[:len(words):len(words)]
	l.words, l.own = l.lent, l.own[:0]
}

// ofBlock returns the words with own memory for those that are not the first block's.
func (l *lexicon) ofBlock() [][]byte {
	own := l.words[len(l.lent):]
	if len(own) == 0 {
		return l.lent
	}
	size := 0
	for _, word := range own {
		size += len(word)
	}
	all := make([]byte, 0, size)
	words := append(make([][]byte, 0, len(l.words)), l.lent...)
	for _, word := range own {
		from := len(all)
		all = append(all, word...)
		words = append(words, all[from:len(all):len(all)])
	}
	return words
}
