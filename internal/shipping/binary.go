package shipping

import (
	"bytes"
	"debug/elf"
	"fmt"
	"os"
	"runtime"

	"github.com/gradus-nn/gradus/internal/standalone"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/model/exporter"
)

// binaryFormat is a program of its own: gradus with the model at its end.
var binaryFormat = format{
	tolerance: exporter.Tolerance, write: writeBinary, compare: askBinary, inside: everything, without: nothing,
	name: func(model string) string {
		if runtime.GOOS == "windows" {
			return model + ".exe"
		}
		return model
	},
}

func writeBinary(e *exporting) error {
	path, err := standalone.Path()
	if err != nil {
		return fmt.Errorf("the program gradus cannot be found: %w", err)
	}
	program, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("the program gradus cannot be read: %w", err)
	}
	payload, err := safetensorsOf(e.model)
	if err != nil {
		return err
	}
	if needs := interpreter(program); needs != "" {
		e.warnings = append(e.warnings, fmt.Sprintf("this gradus needs %s, and so will the program; one that runs anywhere comes from a gradus that was built with CGO_ENABLED=0", needs))
	}
	if runtime.GOOS == "darwin" {
		e.warnings = append(e.warnings, "what stands behind a program is not in its signature; sign it again: codesign -s - FILE")
	}
	e.Mode = 0o755
	return e.one(standalone.Append(program, payload), nil)
}

// interpreter is what loads a program that is not static.
func interpreter(program []byte) string {
	f, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		return "" // no program of ELF systems
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP && p.Filesz < 4096 {
			name := make([]byte, p.Filesz)
			if _, err := p.ReadAt(name, 0); err == nil {
				return string(bytes.TrimRight(name, "\x00"))
			}
		}
	}
	return ""
}

func askBinary(e *exporting) (float64, error) {
	payload, err := standalone.Read(bytes.NewReader(e.data()), int64(len(e.data())))
	if err != nil {
		return 0, err
	}
	return e.again(model.Read(bytes.NewReader(payload), int64(len(payload))))
}
