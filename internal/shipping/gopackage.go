package shipping

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/gradus-nn/gradus/model/exporter"
	"github.com/gradus-nn/gradus/model/gopackage"
)

// goFormat is a package of Go, whose answers are those of the model to the bit.
var goFormat = format{folder: true, name: gopackage.Name, write: writeGo, compare: askGo, inside: everything, without: nothing}

func writeGo(e *exporting) error {
	abs, err := filepath.Abs(e.path)
	if err != nil {
		return err
	}
	if e.written, err = gopackage.New(e.model, gopackage.Options{Name: gopackage.Name(filepath.Base(abs)), Module: !inModule(filepath.Dir(abs))}); err != nil {
		return err
	}
	for i, row := range e.values { // from here on the rows are such as typed fields can hold
		e.values[i] = e.written.Typed(row)
	}
	answers, err := e.answers()
	if err != nil {
		return err
	}
	files, err := e.written.Files(gopackage.Rows{Values: e.values, Numbers: e.raw, Answers: answers})
	for _, f := range files {
		e.Files = append(e.Files, ProductFile{f.Name, f.Data})
	}
	return err
}

// inModule reports whether a folder belongs to a module already.
func inModule(dir string) bool {
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return false
		}
		dir = parent
	}
}

// askGo asks the arithmetic that is copied into the package, and runs the package's own test where there is a Go toolchain.
func askGo(e *exporting) (float64, error) {
	want, err := e.answers()
	if err != nil {
		return 0, err
	}
	have := e.written.AskNumbers(e.raw)
	if e.model.Columns != nil {
		have = e.written.Ask(e.values)
	}
	if d := exporter.Difference(have, want); d != 0 {
		return d, nil
	}
	return 0, e.goTest()
}

// goPatience bounds the test of a package, which first has to be built.
const goPatience = 3 * time.Minute

// goTest builds the package and runs its test, in a folder of its own that is removed again.
func (e *exporting) goTest() error {
	tool, err := exec.LookPath("go")
	if err != nil {
		e.warnings = append(e.warnings, "there is no Go toolchain here (go is not in $PATH), so the package has not been built; its own test does it: go test")
		return nil
	}
	dir, err := os.MkdirTemp("", "gradus-go-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	files := e.Files
	if inModule(dir) || !hasModule(files) {
		files = append(files[:len(files):len(files)], ProductFile{"go.mod", []byte("module example.com/model\n\ngo 1.22\n")})
	}
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, f.Data, 0o666); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), goPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, tool, "test", "-count=1", ".")
	cmd.Dir = dir
	cmd.WaitDelay = time.Second
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off", "GOTOOLCHAIN=local", "CGO_ENABLED=0", "GO111MODULE=on", "GOOS=", "GOARCH=")
	out, err := cmd.CombinedOutput()
	switch {
	case err == nil:
		e.checks = append(e.checks, "go test passes, without a network and without any module")
	case bytes.Contains(out, []byte("--- FAIL")):
		return fmt.Errorf("its own test fails: %s", firstLines(out))
	default:
		e.warnings = append(e.warnings, fmt.Sprintf("go test could not be run here (%s), so only the arithmetic has been compared", firstLines(out)))
	}
	return nil
}

func hasModule(files []ProductFile) bool {
	for _, f := range files {
		if f.Name == "go.mod" {
			return true
		}
	}
	return false
}

// firstLines joins the first lines of what a tool said.
func firstLines(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return strings.Join(strings.Fields(strings.Join(lines[:min(3, len(lines))], " ")), " ")
}
