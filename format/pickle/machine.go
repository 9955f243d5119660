package pickle

import (
	"bytes"
	"fmt"
)

// maxSteps bounds the instructions of a pickle, and with them its values. An array takes some fifty, however large it is.
const maxSteps = 1 << 19

// machine is the state of a running pickle.
//
// Beside the exported types, its values are the following, which never leave it: see result.
type machine struct {
	data  []byte
	at    int // next byte
	start int // of the instruction
	name  string
	steps int

	dialect *Dialect // nil: arrays alone
	prefix  bool     // bytes may follow

	stack []any
	marks []int // heights of the stack
	memo  map[uint64]any
	done  bool

	budget int // see charge
}

type (
	// str2 is a str of Python 2: text or bytes, whichever is wanted.
	str2 []byte
	list struct{ items []any }
	dict struct {
		items   Dict
		seen    map[any]bool
		ordered bool // an OrderedDict
	}
	// global is a name of a module; only those of the allow-list, and of the dialect, ever exist.
	global struct{ module, name string }
)

func (g global) String() string { return g.module + "." + g.name }

// run executes instructions up to STOP, which must be the last byte.
func (m *machine) run() error {
	for !m.done {
		if m.start = m.at; m.at == len(m.data) {
			m.name = "the end"
			return m.bad("the file ends before the pickle does; was it cut short?")
		}
		if m.steps++; m.steps > maxSteps {
			return m.unsupported("more than %d instructions: this reads arrays, not lists of numbers; store them as NumPy arrays", maxSteps)
		}
		op := m.data[m.at]
		do := instructions[op]
		if do.run == nil {
			m.name = "instruction"
			return m.bad("the byte 0x%02x is no instruction; is it a pickle?", op)
		}
		m.name = do.name
		m.at++
		if err := do.run(m); err != nil {
			return err
		}
	}
	if m.at != len(m.data) && !m.prefix {
		return &FormatError{Offset: int64(m.at), Reason: fmt.Sprintf("%d bytes follow the end of the pickle; want one pickle a file", len(m.data)-m.at)}
	}
	return nil
}

// bad returns a FormatError about the present instruction.
func (m *machine) bad(format string, args ...any) error {
	return &FormatError{Offset: int64(m.start), Reason: m.name + ": " + fmt.Sprintf(format, args...)}
}

// unsupported returns an UnsupportedError about the present instruction.
func (m *machine) unsupported(format string, args ...any) error {
	return &UnsupportedError{Offset: int64(m.start), Reason: m.name + ": " + fmt.Sprintf(format, args...)}
}

// allow sets the budget for running, and again for the result: an honest file decodes each of its bytes twice at most (a
// text to bytes, and those to numbers), and only a bomb points to the same ones again and again. Small constants may.
func (m *machine) allow() { m.budget = 2*len(m.data) + 1<<20 }

// charge takes n bytes from the budget.
func (m *machine) charge(n int) error {
	if m.budget -= n; m.budget < 0 {
		return m.unsupported("the same bytes are used again and again, beyond twice the size of the file; an honest file does not do that")
	}
	return nil
}

// take returns the next n bytes.
func (m *machine) take(n uint64) ([]byte, error) {
	if left := uint64(len(m.data) - m.at); n > left {
		return nil, m.bad("wants %d bytes, but %d are left; was the file cut short?", n, left)
	}
	b := m.data[m.at : m.at+int(n) : m.at+int(n)]
	m.at += int(n)
	return b, nil
}

// uint reads a little-endian number of the given width.
func (m *machine) uint(width int) (uint64, error) {
	b, err := m.take(uint64(width))
	var n uint64
	for i, v := range b {
		n |= uint64(v) << (8 * i)
	}
	return n, err
}

// line reads up to the next newline.
func (m *machine) line() (string, error) {
	n := bytes.IndexByte(m.data[m.at:], '\n')
	if n < 0 {
		return "", m.bad("a line without its end")
	}
	s := string(m.data[m.at : m.at+n])
	m.at += n + 1
	return s, nil
}

func (m *machine) push(v any) error {
	m.stack = append(m.stack, v)
	return nil
}

// floor is the height of the stack at the last mark, below which nothing can be taken.
func (m *machine) floor() int {
	if len(m.marks) == 0 {
		return 0
	}
	return m.marks[len(m.marks)-1]
}

// pop takes n values off the stack, the deepest first. They are valid until the next push.
func (m *machine) pop(n int) ([]any, error) {
	rest := len(m.stack) - n
	if rest < m.floor() {
		return nil, m.bad("wants %d values on the stack, but %d are there", n, len(m.stack)-m.floor())
	}
	top := m.stack[rest:]
	m.stack = m.stack[:rest]
	return top, nil
}

// top returns the uppermost value and leaves it.
func (m *machine) top() (any, error) {
	if len(m.stack) == m.floor() {
		return nil, m.bad("the stack is empty")
	}
	return m.stack[len(m.stack)-1], nil
}

// popMark takes all values down to the last mark, and the mark. They are valid until the next push.
func (m *machine) popMark() ([]any, error) {
	if len(m.marks) == 0 {
		return nil, m.bad("there is no mark")
	}
	values, err := m.pop(len(m.stack) - m.floor())
	m.marks = m.marks[:len(m.marks)-1]
	return values, err
}
