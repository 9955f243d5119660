package pickle

import (
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gradus-nn/gradus/internal/quote"
)

// maxProtocol is the newest version of the format that is known.
const maxProtocol = 5

// instructions are the machine's, by their byte. The names are those of pickletools.
var instructions = [256]struct {
	name string
	run  func(*machine) error
}{
	0x80: {"PROTO", (*machine).proto},
	0x95: {"FRAME", (*machine).frame},
	'.':  {"STOP", (*machine).stop},

	// Single values.
	'N':  {"NONE", constant(nil)},
	0x88: {"NEWTRUE", constant(true)},
	0x89: {"NEWFALSE", constant(false)},
	'I':  {"INT", (*machine).intLine},
	'L':  {"LONG", (*machine).longLine},
	'J':  {"BININT", (*machine).int32},
	'K':  {"BININT1", whole(1)},
	'M':  {"BININT2", whole(2)},
	0x8a: {"LONG1", long(1)},
	0x8b: {"LONG4", long(4)},
	'F':  {"FLOAT", (*machine).floatLine},
	'G':  {"BINFLOAT", (*machine).float64},
	'S':  {"STRING", (*machine).quotedLine},
	'T':  {"BINSTRING", sized(4, asStr2)},
	'U':  {"SHORT_BINSTRING", sized(1, asStr2)},
	'V':  {"UNICODE", (*machine).textLine},
	'X':  {"BINUNICODE", sized(4, asText)},
	0x8c: {"SHORT_BINUNICODE", sized(1, asText)},
	0x8d: {"BINUNICODE8", sized(8, asText)},
	'B':  {"BINBYTES", sized(4, asBytes)},
	'C':  {"SHORT_BINBYTES", sized(1, asBytes)},
	0x8e: {"BINBYTES8", sized(8, asBytes)},
	0x96: {"BYTEARRAY8", sized(8, asBytes)},

	// Collections.
	'(':  {"MARK", (*machine).mark},
	')':  {"EMPTY_TUPLE", func(m *machine) error { return m.push(Tuple{}) }},
	0x85: {"TUPLE1", tupleOf(1)},
	0x86: {"TUPLE2", tupleOf(2)},
	0x87: {"TUPLE3", tupleOf(3)},
	't':  {"TUPLE", (*machine).tuple},
	']':  {"EMPTY_LIST", func(m *machine) error { return m.push(&list{}) }},
	'l':  {"LIST", (*machine).list},
	'a':  {"APPEND", (*machine).append},
	'e':  {"APPENDS", (*machine).appends},
	'}':  {"EMPTY_DICT", func(m *machine) error { return m.push(new(dict)) }},
	'd':  {"DICT", (*machine).dict},
	's':  {"SETITEM", (*machine).setItem},
	'u':  {"SETITEMS", (*machine).setItems},

	// Stack and memo.
	'0':  {"POP", (*machine).discard},
	'1':  {"POP_MARK", func(m *machine) error { _, err := m.popMark(); return err }},
	'2':  {"DUP", (*machine).dup},
	'g':  {"GET", (*machine).getLine},
	'h':  {"BINGET", get(1)},
	'j':  {"LONG_BINGET", get(4)},
	'p':  {"PUT", (*machine).putLine},
	'q':  {"BINPUT", put(1)},
	'r':  {"LONG_BINPUT", put(4)},
	0x94: {"MEMOIZE", func(m *machine) error { return m.remember(uint64(len(m.memo))) }},

	// What names code: numpy.go.
	'c':  {"GLOBAL", (*machine).globalLines},
	0x93: {"STACK_GLOBAL", (*machine).stackGlobal},
	'R':  {"REDUCE", (*machine).reduce},
	'b':  {"BUILD", (*machine).build},

	// What only a dialect has: dialect.go.
	0x81: {"NEWOBJ", (*machine).newObject},
	'Q':  {"BINPERSID", (*machine).persistent},

	// Refused.
	'i':  {"INST", (*machine).inst},
	'o':  {"OBJ", refuse("it makes an object of a class; nothing in a pickle is ever run")},
	0x92: {"NEWOBJ_EX", refuse("it makes an object of a class; nothing in a pickle is ever run")},
	0x82: {"EXT1", refuse("it refers to a registry of functions; nothing in a pickle is ever run")},
	0x83: {"EXT2", refuse("it refers to a registry of functions; nothing in a pickle is ever run")},
	0x84: {"EXT4", refuse("it refers to a registry of functions; nothing in a pickle is ever run")},
	'P':  {"PERSID", refuse("it refers to an object outside of the file")},
	0x97: {"NEXT_BUFFER", refuse("it refers to a buffer outside of the file")},
	0x98: {"READONLY_BUFFER", refuse("it refers to a buffer outside of the file")},
	0x8f: {"EMPTY_SET", refuse("sets are not read: store arrays in a dict, a tuple or a list")},
	0x90: {"ADDITEMS", refuse("sets are not read: store arrays in a dict, a tuple or a list")},
	0x91: {"FROZENSET", refuse("sets are not read: store arrays in a dict, a tuple or a list")},
}

