// This program packs the four IDX files of MNIST as they are embedded:
//
//	go run ./dataset/mnist/_gen IDX-FOLDER dataset/mnist/data
//
// IDX-FOLDER holds train-images-idx3-ubyte and its three companions, raw or with gzip and .gz. Their content is compared with
// the published one, cut into parts of equal size, and compressed with the program zstd at level 19 (8.7 MB for the training
// images; the Go encoder's best is 9.1 MB). The parts stand one after the other in one file, so that
// `zstd -d` gives the IDX file back, followed by their sizes in zstd's seekable format, so that they can be decompressed at the same time.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
)

// files are the SHA-256 of the IDX files and into how many parts they are cut.
var files = []struct {
	name, sha256 string
	parts        int
}{
	{"train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", 8},
	{"train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", 1},
	{"t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", 4},
	{"t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", 1},
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: go run ./dataset/mnist/_gen IDX-FOLDER OUTPUT-FOLDER")
	}
	for _, f := range files {
		raw, err := load(filepath.Join(os.Args[1], f.name))
		if err != nil {
			log.Fatal(err)
		}
		if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != f.sha256 {
			log.Fatalf("%s: SHA-256 is %x; want %s", f.name, sum, f.sha256)
		}
		packed, err := pack(raw, f.parts)
		if err != nil {
			log.Fatalf("%s: %v", f.name, err)
		}
		if err := os.WriteFile(filepath.Join(os.Args[2], f.name+".zst"), packed, 0o644); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s: %d bytes in %d parts\n", f.name, len(packed), f.parts)
	}
}

// load returns the content of the file name, or of name.gz.
func load(name string) ([]byte, error) {
	raw, err := os.ReadFile(name)
	if !os.IsNotExist(err) {
		return raw, err
	}
	f, err := os.Open(name + ".gz")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// pack returns the frames of the parts and the seek table.
func pack(raw []byte, parts int) ([]byte, error) {
	var frames, table []byte
	le := binary.LittleEndian
	size := (len(raw) + parts - 1) / parts
	for lo := 0; lo < len(raw); lo += size {
		part := raw[lo:min(lo+size, len(raw))]
		zstd := exec.Command("zstd", "-19", "--check", "--no-progress", fmt.Sprintf("--stream-size=%d", len(part)), "-c")
		zstd.Stdin, zstd.Stderr = bytes.NewReader(part), os.Stderr
		frame, err := zstd.Output()
		if err != nil {
			return nil, err
		}
		frames = append(frames, frame...)
		table = le.AppendUint32(table, uint32(len(frame)))
		table = le.AppendUint32(table, uint32(len(part)))
	}
	// zstd, contrib/seekable_format: a skippable frame that holds the sizes and ends with a footer.
	out := le.AppendUint32(frames, 0x184D2A5E)
	out = le.AppendUint32(out, uint32(len(table)+9))
	out = append(out, table...)
	out = le.AppendUint32(out, uint32(parts))
	out = append(out, 0) // no checksums here: every frame carries its own
	return le.AppendUint32(out, 0x8F92EAB1), nil
}
