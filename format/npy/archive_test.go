package npy

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// archive makes a zip by a function.
func archive(t testing.TB, fill func(z *zip.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if err := fill(z); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// of makes an archive with one entry.
func of(t testing.TB, h zip.FileHeader, content []byte) []byte {
	return archive(t, func(z *zip.Writer) error { return add(z, h, content) })
}

func add(z *zip.Writer, h zip.FileHeader, content []byte) error {
	w, err := z.CreateHeader(&h)
	if err == nil && len(content) > 0 {
		_, err = w.Write(content)
	}
	return err
}

// raw makes an archive with one entry that lies about itself.
func raw(t testing.TB, h zip.FileHeader, content []byte) []byte {
	return archive(t, func(z *zip.Writer) error {
		w, err := z.CreateRaw(&h)
		if err == nil {
			_, err = w.Write(content)
		}
		return err
	})
}

// overlapping makes an archive whose directory lists the same content under two names.
func overlapping(content []byte) []byte {
	local := func(name string) []byte {
		b := []byte("PK\x03\x04\x14\x00\x00\x00\x00\x00\x00\x00\x00\x00")
		b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(content))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(content)))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(content)))
		b = binary.LittleEndian.AppendUint16(b, uint16(len(name)))
		return append(append(b, 0, 0), name...)
	}
	b := append(local("a.npy"), content...)
	start := len(b)
	for _, name := range []string{"a.npy", "b.npy"} {
		head := local(name)
		b = append(b, "PK\x01\x02\x14\x00"...)
		b = append(b, head[4:30]...)
		b = append(b, make([]byte, 14)...) // comment, disk, attributes, and the place of the local header: 0
		b = append(b, name...)
	}
	end := []byte("PK\x05\x06\x00\x00\x00\x00\x02\x00\x02\x00")
	end = binary.LittleEndian.AppendUint32(end, uint32(len(b)-start))
	end = binary.LittleEndian.AppendUint32(end, uint32(start))
	return append(append(b, end...), 0, 0)
}

// hostileArchives returns archives and what is to be said about each.
func hostileArchives(t testing.TB) map[string]struct {
	file []byte
	says string
} {
	good := dict("(3,)", 1, 2, 3)
	stored := zip.FileHeader{Name: "x.npy", Method: zip.Store}
	honest := of(t, stored, good)
	lying := func(change func(*zip.FileHeader)) []byte {
		h := zip.FileHeader{Name: "x.npy", Method: zip.Store, CRC32: crc32.ChecksumIEEE(good),
			CompressedSize64: uint64(len(good)), UncompressedSize64: uint64(len(good))}
		change(&h)
		return raw(t, h, good)
	}
	symlink := stored
	symlink.SetMode(fs.ModeSymlink | 0o777)
	flipped := bytes.Clone(honest)
	flipped[bytes.Index(flipped, []byte{1, 2, 3})+1] ^= 1
	type cases = map[string]struct {
		file []byte
		says string
	}
	return cases{
		"empty":            {nil, "this is no .npz archive"},
		"an array":         {good, "this is no .npz archive"},
		"prefix junk":      {append([]byte("#!/bin/sh\n"), honest...), "this is no .npz archive"},
		"cut":              {honest[:len(honest)-5], "the zip archive is damaged"},
		"twice":            {archive(t, func(z *zip.Writer) error { add(z, stored, good); return add(z, stored, good) }), "occurs twice"},
		"parent":           {of(t, zip.FileHeader{Name: "../x.npy"}, good), "the name is not one of an array"},
		"parent within":    {of(t, zip.FileHeader{Name: "a/../x.npy"}, good), "the name is not one of an array"},
		"absolute":         {of(t, zip.FileHeader{Name: "/x.npy"}, good), "the name is not one of an array"},
		"backslash":        {of(t, zip.FileHeader{Name: `..\x.npy`}, good), "the name is not one of an array"},
		"escape sequence":  {of(t, zip.FileHeader{Name: "\x1b[2Jx.npy"}, good), `"\x1b[2Jx.npy": the name is not`},
		"folder":           {of(t, zip.FileHeader{Name: "x.npy/"}, nil), "the name is not one of an array"},
		"another file":     {of(t, zip.FileHeader{Name: "readme.txt"}, good), "not one that ends in .npy"},
		"no name":          {of(t, zip.FileHeader{Name: ".npy"}, good), "not one that ends in .npy"},
		"symlink":          {of(t, symlink, good), "no plain file"},
		"encrypted":        {lying(func(h *zip.FileHeader) { h.Flags |= 1 }), "encrypted"},
		"method 12":        {lying(func(h *zip.FileHeader) { h.Method = 12 }), "compression method 12"},
		"checksum 0":       {lying(func(h *zip.FileHeader) { h.CRC32 = 0 }), "checksum"},
		"checksum":         {lying(func(h *zip.FileHeader) { h.CRC32++ }), "checksum"},
		"flipped bit":      {flipped, "checksum"},
		"longer than said": {lying(func(h *zip.FileHeader) { h.UncompressedSize64-- }), "x.npy"},
		"shorter":          {lying(func(h *zip.FileHeader) { h.UncompressedSize64++ }), "x.npy"},
		"zip64 of 2^40":    {lying(func(h *zip.FileHeader) { h.UncompressedSize64 = 1 << 40 }), "100-fold"},
		"zip64 of 2^63":    {lying(func(h *zip.FileHeader) { h.UncompressedSize64 = 1 << 63 }), "100-fold"},
		"beyond the end":   {lying(func(h *zip.FileHeader) { h.CompressedSize64 = 1 << 40 }), "reach beyond"},
		"bomb":             {of(t, zip.FileHeader{Name: "x.npy", Method: zip.Deflate}, dict("(100000000,)", make([]byte, 100_000_000)...)), "100-fold"},
		"overlap":          {overlapping(good), "its bytes are also those of"},
		"bad array":        {of(t, stored, []byte("no array")), `"x.npy": at byte 0: the file begins with`},
		"trailing byte":    {of(t, stored, append(bytes.Clone(good), 4)), "more bytes after the last element"},
		"objects":          {of(t, stored, hostile["objects"].file), "Python objects"},
	}
}

