package columns

import (
	"encoding/binary"
	"math"

	"github.com/gradus-nn/gradus/kernel"
)

// A decoder says what the codes of a column become, in the blocks that are packed with one form and one list of words.
//
// Codes below bound have an entry in a table: words, and in a column of numbers all codes of one byte. Other codes are numbers, and are
// worked out: a feature from the value, the place in a group by a hash table.
type decoder struct {
	place
	c      *Column
	form   form
	size   int   // bytes of a code
	lowest int64 // the code of the first entry
	bound  int64

	values []float32 // of the entries [numbers]
	groups []int32   // of the entries: the feature of the group that is 1, from 1; 0 for none
	odds   []odd     // of the entries

	power  float64   // of ten, that a code is divided by; 0: its text must be asked
	absent encoded   // of a code that is no number of this column
	known  codeTable // of the values of a category: as groups
}

// exact bounds the whole numbers that float64 holds.
const exact = 1 << 53

// decoder returns how the column of a place is read in blocks that pack it as c.
func (b *Binding) decoder(p place, c *packed) *decoder {
	d := &decoder{place: p, c: &b.schema.Columns[p.column], form: c.form, size: c.size, lowest: lowestOf(c.size), bound: c.least}
	switch d.c.Kind {
	case Number, Date:
		d.absent = b.cell(p.column, []byte("x"))
		if c.form.decimals == 0 || (c.form.mark == ',') == d.c.DecimalComma {
			d.power = float64(powers[c.form.decimals])
		}
	default:
		d.absent = encoded{odd: oddUnknown}
		for k, value := range d.c.Values {
			if code, ok := c.form.code([]byte(value)); ok {
				d.known.put(code, int32(k+1))
			}
		}
	}
	for _, word := range c.words {
		d.enter(b.cell(p.column, word))
	}
	if d.c.Kind == Number && d.size == 1 {
		for ; d.bound <= math.MaxInt8; d.bound++ {
			if x, ok := d.number(d.bound); ok {
				d.enter(encoded{numbers: [dateFeatures]float32{x}})
			} else {
				d.enter(d.absent)
			}
		}
	}
	return d
}

// enter appends an entry.
func (d *decoder) enter(e encoded) {
	d.values = append(d.values, e.numbers[:d.numbers]...)
	d.groups = append(d.groups, int32(e.k))
	d.odds = append(d.odds, e.odd)
}

// number returns the feature of a code without an entry, in a column of numbers.
func (d *decoder) number(code int64) (x float32, ok bool) {
	if d.power != 0 && -exact < code && code < exact {
		return d.c.standardize(float64(code) / d.power), true
	}
	v, ok := d.form.number(code, d.c.DecimalComma)
	return d.c.standardize(v), ok
}

// decode writes what codes become to rows to of dst [_, width], which is zero before.
func decode[F kernel.Float](d *decoder, dst []F, width int, codes []int64, to []int32) {
	dst, to = dst[d.feature:], to[:len(codes)]
	switch {
	case d.numbers == 1 && d.groupSize == 0:
		for i, code := range codes {
			var x float32
			if code < d.bound {
				x = d.values[code-d.lowest]
			} else if d.power != 0 && d.size < 8 {
				x = d.c.standardize(float64(code) / d.power)
			} else {
				x, _ = d.feature1(code)
			}
			dst[int(to[i])*width] = F(x)
		}
	case d.numbers == 1:
		for i, code := range codes {
			x, k := d.feature1(code)
			own := dst[int(to[i])*width:]
			if own[0] = F(x); k > 0 {
				own[k] = 1
			}
		}
	case d.numbers == 0:
		for i, code := range codes {
			if k := d.group(code); k > 0 {
				dst[int(to[i])*width+int(k)-1] = 1
			}
		}
	default:
		for i, code := range codes {
			values, k := d.date(code)
			own := dst[int(to[i])*width:]
			for f, x := range values {
				own[f] = F(x)
			}
			if k > 0 {
				own[dateFeatures-1+k] = 1
			}
		}
	}
}

// feature1 returns the feature of a code in a column of numbers, and its place in the group.
func (d *decoder) feature1(code int64) (x float32, k int32) {
	if code < d.bound {
		return d.values[code-d.lowest], d.groups[code-d.lowest]
	}
	if x, ok := d.number(code); ok {
		return x, 0
	}
	return d.absent.numbers[0], int32(d.absent.k)
}

// group returns the place of a code in the group of a category.
func (d *decoder) group(code int64) int32 {
	if code < d.bound {
		return d.groups[code-d.lowest]
	}
	return d.known.get(code)
}

// date returns the features of a code in a column of dates, and its place in the group. No date is a plain number.
func (d *decoder) date(code int64) ([]float32, int32) {
	if code < d.bound {
		k := code - d.lowest
		return d.values[dateFeatures*k : dateFeatures*(k+1)], d.groups[k]
	}
	return d.absent.numbers[:], int32(d.absent.k)
}

// put writes what codes become to a key each, size bytes apart, in the order of to.
func (d *decoder) put(keys []byte, size int, codes []int64, to []int32) {
	for i, code := range codes {
		var k int32
		key := keys[int(to[i])*size:]
		switch d.numbers {
		case 0:
			k = d.group(code)
		case 1:
			var x float32
			x, k = d.feature1(code)
			binary.LittleEndian.PutUint32(key[d.at:], math.Float32bits(x))
		default:
			var values []float32
			values, k = d.date(code)
			for f, x := range values {
				binary.LittleEndian.PutUint32(key[d.at+4*f:], math.Float32bits(x))
			}
		}
		if d.groupSize > 0 {
			setCode(key[d.groupAt:], d.groupSize, int(k))
		}
	}
}

// met counts what training was not prepared for in column j of the chosen rows of a block.
func (d *decoder) met(from *block, j int, chosen rowSet) (e encounter) {
	dull := d.c.Kind == Number && d.power != 0 && d.size < 8 // its numbers
	for _, o := range d.odds {
		dull = dull && o == fine
	}
	if dull {
		return e
	}
	for i, code := range from.allCodes(nil, &from.columns[j]) {
		o := fine
		if code < d.bound {
			o = d.odds[code-d.lowest]
		} else {
			switch d.c.Kind {
			case Number:
				if _, ok := d.number(code); !ok {
					o = oddBad
				}
			case Date:
				o = oddBad
			default:
				if d.known.get(code) == 0 {
					o = oddUnknown
				}
			}
		}
		if o != fine && chosen.has(from.first+i) {
			e.add(o, func() []byte { return from.appendCell(nil, i, j) })
		}
	}
	return e
}

// loadCodes reads the codes at a place of records.
func loadCodes(codes []int64, records [][]byte, at, size int) {
	records = records[:len(codes)]
	switch size {
	case 1:
		for i, record := range records {
			codes[i] = int64(int8(record[at]))
		}
	case 2:
		for i, record := range records {
			codes[i] = int64(int16(binary.LittleEndian.Uint16(record[at:])))
		}
	case 4:
		for i, record := range records {
			codes[i] = int64(int32(binary.LittleEndian.Uint32(record[at:])))
		}
	default:
		for i, record := range records {
			codes[i] = int64(binary.LittleEndian.Uint64(record[at:]))
		}
	}
}
