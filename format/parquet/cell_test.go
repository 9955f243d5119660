package parquet

import "testing"

// Values whose bytes mean something else than they look like, worked out by hand.
func TestCells(t *testing.T) {
	decimal := func(physical, length, scale int) element {
		return element{physical: physical, length: length, converted: convertedDecimal, scale: scale}
	}
	logicalOf := func(physical, length int, l logical) element {
		return element{physical: physical, length: length, converted: -1, logical: l}
	}
	for _, c := range []struct {
		e    element
		raw  string
		want string
	}{
		{decimal(fixedBytes, 3, 2), "\x00\x01\x05", "2.61"},
		{decimal(fixedBytes, 3, 2), "\xff\xff\xff", "-0.01"},
		{decimal(byteArrays, 0, 0), "\x80", "-128"},
		{decimal(byteArrays, 0, 4), "\x00\x80", "0.0128"},
		{decimal(int32s, 0, 3), "\xff\xff\xff\xff", "-0.001"},
		{logicalOf(fixedBytes, 2, logical{kind: logicalFloat16}), "\x00\xc0", "-2"},
		{logicalOf(fixedBytes, 2, logical{kind: logicalFloat16}), "\x01\x00", "5.9604645e-08"},
		{logicalOf(int64s, 0, logical{kind: logicalTimestamp, unit: 3}), "\xff\xff\xff\xff\xff\xff\xff\xff", "1969-12-31 23:59:59.999999999"},
		{logicalOf(int64s, 0, logical{kind: logicalTimestamp, unit: 1}), "\x01\x00\x00\x00\x00\x00\x00\x00", "1970-01-01 00:00:00.001"},
		{logicalOf(int32s, 0, logical{kind: logicalTime, unit: 1}), "\xdc\x05\x00\x00", "1.5"},
		{logicalOf(int32s, 0, logical{kind: logicalDate}), "\xff\xff\xff\xff", "1969-12-31"},
		{logicalOf(int32s, 0, logical{kind: logicalInteger, unsigned: true}), "\xff\xff\xff\xff", "4294967295"},
		{logicalOf(int32s, 0, logical{}), "\xff\xff\xff\xff", "-1"},
		{logicalOf(byteArrays, 0, logical{}), "\xff\x00", "0xff00"},
		{logicalOf(byteArrays, 0, logical{}), "Ελλάδα", "Ελλάδα"},
	} {
		if got := string(c.e.writer()(nil, []byte(c.raw))); got != c.want {
			t.Errorf("%s % x: %q; want %q", c.e.describe(), c.raw, got, c.want)
		}
	}
}
