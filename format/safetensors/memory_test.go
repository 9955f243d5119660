package safetensors

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/internal/build"
)

// TestMain reads, where the environment asks for it, one file and prints the process's largest memory.
func TestMain(m *testing.M) {
	path := os.Getenv("SAFETENSORS_READ")
	if path == "" {
		os.Exit(m.Run())
	}
	_, err := ReadFile(path)
	fmt.Println(peak(), err)
}

// peak returns the largest resident memory of this process in bytes, 0 where the system does not tell.
func peak() int {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	field, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	kib, _ := strconv.Atoi(field)
	return kib << 10
}

// Headers made to take as much memory for their length as they can. The promise is 64 MiB and four times the
// file; these files are small for the sake of time, so the fixed part is held to what a Go process takes.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("writes files of 12 MB")
	}
	if peak() == 0 {
		t.Skip("needs /proc/self/status")
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
		path := filepath.Join(t.TempDir(), "a.safetensors")
		file := raw(string(c.header), 0)
		if err := os.WriteFile(path, file, 0o666); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "SAFETENSORS_READ="+path)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v: %s", c.name, err, out)
			continue
		}
		text, verdict, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
		bytes, _ := strconv.Atoi(text)
		if bound := 16<<20 + 4*len(file); bytes == 0 || bytes > bound && !build.Race() {
			t.Errorf("%s: %d bytes of memory for a file of %d, want at most %d", c.name, bytes, len(file), bound)
		}
		if (verdict == "<nil>") != c.accepted {
			t.Errorf("%s: %s", c.name, verdict)
		}
		t.Logf("%-26s %5.2f times the file", c.name, float64(bytes)/float64(len(file)))
	}
}
