package npy_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/npy"
)

// textFile is a .npy file of texts with these bytes as its elements.
func textFile(descr, shape string, body string) []byte {
	head := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n", descr, shape)
	b := binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(len(head)))
	return append(append(b, head...), body...)
}

// wide writes texts as U has them: n characters of four bytes.
func wide(order binary.AppendByteOrder, n int, texts ...string) string {
	var b []byte
	for _, s := range texts {
		runes := []rune(s)
		for i := range n {
			c := rune(0)
			if i < len(runes) {
				c = runes[i]
			}
			b = order.AppendUint32(b, uint32(c))
		}
	}
	return string(b)
}

// Texts are read where they are wanted, and refused where they are not.
func TestTexts(t *testing.T) {
	for _, c := range []struct {
		data []byte
		want []string
	}{
		{textFile("<U4", "(3,)", wide(binary.LittleEndian, 4, "cat", "Bär", "")), []string{"cat", "Bär", ""}},
		{textFile(">U4", "(2,)", wide(binary.BigEndian, 4, "cat", "дом!")), []string{"cat", "дом!"}},
		{textFile("|S3", "(3,)", "abcx\x00\x00\x00\x00\x00"), []string{"abc", "x", ""}},
		{textFile("<U1", "(0,)", ""), []string{}},
	} {
		a, err := npy.Reader{Texts: true}.Read(bytes.NewReader(c.data))
		if err != nil || !reflect.DeepEqual(a.Data, c.want) {
			t.Errorf("%v, %v; want %q", a, err, c.want)
		}
		var unsupported *npy.UnsupportedError
		if _, err := npy.Read(bytes.NewReader(c.data)); !errors.As(err, &unsupported) || !strings.Contains(err.Error(), "texts; want b1, i1 to i8") {
			t.Errorf("read as numbers: %v", err)
		}
	}
}

func TestHostileTexts(t *testing.T) {
	for _, c := range []struct {
		data []byte
		want string
	}{
		{textFile("<U0", "(1000000000000,)", ""), `the elements are of dtype "U0": texts`},
		{textFile("<U99999999", "(1,)", ""), `the elements are of dtype "U99999999": texts`},
		{textFile("|S1", "(5000000,)", ""), "5000000 texts; want at most 4194304"},
		{textFile("<U2", "(2,)", wide(binary.LittleEndian, 2, "ab")), "shape [2] of texts of 8 bytes needs 16 bytes; was it cut short?"},
		{textFile("<U1", "(4294967296, 4294967296)", ""), "more bytes than this machine can count"},
		{textFile("<U1", "(1,)", "\x00\xd8\x00\x00"), "text 0 has the character 0xd800, which Unicode does not know"},
		{textFile("<U1", "(1,)", "\x00\x00\x11\x00"), "text 0 has the character 0x110000, which Unicode does not know"},
		{textFile("|S1", "(2,)", "a\xff"), "text 1 is not UTF-8"},
		{bytes.Replace(textFile("|S1", "(1, 2)", "ab"), []byte("False"), []byte("True "), 1), "texts in Fortran order"},
	} {
		_, err := npy.Reader{Texts: true}.Read(bytes.NewReader(c.data))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v\nwant ... %s", err, c.want)
		}
	}
}

func FuzzTexts(f *testing.F) {
	f.Add(textFile("<U4", "(3,)", wide(binary.LittleEndian, 4, "cat", "Bär", "")))
	f.Add(textFile("|S3", "(3,)", "abcx\x00\x00\x00\x00\x00"))
	f.Add(textFile("|S1", "(5000000,)", ""))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := npy.Reader{Texts: true}.Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		if texts, ok := a.Data.([]string); ok {
			n := 1
			for _, d := range a.Shape {
				n *= d
			}
			if len(texts) != n {
				t.Errorf("%d texts of shape %v", len(texts), a.Shape)
			}
		}
	})
}
