package model

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/format/safetensors"
	"github.com/gradus-nn/gradus/internal/durable"
)

// Save writes the model to path, whole or not at all, checksummed, and returns once it is on the disk. Whatever was
// there before stays until then.
func (m *Model) Save(path string) error { return m.SaveTo(durable.OS, path) }

// SaveTo is [Model.Save] on a given file system: tests pass one that fails.
func (m *Model) SaveTo(fsys durable.FS, path string) error {
	text, err := m.Metadata()
	if err == nil {
		err = m.Check()
	}
	if err != nil {
		return fmt.Errorf("model: cannot save %s: %w", path, err)
	}
	file := &safetensors.File{Metadata: text, Tensors: slices.Concat(m.Params, m.State, m.Attached)}
	return durable.WriteFS(fsys, path, func(w io.Writer) error { return safetensors.Write(w, file) })
}

// Load reads a model and checks it: the checksum, the version, the description, and that every tensor is there in the
// shape that the description asks for, and no other. It takes memory in proportion to the file.
//
// Its error names the file and says what was expected. See also [Model.Warnings].
func Load(path string) (*Model, error) {
	file, err := safetensors.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	m, err := fromFile(file)
	if err != nil {
		return nil, fmt.Errorf("model: %s: %w", path, err)
	}
	return m, nil
}

// Read is [Load] from the size bytes of r, such as a file that is embedded in a program.
func Read(r io.ReaderAt, size int64) (*Model, error) {
	file, err := safetensors.Read(r, size)
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	m, err := fromFile(file)
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	return m, nil
}

func fromFile(file *safetensors.File) (*Model, error) {
	m := &Model{}
	if err := m.SetMetadata(file.Metadata); err != nil {
		return nil, err
	}
	params, state, err := m.Spec.Tensors()
	if err != nil {
		return nil, err
	}
	byName := map[string]safetensors.Tensor{}
	for _, t := range file.Tensors {
		if strings.HasPrefix(t.Name, AttachedPrefix) {
			m.Attached = append(m.Attached, t)
		} else {
			byName[t.Name] = t
		}
	}
	take := func(list *[]safetensors.Tensor, name string) {
		if t, ok := byName[name]; ok {
			*list = append(*list, t)
			delete(byName, name)
		}
	}
	for _, s := range params {
		take(&m.Params, s.Name)
	}
	for _, s := range state {
		take(&m.State, s.Name)
	}
	if err := m.Check(); err != nil {
		return nil, err
	}
	for _, t := range file.Tensors {
		if _, stray := byName[t.Name]; stray {
			return nil, fmt.Errorf("tensor %q belongs to no layer of the description", t.Name)
		}
	}
	for _, t := range slices.Concat(m.Params, m.State) {
		if !finite(t) {
			m.Warnings = append(m.Warnings, fmt.Sprintf("tensor %q holds values that are not finite numbers: the training that wrote it had failed", t.Name))
		}
	}
	return m, nil
}

// finite reports whether an F32 or F64 tensor holds neither NaN nor infinities: an exponent with all bits set.
func finite(t safetensors.Tensor) bool {
	size := t.DType.Size()
	for i := size; i <= len(t.Data); i += size {
		high, next := t.Data[i-1], t.Data[i-2]
		if size == 4 && high&0x7f == 0x7f && next&0x80 == 0x80 || size == 8 && high&0x7f == 0x7f && next&0xf0 == 0xf0 {
			return false
		}
	}
	return true
}
