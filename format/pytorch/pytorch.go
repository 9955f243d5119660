// Package pytorch reads what torch.save writes: tensors in dictionaries and lists, such as a state_dict, and modules of
// torch.nn as lists of their attributes. Nothing in a file is run.
//
// A file is one of two:
//
//	zip archive (since 1.6)   NAME/data.pkl      the values, a pickle
//	                          NAME/data/KEY      the elements of a storage, little endian, not compressed
//	                          NAME/byteorder     "little" (since 2.1)
//	stream (before, .pth)     five pickles       magic number, version, machine, the values, the keys of the storages
//	                          for each key       the number of elements, 8 bytes, and the elements
//
// In both, the pickle refers to storages by their key, and a tensor is a view of one: its first element, its shape, and the
// distance of neighbours along each axis. The pickle is read by the machine of package pickle with a short list of names:
// storages, the three functions that make tensors, and the modules in Classes. Every argument is checked, for that
// is where allow-lists alone have failed (CVE-2025-32434, CVE-2026-24747).
//
// The memory that reading takes is at most 64 MiB and four times the file.
//
// Source: torch/serialization.py and torch/_utils.py of PyTorch.
package pytorch

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/format/pickle"
)

// What Read returns is built of what pickle.Read returns, with an *npy.Array for a tensor and these two.
type (
	// A Module is an object of one of Classes with its attributes: training, _parameters, _modules and so on.
	Module = pickle.Object
	// A Name is a class or a type by itself.
	Name = pickle.Name
)

// LegacyMagic begins the stream that torch.save wrote before PyTorch 1.6: a pickle of 0x1950a86a20f9469cfc6c.
const LegacyMagic = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."

// ReadFile reads a file that torch.save has written.
func ReadFile(name string) (any, error) {
	info, err := os.Stat(name) // before Open, which would wait for the other end of a pipe
	if err != nil {
		return nil, fmt.Errorf("pytorch: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("pytorch: %s is not a regular file", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("pytorch: %w", err)
	}
	defer f.Close()
	v, err := Read(f, info.Size())
	return v, named(err, name)
}

// Read reads the size bytes that torch.save has written.
func Read(r io.ReaderAt, size int64) (any, error) {
	start := make([]byte, min(size, int64(len(LegacyMagic))))
	if _, err := r.ReadAt(start, 0); err != nil && err != io.EOF {
		return nil, fmt.Errorf("pytorch: %w", err)
	}
	switch {
	case bytes.HasPrefix(start, []byte("PK\x03\x04")):
		return readZip(r, size)
	case string(start) == LegacyMagic:
		return readStream(r, size)
	}
	return nil, &FormatError{Reason: fmt.Sprintf("it begins with %q; want a zip archive, or the magic number of PyTorch's older files", start)}
}

// Tensors lists the tensors within a value that Read returned, with the keys that lead to each as its name: "fc1.weight" of a
// state_dict, "model.fc1.weight" of one within a checkpoint. A module's are named as in its state_dict.
func Tensors(v any) []npy.Named {
	var list []npy.Named
	var walk func(v any, path string)
	walk = func(v any, path string) {
		if m, ok := v.(*Module); ok {
			for _, part := range []string{"_parameters", "_buffers", "_modules"} {
				inner, _ := m.Attributes.Get(part)
				walk(inner, path)
			}
			return
		}
		each(v, func(key string, inner any) {
			if path != "" {
				key = path + "." + key
			}
			if a, ok := inner.(*npy.Array); ok {
				list = append(list, npy.Named{Name: key, Array: a})
			} else {
				walk(inner, key)
			}
		})
	}
	if a, ok := v.(*npy.Array); ok {
		return []npy.Named{{Name: "tensor", Array: a}}
	}
	walk(v, "")
	return list
}

// each calls f on the elements of a collection.
func each(v any, f func(key string, inner any)) {
	switch v := v.(type) {
	case []any:
		for i := range v {
			f(fmt.Sprint(i), v[i])
		}
	case pickle.Tuple:
		for i := range v {
			f(fmt.Sprint(i), v[i])
		}
	case pickle.Dict:
		for _, item := range v {
			f(fmt.Sprint(item.Key), item.Value)
		}
	}
}
