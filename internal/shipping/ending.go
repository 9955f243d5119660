package shipping

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/internal/exit"
)

// endings are the formats that the ending of a file's name means.
var endings = map[string]string{
	".onnx": "onnx", ".safetensors": "safetensors", ".gradus": "safetensors", ".json": "json", ".csv": "csv", ".npz": "npz",
	".pkl": "pickle", ".pickle": "pickle", ".exe": "binary",
}

// foreign are endings that other tools take for formats which are not written here.
var foreign = []string{".pt", ".pth", ".ckpt", ".h5", ".hdf5", ".keras", ".pb", ".tflite", ".gguf", ".joblib", ".npy", ".mat"}

// FormatOf returns the format of a file: the one that is asked for, or that its ending means, or onnx. An ending that means another one is
// an error, since whoever opens the file would go by it.
func FormatOf(path, asked string) (string, error) {
	ending := strings.ToLower(filepath.Ext(path))
	meant := endings[ending]
	switch {
	case asked == "" && slices.Contains(foreign, ending):
		return "", exit.Usagef("gradus export: -o is %s, but no %s is written; want --to one of %s", path, ending, strings.Join(Formats(), ", "))
	case asked == "" && meant == "":
		return "onnx", nil
	case asked == "":
		return meant, nil
	case !slices.Contains(Formats(), asked):
		return "", exit.Usagef("gradus export: --to is %q; want one of %s", asked, strings.Join(Formats(), ", "))
	case meant != "" && meant != asked && formats[asked].extension != ending && !formats[asked].folder:
		return "", exit.Usagef("gradus export: -o is %s, whose ending means %s, and --to is %s; want them to agree", path, meant, asked)
	}
	return asked, nil
}
