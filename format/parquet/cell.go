package parquet

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"time"
	"unicode/utf8"
)

// The older annotations that change how a value is read.
const (
	convertedUTF8            = 0
	convertedEnum            = 4
	convertedDecimal         = 5
	convertedDate            = 6
	convertedTimeMillis      = 7
	convertedTimeMicros      = 8
	convertedTimestampMillis = 9
	convertedTimestampMicros = 10
	convertedUint8           = 11
	convertedUint64          = 14
	convertedJSON            = 19
)

// meaning brings both kinds of annotation into one.
func (e element) meaning() logical {
	if e.logical.kind != 0 {
		return e.logical
	}
	switch c := e.converted; {
	case c == convertedUTF8, c == convertedEnum, c == convertedJSON:
		return logical{kind: logicalString}
	case c == convertedDecimal:
		return logical{kind: logicalDecimal, scale: e.scale}
	case c == convertedDate:
		return logical{kind: logicalDate}
	case c == convertedTimeMillis, c == convertedTimeMicros:
		return logical{kind: logicalTime, unit: c - convertedTimeMillis + 1}
	case c == convertedTimestampMillis, c == convertedTimestampMicros:
		return logical{kind: logicalTimestamp, unit: c - convertedTimestampMillis + 1}
	case c >= convertedUint8 && c <= convertedUint64:
		return logical{kind: logicalInteger, unsigned: true}
	}
	return logical{}
}

// describe names the type for people.
func (e element) describe() string {
	switch m := e.meaning(); m.kind {
	case logicalString, logicalEnum, logicalJSON:
		return "text"
	case logicalDecimal:
		return fmt.Sprintf("decimal(%d)", m.scale)
	case logicalDate:
		return "date"
	case logicalTime:
		return "time"
	case logicalTimestamp:
		return "timestamp"
	case logicalUUID:
		return "uuid"
	case logicalFloat16:
		return "float16"
	case logicalInteger:
		if m.unsigned {
			return "unsigned integer"
		}
	}
	return [...]string{"boolean", "int32", "int64", "timestamp", "float32", "float64", "bytes", "bytes"}[e.physical&7]
}

// A writer appends the text of a value, given as the plain encoding has it.
type writer func(dst, raw []byte) []byte

// writer returns how the values of a column are written.
func (e element) writer() writer {
	m := e.meaning()
	switch e.physical {
	case boolean:
		return func(dst, raw []byte) []byte { return strconv.AppendBool(dst, raw[0] != 0) }
	case int32s:
		return whole(m, func(raw []byte) int64 { return int64(int32(binary.LittleEndian.Uint32(raw))) }, math.MaxUint32)
	case int64s:
		return whole(m, func(raw []byte) int64 { return int64(binary.LittleEndian.Uint64(raw)) }, math.MaxUint64)
	case int96s:
		return func(dst, raw []byte) []byte {
			const julian1970 = 2440588 // the Julian day of 1 January 1970
			nanos, day := int64(binary.LittleEndian.Uint64(raw)), int64(binary.LittleEndian.Uint32(raw[8:]))
			return moment(dst, time.Unix((day-julian1970)*86400, 0).Add(time.Duration(nanos)))
		}
	case floats:
		return func(dst, raw []byte) []byte {
			return strconv.AppendFloat(dst, float64(math.Float32frombits(binary.LittleEndian.Uint32(raw))), 'g', -1, 32)
		}
	case doubles:
		return func(dst, raw []byte) []byte {
			return strconv.AppendFloat(dst, math.Float64frombits(binary.LittleEndian.Uint64(raw)), 'g', -1, 64)
		}
	}
	switch {
	case m.kind == logicalDecimal:
		const longest = 64 // bytes; the widest decimals in use have 32
		return func(dst, raw []byte) []byte {
			if len(raw) > longest {
				return text(dst, raw)
			}
			v := new(big.Int).SetBytes(raw) // big-endian, two's complement
			if len(raw) > 0 && raw[0] >= 0x80 {
				v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(8*len(raw))))
			}
			return point(dst, v.Append(nil, 10), m.scale)
		}
	case m.kind == logicalFloat16 && e.physical == fixedBytes && e.length == 2:
		return func(dst, raw []byte) []byte {
			return strconv.AppendFloat(dst, half(binary.LittleEndian.Uint16(raw)), 'g', -1, 32)
		}
	case m.kind == logicalUUID && e.physical == fixedBytes && e.length == 16:
		return func(dst, raw []byte) []byte {
			for i, n := range []int{4, 2, 2, 2, 6} {
				if i > 0 {
					dst = append(dst, '-')
				}
				dst, raw = hex.AppendEncode(dst, raw[:n]), raw[n:]
			}
			return dst
		}
	}
	return text
}