func refuse(reason string) func(*machine) error {
	return func(m *machine) error { return m.unsupported("%s", reason) }
}

func (m *machine) proto() error {
	n, err := m.uint(1)
	if err == nil && n > maxProtocol {
		return m.unsupported("protocol %d of a newer Python; want 0 to %d: pickle.dump(..., protocol=4)", n, maxProtocol)
	}
	return err
}

// frame checks what a frame promises. Frames only tell a reader how much to fetch at a time, and all is here already.
func (m *machine) frame() error {
	n, err := m.uint(8)
	if left := uint64(len(m.data) - m.at); err == nil && n > left {
		return m.bad("a frame of %d bytes, but %d are left; was the file cut short?", n, left)
	}
	return err
}

func (m *machine) stop() error {
	if len(m.marks) != 0 || len(m.stack) != 1 {
		return m.bad("want one value on the stack and no mark, have %d and %d", len(m.stack), len(m.marks))
	}
	m.done = true
	return nil
}

func constant(v any) func(*machine) error {
	return func(m *machine) error { return m.push(v) }
}

func whole(width int) func(*machine) error {
	return func(m *machine) error {
		n, err := m.uint(width)
		if err != nil {
			return err
		}
		return m.push(int64(n))
	}
}

func (m *machine) int32() error {
	n, err := m.uint(4)
	if err != nil {
		return err
	}
	return m.push(int64(int32(n)))
}

// long reads a whole number in two's complement behind its length.
func long(width int) func(*machine) error {
	return func(m *machine) error {
		n, err := m.uint(width)
		if err != nil {
			return err
		}
		b, err := m.take(n)
		if err != nil {
			return err
		}
		if n > 8 {
			return m.unsupported("a whole number of %d bytes; want at most 8", n)
		}
		var v uint64
		for i := range b {
			v |= uint64(b[i]) << (8 * i)
		}
		unused := 64 - 8*uint(n)
		return m.push(int64(v<<unused) >> unused)
	}
}

func (m *machine) intLine() error {
	s, err := m.line()
	if err != nil {
		return err
	}
	switch s { // booleans of protocols 0 and 1
	case "00":
		return m.push(false)
	case "01":
		return m.push(true)
	}
	return m.pushInt(s)
}

func (m *machine) longLine() error {
	s, err := m.line()
	if err != nil {
		return err
	}
	return m.pushInt(strings.TrimSuffix(s, "L"))
}

func (m *machine) pushInt(digits string) error {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return m.bad("want a whole number of at most 64 bits, have %s", quote.Short(digits))
	}
	return m.push(n)
}

func (m *machine) floatLine() error {
	s, err := m.line()
	if err != nil {
		return err
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return m.bad("want a number, have %s", quote.Short(s))
	}
	return m.push(v)
}

func (m *machine) float64() error {
	b, err := m.take(8)
	if err != nil {
		return err
	}
	return m.push(math.Float64frombits(binary.BigEndian.Uint64(b)))
}

// sized reads bytes behind their length.
func sized(width int, as func(*machine, []byte) error) func(*machine) error {
	return func(m *machine) error {
		n, err := m.uint(width)
		if err != nil {
			return err
		}
		b, err := m.take(n)
		if err != nil {
			return err
		}
		return as(m, b)
	}
}

func asBytes(m *machine, b []byte) error { return m.push(b) }
func asStr2(m *machine, b []byte) error  { return m.push(str2(b)) }

func asText(m *machine, b []byte) error {
	if !utf8.Valid(b) {
		return m.bad("a text that is not UTF-8")
	}
	return m.push(string(b))
}

