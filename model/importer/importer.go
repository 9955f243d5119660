// Package importer turns the files of other tools into models: the weights that come with Saito's book, those that a reader
// has saved with np.savez or pickle, and the networks that Nielsen's network2.py saves.
//
//	file                          arrays                network
//	.gradus                       as its description    as its description
//	.npz, pickle of a dictionary  W1, b1, W2, b2 ...    dense, sigmoid ... dense; softmax with cross-entropy
//	JSON of network2.py           weights, biases       dense, sigmoid ... dense; its cost
//	.onnx                         initializers          a chain of Gemm, MatMul, Add and activations; what gradus exports
//
// What a file is, is seen by its content and not by its name. Nothing in it is run, and every reader bounds its memory by
// the file: see the packages below format.
package importer

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/gradus-nn/gradus/format/network2"
	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/format/pickle"
	"github.com/gradus-nn/gradus/format/safetensors"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/model"
)

// A Format is a kind of file.
type Format string

// The formats that are told apart.
const (
	Safetensors Format = "safetensors" // .gradus files are such
	Archive     Format = "npz"
	Array       Format = "npy"
	Pickle      Format = "pickle"
	Network2    Format = "network2"
	ONNX        Format = "onnx"
)

// Options say what a file of mere arrays leaves open.
type Options struct {
	Hidden layer.Layer // activation of all layers but the last; nil means layer.Sigmoid, as in Saito's chapters 3 and 4
}

// Open reads a model from a file of any of the formats.
func Open(path string) (*model.Model, error) { return OpenWith(path, Options{}) }

// OpenWith is Open with options.
func OpenWith(path string, o Options) (*model.Model, error) {
	format, err := Detect(path)
	if err != nil {
		return nil, err
	}
	var m *model.Model
	switch format {
	case Safetensors:
		return model.Load(path)
	case Network2:
		n, err := network2.ReadFile(path)
		if err != nil {
			return nil, err
		}
		m, err = FromNetwork2(n)
		return m, located(path, err)
	case ONNX:
		f, err := onnx.ReadFile(path)
		if err != nil {
			return nil, err
		}
		m, err = FromONNX(f)
		return m, located(path, err)
	case Array:
		err = fmt.Errorf("one array is no network; want W1, b1, W2, b2 ... in one file: np.savez(%q, W1=W1, b1=b1, ...)", "net.npz")
	case Archive:
		var arrays []npy.Named
		if arrays, err = npy.ReadArchiveFile(path); err != nil {
			return nil, err
		}
		m, err = FromArrays(arrays, o)
	case Pickle:
		var v any
		if v, err = pickle.ReadFile(path); err != nil {
			return nil, err
		}
		var arrays []npy.Named
		if arrays, err = dictionary(v); err == nil {
			m, err = FromArrays(arrays, o)
		}
	}
	return m, located(path, err)
}

func located(path string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("importer: %s: %w", path, err)
}

// dictionary returns the arrays of a pickle that is a dictionary of nothing else.
func dictionary(v any) ([]npy.Named, error) {
	d, ok := v.(pickle.Dict)
	if !ok {
		what := "no dictionary"
		if arrays := pickle.Arrays(v); len(arrays) > 0 {
			what = fmt.Sprintf("%d arrays without names, the first of shape %v", len(arrays), arrays[0].Shape)
		}
		return nil, fmt.Errorf("the pickle holds %s; want a dictionary of W1, b1, W2, b2 and so on", what)
	}
	var arrays []npy.Named
	for _, item := range d {
		name := fmt.Sprint(item.Key)
		a, ok := item.Value.(*npy.Array)
		if !ok {
			return nil, fmt.Errorf("%q is no array; want a dictionary of W1, b1, W2, b2 and so on", name)
		}
		arrays = append(arrays, npy.Named{Name: name, Array: a})
	}
	return arrays, nil
}

// Detect tells by the first bytes of a file which format it has.
func Detect(path string) (Format, error) {
	info, err := os.Stat(path) // before Open, which would wait for the other end of a pipe
	if err != nil {
		return "", fmt.Errorf("importer: %w", err)
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("importer: %s is not a regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("importer: %w", err)
	}
	defer f.Close()
	start := make([]byte, 16)
	n, err := io.ReadFull(f, start)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return "", located(path, err)
	}
	if format, ok := formatOf(start[:n]); ok {
		return format, nil
	}
	return "", fmt.Errorf("importer: %s is no model: it begins with %q; want a .gradus, safetensors or ONNX file, an .npz archive, "+
		"a pickle of NumPy arrays or the JSON of network2.py", path, start[:n])
}

// onnxNext are the tags of the fields of a ModelProto that may follow the IR version.
var onnxNext = []byte{2<<3 | 2, 3<<3 | 2, 4<<3 | 2, 5 << 3, 6<<3 | 2, 7<<3 | 2, 8<<3 | 2}

// formatOf is Detect for the first 16 bytes, or all of them where a file has fewer.
func formatOf(b []byte) (Format, bool) {
	has := func(prefix string) bool { return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix }
	switch {
	case len(b) > 8 && string(b[4:8]) == "\x00\x00\x00\x00" && (b[8] == '{' || b[8] == ' '):
		// A length below 4 GB and JSON. First, since the length can look like anything.
		return Safetensors, true
	case has("PK\x03\x04"), has("PK\x05\x06"):
		return Archive, true
	case has(npy.Magic):
		return Array, true
	case has("\x1f\x8b"): // gzip, as mnist.pkl.gz is
		return Pickle, true
	case len(b) > 1 && b[0] == 0x80 && b[1] <= 5: // from protocol 2 on
		return Pickle, true
	case len(b) > 2 && b[0] == 8 && b[1] > 0 && b[1] < 0x80 && bytes.IndexByte(onnxNext, b[2]) >= 0:
		// A protocol buffer whose first field is a number, the IR version: every writer of ONNX begins with it.
		return ONNX, true
	case has("(d"), has("(l"), has("(c"), has("(t"), has("}"), has("]"), has("c"): // dictionary, list, tuple, array of protocols 0 and 1
		return Pickle, true
	}
	for _, c := range b {
		switch c {
		case ' ', '\t', '\r', '\n':
			continue
		case '{':
			return Network2, true
		}
		break
	}
	return "", false
}

// Read returns all tensors of a file of any of the formats, whether or not they are a network, with their names.
func Read(path string) (Format, *safetensors.File, error) {
	format, err := Detect(path)
	if err != nil {
		return "", nil, err
	}
	var arrays []npy.Named
	switch format {
	case Safetensors:
		file, err := safetensors.ReadFile(path)
		return format, file, err
	case Network2:
		m, err := Open(path)
		if err != nil {
			return format, nil, err
		}
		return format, &safetensors.File{Tensors: m.Params}, nil
	case ONNX:
		f, err := onnx.ReadFile(path)
		if err != nil {
			return format, nil, err
		}
		file, err := tensorsOf(f)
		return format, file, located(path, err)
	case Archive:
		arrays, err = npy.ReadArchiveFile(path)
	case Array:
		var a *npy.Array
		if a, err = npy.ReadFile(path); err == nil {
			arrays = []npy.Named{{Name: "array", Array: a}}
		}
	case Pickle:
		var v any
		if v, err = pickle.ReadFile(path); err == nil {
			arrays = pickle.Arrays(v)
		}
	}
	if err != nil {
		return format, nil, err
	}
	file := &safetensors.File{}
	for _, a := range arrays {
		t, err := asTensor(a)
		if err != nil {
			return format, nil, located(path, err)
		}
		file.Tensors = append(file.Tensors, t)
	}
	return format, file, nil
}
