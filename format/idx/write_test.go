package idx

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func ExampleWrite() {
	var file bytes.Buffer
	Write(&file, Of([]uint8{7, 2, 1}, 3)) // three labels
	fmt.Printf("% x\n", file.Bytes())
	// Output: 00 00 08 01 00 00 00 03 07 02 01
}

func ExampleRead() {
	a, err := Read(bytes.NewReader([]byte{0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 255, 0}))
	fmt.Println(a.Type(), a.Dims, a.Data, err)
	// Output: uint8 [1 2] [255 0] <nil>
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	want := Of([]int32{1, -2, 3, 4, 5, 6}, 2, 3)
	for _, name := range []string{"a-idx2-int", "a-idx2-int.gz"} {
		path := filepath.Join(dir, name)
		if err := WriteFile(path, want); err != nil {
			t.Fatal(err)
		}
		got, err := ReadFile(path)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
		raw, _ := os.ReadFile(path)
		if compressed := raw[0] == 0x1f; compressed != (filepath.Ext(name) == ".gz") {
			t.Errorf("%s begins with %x", name, raw[:2])
		}
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 2 {
		t.Errorf("%d files, want 2: something half-written was left behind", len(entries))
	}
	if err := WriteFile(filepath.Join(dir, "none", "a"), want); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that does not exist: %v", err)
	}
	if err := WriteFile(filepath.Join(dir, "b"), &Array{[]int{2}, []string{"a", "b"}}); err == nil {
		t.Error("strings were written")
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Error("a failed write left a file behind")
	}
}

func TestWriteRefuses(t *testing.T) {
	for _, a := range []*Array{
		{[]int{3}, []uint8{1, 2}},
		{[]int{-1}, []uint8{}},
		{nil, []uint8{1}},
		{[]int{2}, nil},
		{make([]int, 9), []uint8{}},
	} {
		var out bytes.Buffer
		if err := Write(&out, a); err == nil || out.Len() > 0 {
			t.Errorf("%v: %v and %d bytes written", a, err, out.Len())
		}
	}
}
