package recipe

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/goccy/go-yaml"
)

const (
	// maxFile bounds a configuration file: nobody writes a megabyte of settings.
	maxFile = 1 << 20
	// maxNesting bounds how deep lists and maps stand in each other: the YAML reader needs memory by the square of it.
	maxNesting = 100
)

// ReadYAML reads a file of settings into a struct, in which every name of the file must be a field. Its errors name the file and the
// place. An empty file changes nothing.
func ReadYAML(path string, to any) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s: want a file of settings, have a folder or device", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return err
	}
	if len(text) > maxFile {
		return fmt.Errorf("%s: more than %d bytes; want a file of settings such as the config.yaml of a run", path, maxFile)
	}
	if line := tooDeep(text); line > 0 {
		return fmt.Errorf("%s: line %d: lists within lists, more than %d deep; want a file of settings such as the config.yaml of a run", path, line, maxNesting)
	}
	err = yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(to)
	if err != nil && !errors.Is(err, io.EOF) { // an empty file asks for nothing
		return fmt.Errorf("%s: %s", path, sentence(err))
	}
	return nil
}

// tooDeep returns the line where lists and maps stand too deep in each other, 0 if they do nowhere. It counts brackets within quotes,
// too, of which no setting has a hundred.
func tooDeep(text []byte) int {
	depth, n := 0, 0
	for line := range bytes.Lines(text) {
		n++
		depth += bytes.Count(line, []byte("[")) + bytes.Count(line, []byte("{"))
		if depth > maxNesting || bytes.Count(line, []byte("- "))+bytes.Count(line, []byte("? ")) > maxNesting || indent(line) > 2*maxNesting {
			return n
		}
		depth = max(0, depth-bytes.Count(line, []byte("]"))-bytes.Count(line, []byte("}")))
	}
	return 0
}

func indent(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " \t")) }

// sentence is an error of the YAML reader in one line: it begins with "[line:column]".
func sentence(err error) string {
	var y yaml.Error
	text := err.Error()
	if errors.As(err, &y) {
		text = y.GetMessage()
		if t := y.GetToken(); t != nil && t.Position != nil {
			text = fmt.Sprintf("line %d, column %d: %s", t.Position.Line, t.Position.Column, text)
		}
	}
	first, _, _ := strings.Cut(text, "\n")
	return first
}
