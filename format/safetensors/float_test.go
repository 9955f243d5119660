package safetensors

import (
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"
)

// All 65536 halves against the definition: (-1)^s 2^(e-15) (1 + f/1024), and 2^-14 f/1024 for e = 0.
func TestF16(t *testing.T) {
	for h := range 1 << 16 {
		sign, e, f := 1-2*float64(h>>15), h>>10&31, float64(h&1023)
		want := sign * math.Ldexp(1+f/1024, e-15)
		switch {
		case e == 0:
			want = sign * math.Ldexp(f/1024, -14)
		case e == 31 && f == 0:
			want = sign * math.Inf(1)
		case e == 31:
			want = math.NaN()
		}
		have := float64(fromF16(uint16(h)))
		if have != want && !(math.IsNaN(have) && math.IsNaN(want)) || math.Signbit(have) != (sign < 0) {
			t.Fatalf("%#04x is %v, want %v", h, have, want)
		}
	}
}

// The same numbers in the four types, and as both results.
func TestFloats(t *testing.T) {
	want := []float64{0, 1, -2, 0.5, math.Inf(-1), 65280} // exact in all
	u16 := func(bits ...uint16) (b []byte) {
		for _, v := range bits {
			b = binary.LittleEndian.AppendUint16(b, v)
		}
		return b
	}
	f32 := make([]float32, len(want))
	for i, v := range want {
		f32[i] = float32(v)
	}
	shape := []int{2, 3}
	for _, u := range []Tensor{
		FromFloat64s("w", shape, want),
		FromFloat32s("w", shape, f32),
		{"w", F16, shape, u16(0, 0x3c00, 0xc000, 0x3800, 0xfc00, 0x7bf8)},
		{"w", BF16, shape, u16(0, 0x3f80, 0xc000, 0x3f00, 0xff80, 0x477f)},
	} {
		a, err := u.Float64s()
		if err != nil {
			t.Fatal(err)
		}
		b, err := u.Float32s()
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range want {
			if a[i] != v || b[i] != float32(v) {
				t.Errorf("%s: element %d is %v and %v, want %v", u.DType, i, a[i], b[i], v)
			}
		}
		if u.Len() != 6 {
			t.Errorf("%s: Len %d", u.DType, u.Len())
		}
		err = u.CopyFloat32s(make([]float32, 5))
		if err == nil || err.Error() != `safetensors: tensor "w" [2 3] has 6 elements, want 5` {
			t.Errorf("into 5 elements: %v", err)
		}
		if err = u.CopyFloat64s(make([]float64, 7)); err == nil {
			t.Error("into 7 elements: no error")
		}
	}
}

// Bits survive: NaN payloads, the sign of zero, subnormals.
func TestFloat32Bits(t *testing.T) {
	bits := []uint32{0x80000000, 1, 0x7fc00001, 0x7f800001, 0xffffffff, 0x007fffff}
	v := make([]float32, len(bits))
	for i, b := range bits {
		v[i] = math.Float32frombits(b)
	}
	back, err := FromFloat32s("w", []int{len(v)}, v).Float32s()
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range bits {
		if have := math.Float32bits(back[i]); have != b {
			t.Errorf("%#08x became %#08x", b, have)
		}
	}
}

func TestFloatsOfOtherTypes(t *testing.T) {
	for dtype := range sizes {
		switch dtype {
		case F16, BF16, F32, F64:
			continue
		}
		u := Tensor{Name: "w", DType: dtype, Shape: []int{1}, Data: make([]byte, dtype.Size())}
		_, err := u.Float32s()
		var unsupported *UnsupportedError
		if !errors.As(err, &unsupported) || !strings.Contains(err.Error(), `safetensors: tensor "w": dtype `+string(dtype)+` is not read as floating point`) {
			t.Errorf("%s: %v", dtype, err)
		}
		if _, err := u.Float64s(); !errors.As(err, &unsupported) {
			t.Errorf("%s: %v", dtype, err)
		}
	}
}