// text writes texts as they are, and bytes that are none by their first ones.
func text(dst, raw []byte) []byte {
	const shown = 32
	if utf8.Valid(raw) && bytes.IndexByte(raw, 0) < 0 {
		return append(dst, raw...)
	}
	dst = append(dst, "0x"...)
	dst = hex.AppendEncode(dst, raw[:min(shown, len(raw))])
	if len(raw) > shown {
		dst = append(dst, "..."...)
	}
	return dst
}

// whole writes whole numbers, and what is stored as one.
func whole(m logical, load func(raw []byte) int64, mask uint64) writer {
	switch {
	case m.kind == logicalDecimal:
		return func(dst, raw []byte) []byte { return point(dst, strconv.AppendInt(nil, load(raw), 10), m.scale) }
	case m.kind == logicalDate:
		return func(dst, raw []byte) []byte {
			return time.Unix(load(raw)*86400, 0).UTC().AppendFormat(dst, "2006-01-02")
		}
	case m.kind == logicalTimestamp && m.unit >= 1 && m.unit <= 3:
		return func(dst, raw []byte) []byte {
			switch v := load(raw); m.unit {
			case 1:
				return moment(dst, time.UnixMilli(v))
			case 2:
				return moment(dst, time.UnixMicro(v))
			default:
				return moment(dst, time.Unix(0, v))
			}
		}
	case m.kind == logicalTime && m.unit >= 1 && m.unit <= 3: // seconds since midnight
		unit := math.Pow10(3 * m.unit)
		return func(dst, raw []byte) []byte { return strconv.AppendFloat(dst, float64(load(raw))/unit, 'f', -1, 64) }
	case m.unsigned:
		return func(dst, raw []byte) []byte { return strconv.AppendUint(dst, uint64(load(raw))&mask, 10) }
	}
	return func(dst, raw []byte) []byte { return strconv.AppendInt(dst, load(raw), 10) }
}

// moment writes a time as ISO 8601 has it.
func moment(dst []byte, t time.Time) []byte {
	return t.UTC().AppendFormat(dst, "2006-01-02 15:04:05.999999999")
}

// point writes the digits of a whole number with a decimal point before the last scale of them.
func point(dst, digits []byte, scale int) []byte {
	if len(digits) > 0 && digits[0] == '-' {
		dst, digits = append(dst, '-'), digits[1:]
	}
	const most = 400 // no decimal has more places
	if scale <= 0 || scale > most {
		return append(dst, digits...)
	}
	for len(digits) <= scale {
		digits = append([]byte{'0'}, digits...)
	}
	at := len(digits) - scale
	dst = append(dst, digits[:at]...)
	return append(append(dst, '.'), digits[at:]...)
}

// half is a float16 (IEEE 754 binary16).
func half(b uint16) float64 {
	sign, exponent, fraction := 1-2*float64(b>>15), int(b>>10&31), float64(b&1023)
	switch exponent {
	case 0:
		return sign * math.Ldexp(fraction, -24)
	case 31:
		if fraction != 0 {
			return math.NaN()
		}
		return math.Inf(int(sign))
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}
