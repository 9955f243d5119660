package recipe

import (
	"bytes"
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"runtime"
	"testing"
	"testing/iotest"
)

// TestChecksum: what passes through is hashed, all of it and in order, and the reader's memory may be written over at once.
func TestChecksum(t *testing.T) {
	text := make([]byte, 1<<20)
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range text {
		text[i] = byte(rng.Uint32())
	}
	for name, in := range map[string]func() io.Reader{
		"whole": func() io.Reader { return bytes.NewReader(text) },
		"half":  func() io.Reader { return iotest.HalfReader(bytes.NewReader(text)) },
		"eof":   func() io.Reader { return iotest.DataErrReader(bytes.NewReader(text)) },
	} {
		c := newChecksum(in(), sha256.New())
		var have []byte
		p := make([]byte, 10_000)
		for {
			n, err := c.Read(p)
			have = append(have, p[:n]...)
			clear(p)
			if err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
		c.finish()
		c.finish() // once more means nothing
		if want := sha256.Sum256(text); !bytes.Equal(have, text) || !bytes.Equal(c.hash.Sum(nil), want[:]) {
			t.Errorf("%s: another checksum", name)
		}
	}
}

// TestChecksumEnds: no goroutine is left, whether anything was read or not.
func TestChecksumEnds(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 20 {
		c := newChecksum(bytes.NewReader([]byte("abc")), sha256.New())
		c.Read(make([]byte, 2))
		c.finish()
		newChecksum(bytes.NewReader(nil), sha256.New()).finish()
	}
	if after := runtime.NumGoroutine(); after > before+1 {
		t.Errorf("%d goroutines; want %d", after, before)
	}
}
