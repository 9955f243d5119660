package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/internal/build"
)

// npyFile is a .npy file of version 1 with a header as it is given.
func npyFile(descr, shape string, body []byte) []byte {
	head := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, shape)
	head += strings.Repeat(" ", 118-len(head)-1) + "\n"
	b := append([]byte("\x93NUMPY\x01\x00"), binary.LittleEndian.AppendUint16(nil, uint16(len(head)))...)
	return append(append(b, head...), body...)
}

// packed is n zeros behind a beginning, gzipped.
func packed(beginning []byte, n int64) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	w.Write(beginning)
	io.CopyN(w, zeros{}, n)
	w.Close()
	return b.Bytes()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func zipOf(name string, content io.Reader) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	e, _ := w.Create(name)
	io.Copy(e, content)
	w.Close()
	return b.Bytes()
}

// Files that no honest writer makes are refused in one sentence with exit code 3, and no more than 64 MiB and four times the file is
// needed to say it.
func TestHostileData(t *testing.T) {
	dir := t.TempDir()
	bomb := zipOf("x.npy", io.MultiReader(bytes.NewReader(npyFile("|u1", "(300000000,)", nil)), io.LimitReader(zeros{}, 300e6)))
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"huge.npy", npyFile("<f4", "(1000000000000,)", nil), "shape [1000000000000] of float32 needs 4000000000000 bytes; was it cut short?"},
		{"wrap.npy", npyFile("<f4", "(4294967296, 4294967296)", nil), "shape [4294967296 4294967296]: more bytes than this machine can count"},
		{"object.npy", npyFile("|O", "(3,)", make([]byte, 24)), `the elements are of dtype "O": Python objects, which are a program; nothing is ever run`},
		{"short.npy", npyFile("<f8", "(3, 2)", make([]byte, 47)), "shape [3 2] of float64 needs 48 bytes; was it cut short?"},
		{"long.npy", npyFile("<f8", "(3, 2)", make([]byte, 49)), "more bytes after the last element; want one array a file: use np.savez for several"},
		{"empty.npy", nil, "the file ends within the first 8 bytes; was it cut short?"},
		{"bomb.npy.gz", packed(npyFile("<f4", "(100000000, 5)", nil), 500e6), "compressed bytes become more than"},
		{"bomb.npz", bomb, "unpack to more than 100-fold; this is no set of arrays"},
		{"escape.npz", zipOf("../x.npy", bytes.NewReader(npyFile("|u1", "(1,)", []byte{0}))), `"../x.npy": the name is not one of an array`},
		{"cut.npz", bomb[:len(bomb)/2], "the zip archive is damaged"},
		{"system.pkl", []byte("cos\nsystem\n(S'echo hi'\ntR."), `the file asks for "os.system"; only NumPy arrays in dicts, tuples and lists are read, and nothing in a pickle is ever run`},
		{"length.pkl", append([]byte("\x80\x04\x8e"), 0, 0, 0, 0, 0, 0, 0, 0x80, '.'), "BINBYTES8: wants 9223372036854775808 bytes, but 1 are left"},
		{"huge-images.idx", []byte("\x00\x00\x08\x03\xf0\x00\x00\x00\xf0\x00\x00\x00\x00\x00\x00\x04"), "dimensions [4026531840 4026531840 4]: more bytes than an int can count"},
		{"cut.parquet", append([]byte("PAR1"), make([]byte, 20)...), "it does not end with 50 41 52 31; was it cut short?"},
		{"bomb.parquet.gz", packed([]byte("PAR1"), 400e6), "compressed bytes become more than"},
		{"model.h5", []byte("\x89HDF\r\n\x1a\n"), "model.h5 is an HDF5 file; save its arrays with np.savez"},
		{"list\x1b[31m.npy", npyFile("<f4", "(1,", nil), "header: shape: want a count"},
	} {
		if err := os.WriteFile(filepath.Join(dir, c.name), c.data, 0o666); err != nil {
			t.Fatal(err)
		}
		r, most := withMemory(t, dir, nil, "train", c.name)
		if r.code != 3 || !strings.Contains(r.err, c.want) || strings.Count(r.err, "\n") != 1 || r.out != "" || strings.Contains(r.err, "\x1b") {
			t.Errorf("%q: exit %d, %s%s\nwant 3, ... %s", c.name, r.code, r.out, r.err, c.want)
		}
		if limit := int64(64<<20 + 4*len(c.data)); most > limit && !build.Race() {
			t.Errorf("%q: %d bytes of memory for a file of %d; want at most %d", c.name, most, len(c.data), limit)
		}
		os.Remove(filepath.Join(dir, c.name))
	}
	if _, err := os.Stat(filepath.Join(dir, "runs")); err == nil {
		t.Error("a run was left behind")
	}
}