func TestHostileArchives(t *testing.T) {
	for name, c := range hostileArchives(t) {
		_, err := ReadArchive(bytes.NewReader(c.file), int64(len(c.file)))
		refused(t, name, err, c.says)
	}
}

// TestSmallBomb: below the free limit an entry that claims little and delivers much is cut off at what it claims.
func TestSmallBomb(t *testing.T) {
	data := of(t, zip.FileHeader{Name: "x.npy", Method: zip.Deflate}, dict("(50000000,)", make([]byte, 50_000_000)...))
	at := bytes.LastIndex(data, []byte("PK\x01\x02")) + 24 // the length in the directory
	binary.LittleEndian.PutUint32(data[at:], 1000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := ReadArchive(bytes.NewReader(data), int64(len(data)))
	runtime.ReadMemStats(&after)
	refused(t, "small bomb", err, "x.npy")
	if used := after.TotalAlloc - before.TotalAlloc; used > 8<<20 {
		t.Errorf("%d bytes allocated", used)
	}
}

// TestZipTestFiles reads the odd archives of Go's own tests: none holds an array, none may do harm.
func TestZipTestFiles(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Skip("skipped: no go command")
	}
	names, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(root)), "src/archive/zip/testdata/*.zip"))
	if len(names) == 0 {
		t.Skip("skipped: the sources of Go are not installed")
	}
	for _, name := range names {
		arrays, err := ReadArchiveFile(name)
		if len(arrays) > 0 {
			t.Errorf("%s: %v", name, arrays)
		}
		if err != nil && !strings.Contains(err.Error(), name) {
			t.Errorf("the error does not name the file: %v", err)
		}
	}
}

func FuzzReadArchive(f *testing.F) {
	for name, c := range hostileArchives(f) {
		if name != "bomb" {
			f.Add(c.file)
		}
	}
	names, _ := filepath.Glob("testdata/*.npz")
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		arrays, err := ReadArchive(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			refused(t, "fuzz", err, "")
			return
		}
		var b bytes.Buffer
		if err := WriteArchive(&b, arrays); err != nil {
			t.Fatal(err)
		}
		if back, err := ReadArchive(bytes.NewReader(b.Bytes()), int64(b.Len())); err != nil || len(back) != len(arrays) {
			t.Fatalf("%d arrays came back as %d: %v", len(arrays), len(back), err)
		}
	})
}
