package safetensors

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/internal/peak"
)

// TestMain reads, as a child of TestMemory, one file.
func TestMain(m *testing.M) {
	peak.Main(m, func(path string) error {
		_, err := ReadFile(path)
		return err
	})
}

// Headers made to take as much memory for their length as they can. The promise is 64 MiB and four times the
// file; these files are small for the sake of time, so the fixed part is held to 16 MiB, which a Go process takes.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("writes files of 12 MB")
	}
	const size = 12_000_000
	// fill returns a header of items, each made from its number, and what ends it.
	fill := func(begin string, item func(i int) string, end string) []byte {
		var b bytes.Buffer
		b.WriteString(begin)
		for i := 0; b.Len() < size; i++ {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(item(i))
		}
		b.WriteString(end)
		return b.Bytes()
	}
	tensor := func(name, shape string) string {
		return fmt.Sprintf(`"%s":{"dtype":"U8","shape":[%s],"data_offsets":[0,0]}`, name, shape)
	}
	axes := strings.TrimSuffix(strings.Repeat("0,", maxRank), ",")
	for _, c := range []struct {
		name     string
		header   []byte
		accepted bool
	}{
		{"tensors", fill("{", func(i int) string { return tensor(strconv.FormatInt(int64(i), 36), "0") }, "}"), true},
		{"tensors, backwards", fill("{", func(i int) string { return tensor(strconv.FormatInt(1<<40-int64(i), 36), "0") }, "}"), true},
		{"tensors of 16 axes", fill("{", func(i int) string { return tensor(strconv.FormatInt(int64(i), 36), axes) }, "}"), true},
		{"escaped names", fill("{", func(i int) string { return tensor(fmt.Sprintf(`\n%x`, i), "0") }, "}"), true},
		{"one tensor over and over", fill("{", func(i int) string { return tensor("w", "0") }, "}"), false},
		{"braces in a name", fill(`{"`, func(int) string { return "{{{{{{{{{{{{{{{{" }, `":{}}`), false},
		{"metadata", fill(`{"__metadata__":{`, func(i int) string { return fmt.Sprintf(`"%x":""`, i) }, "}}"), false},
		{"one long value", fill(`{"__metadata__":{"a":"`, func(int) string { return `\n\n\n\n\n\n\n\n` }, `"}}`), true},
		{"one long shape", fill(`{"w":{"dtype":"U8","shape":[`, func(int) string { return "0" }, "]}}"), false},
		{"brackets", bytes.Repeat([]byte("["), size), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.safetensors")
			if err := os.WriteFile(path, raw(string(c.header), 0), 0o666); err != nil {
				t.Fatal(err)
			}
			peak.Check(t, path, c.accepted, 48<<20)
		})
	}
}
