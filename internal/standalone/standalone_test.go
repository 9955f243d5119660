package standalone

import (
	"bytes"
	"errors"
	"testing"
)

func read(b []byte) ([]byte, error) { return Read(bytes.NewReader(b), int64(len(b))) }

// A payload comes back; another takes its place; a program without one has none.
func TestAppend(t *testing.T) {
	program := bytes.Repeat([]byte("program "), 100)
	if p, err := read(program); p != nil || err != nil {
		t.Errorf("a plain program has %q (%v)", p, err)
	}
	one := Append(program, []byte("one"))
	if p, err := read(one); string(p) != "one" || err != nil {
		t.Errorf("%q (%v), want one", p, err)
	}
	if !bytes.Equal(one[:len(program)], program) {
		t.Error("the program itself has changed")
	}
	if two := Append(one, []byte("two")); !bytes.Equal(two, Append(program, []byte("two"))) {
		t.Error("the first payload is still there")
	}
	for n := range 70 { // files that are too short for a trailer
		if p, err := read(one[:n]); p != nil || err != nil {
			t.Errorf("%d bytes: %q (%v)", n, p, err)
		}
	}
}

// Whatever byte of the payload, its sum or its length is another, the program says so, and takes no memory for it.
func TestDamage(t *testing.T) {
	program := bytes.Repeat([]byte("program "), 10)
	whole := Append(program, []byte("the model"))
	for i := len(program); i < len(whole)-len(mark); i++ {
		broken := bytes.Clone(whole)
		broken[i] ^= 0x80
		if p, err := read(broken); p != nil || !errors.Is(err, ErrDamaged) {
			t.Errorf("byte %d: %q (%v)", i, p, err)
		}
	}
	if p, err := read(append(bytes.Clone(whole), 0)); p != nil || err != nil {
		t.Errorf("with a byte behind it: %q (%v)", p, err)
	}
}

// The program of this test has none, and finds itself.
func TestOwn(t *testing.T) {
	if p, err := Own(); p != nil || err != nil {
		t.Errorf("%d bytes (%v)", len(p), err)
	}
	if path, err := Path(); err != nil || path == "" {
		t.Error(path, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(Append([]byte("program"), []byte("model")))
	f.Add([]byte(mark))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := read(b)
		if err == nil && p != nil && !bytes.Equal(Append(b, p), b) {
			t.Error("appended again, it differs")
		}
	})
}