func (m *machine) mark() error {
	m.marks = append(m.marks, len(m.stack))
	return nil
}

func tupleOf(n int) func(*machine) error {
	return func(m *machine) error {
		items, err := m.pop(n)
		if err != nil {
			return err
		}
		return m.push(Tuple(slices.Clone(items)))
	}
}

func (m *machine) tuple() error {
	items, err := m.popMark()
	if err != nil {
		return err
	}
	return m.push(Tuple(slices.Clone(items)))
}

func (m *machine) list() error {
	items, err := m.popMark()
	if err != nil {
		return err
	}
	return m.push(&list{slices.Clone(items)})
}

func (m *machine) append() error {
	items, err := m.pop(1)
	if err != nil {
		return err
	}
	return m.extend(items)
}

func (m *machine) appends() error {
	items, err := m.popMark()
	if err != nil {
		return err
	}
	return m.extend(items)
}

func (m *machine) extend(items []any) error {
	v, err := m.top()
	if err != nil {
		return err
	}
	l, ok := v.(*list)
	if !ok {
		return m.bad("want a list to append to, have %s", kind(v))
	}
	l.items = append(l.items, items...)
	return nil
}

func (m *machine) dict() error {
	items, err := m.popMark()
	if err != nil {
		return err
	}
	d := new(dict)
	if err := m.update(d, items); err != nil {
		return err
	}
	return m.push(d)
}

func (m *machine) setItem() error {
	items, err := m.pop(2)
	if err != nil {
		return err
	}
	return m.updateTop(items)
}

func (m *machine) setItems() error {
	items, err := m.popMark()
	if err != nil {
		return err
	}
	return m.updateTop(items)
}

func (m *machine) updateTop(items []any) error {
	v, err := m.top()
	if err != nil {
		return err
	}
	d, ok := v.(*dict)
	if !ok {
		return m.bad("want a dict to put items into, have %s", kind(v))
	}
	return m.update(d, items)
}

// update adds keys and values, which alternate.
func (m *machine) update(d *dict, items []any) error {
	if len(items)%2 != 0 {
		return m.bad("a key without a value")
	}
	for i := 0; i < len(items); i += 2 {
		key := items[i]
		switch k := key.(type) {
		case bool, int64, string:
		case float64:
			if k != k {
				return m.bad("NaN is no key")
			}
		case str2:
			if err := m.charge(len(k)); err != nil {
				return err
			}
			key = latin1(k)
		default:
			return m.unsupported("a key that is %s; want a text or a number", kind(key))
		}
		if d.seen[key] {
			return m.bad("the key %s occurs twice", quote.Short(describe(key)))
		}
		if d.seen == nil { // only now: an empty dictionary is a byte of the file
			d.seen = map[any]bool{}
		}
		d.seen[key] = true
		d.items = append(d.items, Item{key, items[i+1]})
	}
	return nil
}

func (m *machine) discard() error {
	// At a mark, Python takes the mark.
	if len(m.marks) > 0 && len(m.stack) == m.floor() {
		m.marks = m.marks[:len(m.marks)-1]
		return nil
	}
	_, err := m.pop(1)
	return err
}

func (m *machine) dup() error {
	v, err := m.top()
	if err != nil {
		return err
	}
	return m.push(v)
}

func get(width int) func(*machine) error {
	return func(m *machine) error {
		n, err := m.uint(width)
		if err != nil {
			return err
		}
		return m.recall(n)
	}
}

func put(width int) func(*machine) error {
	return func(m *machine) error {
		n, err := m.uint(width)
		if err != nil {
			return err
		}
		return m.remember(n)
	}
}

func (m *machine) getLine() error {
	n, err := m.slot()
	if err != nil {
		return err
	}
	return m.recall(n)
}

func (m *machine) putLine() error {
	n, err := m.slot()
	if err != nil {
		return err
	}
	return m.remember(n)
}

func (m *machine) slot() (uint64, error) {
	s, err := m.line()
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0, m.bad("want the number of a memo, have %s", quote.Short(s))
	}
	return n, nil
}

func (m *machine) recall(n uint64) error {
	v, ok := m.memo[n]
	if !ok {
		return m.bad("memo %d is empty", n)
	}
	return m.push(v)
}

func (m *machine) remember(n uint64) error {
	v, err := m.top()
	if err != nil {
		return err
	}
	m.memo[n] = v
	return nil
}
