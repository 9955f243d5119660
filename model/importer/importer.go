// Package importer turns the files of other tools into models: what PyTorch and Keras write, the weights that come with
// Saito's book, those that a reader has saved with np.savez or pickle, and the networks that Nielsen's network2.py saves.
//
//	file                          arrays                     network
//	.gradus, and as JSON          as its description         as its description
//	.pt, .pth of torch.save       a module of torch.nn       its layers
//	                              a state_dict               dense layers; what is between them, Options say
//	.safetensors, .npz, pickle    fc1.weight, dense/kernel   the same: see FromNamed
//	                              W1, b1, W2, b2 ...         dense, sigmoid ... dense; softmax with cross-entropy
//	JSON of network2.py           weights, biases            dense, sigmoid ... dense; its cost
//	.onnx                         initializers               a chain of Gemm, MatMul, Add and activations; what gradus exports
//
// What a file is, is seen by its content and not by its name. Nothing in it is run, and every reader bounds its memory by
// the file: see the packages below format.
package importer

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/gradus-nn/gradus/format/network2"
	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/format/pickle"
	"github.com/gradus-nn/gradus/format/pytorch"
	"github.com/gradus-nn/gradus/format/safetensors"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/model/exporter"
	"github.com/gradus-nn/gradus/preprocess"
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
	PyTorch     Format = "pytorch"
	JSON        Format = "json"
)

// Options say what a file of mere arrays leaves open.
type Options struct {
	// Between are the activations between dense layers: one for all gaps, or one for each. It is for files that do not tell.
	Between []layer.Layer
	// Output is what stands at the end where the file does not tell: Softmax for scores of classes, Sigmoid for yes and no of
	// each output, Identity for numbers. If it is nil, several outputs are scores, one is a number, and a warning says so.
	Output layer.Layer
	// Classes are the names of the classes; numbers from 0 if nil.
	Classes []string
	// Scale is what is to be done to numbers before the network; nil means what the file says, and for 784 inputs a
	// division by 255.
	Scale func(inputs int) preprocess.Pipeline
}

// Open reads a model from a file of any of the formats.
func Open(path string) (*model.Model, error) { return OpenWith(path, Options{}) }

// OpenWith is Open with options.
func OpenWith(path string, o Options) (*model.Model, error) {
	format, err := Detect(path)
	if err != nil {
		return nil, err
	}
	build, err := reader(format, path, o)
	if err != nil {
		return nil, err // it names the file
	}
	m, err := build()
	if err == nil {
		err = o.complete(m)
	}
	if err != nil {
		return nil, located(path, err)
	}
	return m, nil
}

// reader reads a file. What it returns makes a model of the content.
func reader(format Format, path string, o Options) (build func() (*model.Model, error), err error) {
	switch format {
	case Safetensors:
		return readSafetensors(path, o)
	case Network2:
		n, err := network2.ReadFile(path)
		return o.told(func() (*model.Model, error) { return FromNetwork2(n) }), err
	case ONNX:
		f, err := onnx.ReadFile(path)
		if len(o.Between) > 0 {
			return o.told(nil), err
		}
		return func() (*model.Model, error) { return fromONNX(f, o) }, err
	case JSON:
		m, err := readJSON(path)
		return o.told(func() (*model.Model, error) { return m, nil }), located(path, err)
	case Archive:
		arrays, err := npy.ReadArchiveFile(path)
		return func() (*model.Model, error) { return FromNamed(arrays, true, o) }, err
	case Pickle:
		v, err := pickle.ReadFile(path)
		return func() (*model.Model, error) {
			arrays, err := dictionary(v)
			if err != nil {
				return nil, err
			}
			return FromNamed(arrays, true, o)
		}, err
	case PyTorch:
		v, err := pytorch.ReadFile(path)
		return func() (*model.Model, error) { return FromPyTorch(v, o) }, err
	}
	return func() (*model.Model, error) {
		return nil, fmt.Errorf("one array is no network; want W1, b1, W2, b2 ... in one file: np.savez(%q, W1=W1, b1=b1, ...)", "net.npz")
	}, nil
}

// readSafetensors reads a .gradus file, or a file of named tensors of another tool.
func readSafetensors(path string, o Options) (func() (*model.Model, error), error) {
	m, err := model.Load(path)
	if err == nil {
		return o.told(func() (*model.Model, error) { return m, nil }), nil
	}
	if !errors.Is(err, model.ErrPlain) {
		return nil, err
	}
	file, again := safetensors.ReadFile(path)
	if again != nil || len(file.Tensors) == 0 {
		return nil, err
	}
	return func() (*model.Model, error) {
		arrays, err := ofSafetensors(file)
		if err != nil {
			return nil, err
		}
		return FromNamed(arrays, false, o)
	}, nil
}

// readJSON reads what gradus export --to json has written.
func readJSON(path string) (*model.Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return exporter.ReadJSON(bufio.NewReaderSize(f, 64<<10), info.Size())
}

// told is the way to make a model of a file that says what its layers and outputs are: nobody else may.
func (o Options) told(build func() (*model.Model, error)) func() (*model.Model, error) {
	if len(o.Between) == 0 && o.Output == nil {
		return build
	}
	return func() (*model.Model, error) {
		return nil, errors.New("the file says itself what stands between and behind its layers; leave the activations out")
	}
}

// complete puts what the caller knows into a model.
func (o Options) complete(m *model.Model) error {
	if o.Classes != nil {
		m.Classes = o.Classes
	}
	if o.Scale != nil {
		m.Preprocess = o.Scale(m.Spec.Input.Size())
	}
	return m.Check()
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
	format, ok := formatOf(start[:n])
	switch {
	case format == Archive && pytorch.IsArchive(f, info.Size()):
		return PyTorch, nil
	case ok:
		return format, nil
	case strings.HasPrefix(string(start[:n]), "\x89HDF\r\n\x1a\n"):
		return "", fmt.Errorf("importer: %s is an HDF5 file, as Keras writes, which is not read; in Python, np.savez(%q, *net.get_weights()) writes one that is", path, "net.npz")
	}
	return "", fmt.Errorf("importer: %s is no model: it begins with %q; want a .gradus, safetensors or ONNX file, "+
		"what torch.save writes, an .npz archive, a pickle of NumPy arrays or the JSON of network2.py", path, start[:n])
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
	case has(pytorch.LegacyMagic):
		return PyTorch, true
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
	if text := strings.Join(strings.Fields(string(b)), ""); strings.HasPrefix(text, `{"metadata"`) {
		return JSON, true
	} else if strings.HasPrefix(text, "{") {
		return Network2, true
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
	case Network2, JSON:
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
	case PyTorch:
		var v any
		if v, err = pytorch.ReadFile(path); err == nil {
			arrays = pytorch.Tensors(v)
		}
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
