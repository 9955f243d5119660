package wire

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// Every function against the package that everybody uses, on random bytes and on whole values.
func TestAgreesWithProtowire(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	accepted := 0
	for range 200_000 {
		b := make([]byte, rng.IntN(14))
		for i := range b {
			b[i] = byte(rng.Uint32())
			if rng.IntN(3) == 0 {
				b[i] |= 0x80 // long varints
			}
		}
		v, n, err := ConsumeVarint(b)
		if w, m := protowire.ConsumeVarint(b); (err == nil) != (m >= 0) || err == nil && (v != w || n != m) {
			t.Fatalf("varint %x: %d of %d bytes, %v; want %d of %d", b, v, n, err, w, m)
		}
		number, kind, n, err := ConsumeTag(b)
		// Numbers above 2²⁹-1 are outside the specification; protowire lets them pass.
		if w, k, m := protowire.ConsumeTag(b); (err == nil) != (m >= 0 && w <= maxNumber) || err == nil && (int32(number) != int32(w) || int8(kind) != int8(k) || n != m) {
			t.Fatalf("tag %x: %d %d of %d bytes, %v; want %d %d of %d", b, number, kind, n, err, w, k, m)
		}
		part, n, err := ConsumeBytes(b)
		if w, m := protowire.ConsumeBytes(b); (err == nil) != (m >= 0) || err == nil && (!bytes.Equal(part, w) || n != m) {
			t.Fatalf("bytes %x: %x of %d bytes, %v; want %x of %d", b, part, n, err, w, m)
		}
		if err == nil {
			accepted++
		}
		four, _, err := ConsumeFixed32(b)
		if w, m := protowire.ConsumeFixed32(b); (err == nil) != (m >= 0) || four != w {
			t.Fatalf("fixed32 %x: %x, %v; want %x", b, four, err, w)
		}
		eight, _, err := ConsumeFixed64(b)
		if w, m := protowire.ConsumeFixed64(b); (err == nil) != (m >= 0) || eight != w {
			t.Fatalf("fixed64 %x: %x, %v; want %x", b, eight, err, w)
		}
	}
	if accepted < 1000 {
		t.Errorf("only %d inputs were whole; the test tests refusals alone", accepted)
	}
}

func TestAppend(t *testing.T) {
	have := AppendFixed32(AppendTag(AppendBytes(AppendTag(AppendVarint(AppendTag(nil, 1, VarintType), 300), 16, BytesType), []byte("W")), 3, Fixed32Type), 7)
	want := protowire.AppendTag(nil, 1, protowire.VarintType)
	want = protowire.AppendBytes(protowire.AppendTag(protowire.AppendVarint(want, 300), 16, protowire.BytesType), []byte("W"))
	want = protowire.AppendFixed32(protowire.AppendTag(want, 3, protowire.Fixed32Type), 7)
	if !bytes.Equal(have, want) {
		t.Errorf("have %x; want %x", have, want)
	}
}
