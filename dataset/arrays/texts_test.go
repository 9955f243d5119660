package arrays_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset/arrays"
	"github.com/gradus-nn/gradus/format/npy"
)

// withTexts is an archive of features and a text of four bytes for each row.
func withTexts(t *testing.T, x *npy.Array, texts string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("x.npy")
	if err != nil {
		t.Fatal(err)
	}
	if err := npy.Write(w, x); err != nil {
		t.Fatal(err)
	}
	if w, err = z.Create("labels.npy"); err != nil {
		t.Fatal(err)
	}
	head := "{'descr': '|S4', 'fortran_order': False, 'shape': (" + string(rune('0'+len(texts)/4)) + ",), }\n"
	w.Write(binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(len(head))))
	io.WriteString(w, head+texts)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return file(t, "a.npz", b.Bytes())
}

// Texts are classes: by name in a table, by their place among the sorted names of pictures.
func TestTextsAreClasses(t *testing.T) {
	p, err := open(t, withTexts(t, npy.Of([]float32{1, 2, 3}, 3), "dog\x00a\"b\x00dog\x00"), "")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(p.Train.CSV()); err != nil || string(text) != "x0,labels\n1,\"dog\"\n2,\"a\"\"b\"\n3,\"dog\"\n" {
		t.Errorf("%q, %v", text, err)
	}
	s, err := p.Train.Set("s", arrays.SetOptions{})
	if err != nil || !reflect.DeepEqual(s.Classes, []string{`a"b`, "dog"}) || !reflect.DeepEqual(s.Labels, []int32{1, 0, 1}) {
		t.Errorf("%v, %v", s, err)
	}
	if _, err := p.Train.Set("s", arrays.SetOptions{Classes: []string{"cat", "dog"}}); err == nil || !strings.Contains(err.Error(), `labels text [3]: row 1 is of class "a\"b", which was not there in training`) {
		t.Error(err)
	}
}
