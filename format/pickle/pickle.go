// Package pickle reads arrays of NumPy from pickles of Python, and writes them, without running anything.
//
// A pickle is a program for a small machine with a stack and a memo, and the general machine can call any function of
// any module: to load a pickle with Python's own loader is to run what its author wrote. The machine here has no way to
// call anything. It knows the instructions of protocols 0 to 5 that build plain values (numbers, texts, bytes, tuples,
// lists, dictionaries) and a list of eight names, with code of ours behind each that checks its arguments:
//
//	numpy.ndarray   numpy.dtype   _codecs.encode   __builtin__.bytes, builtins.bytes
//	numpy.core.multiarray._reconstruct and .scalar   numpy.core.numeric._frombuffer   (numpy._core as well)
//	collections.OrderedDict
//
// Every other name is refused, and the error says which it was; a [Dialect] adds the names of another program. Time and memory are bounded by the size of the file, also
// where values stand in many places or within themselves.
//
// Such files are Saito's sample_weight.pkl and mnist.pkl, and Nielsen's mnist.pkl.gz.
//
// Source: https://docs.python.org/3/library/pickle.html and Lib/pickletools.py of Python.
package pickle

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/gradus-nn/gradus/format/npy"
)

// What Read returns is built of nil, bool, int64, float64, string, []byte, *npy.Array, []any for a list, and these two.
type (
	// A Tuple is a sequence that Python cannot change.
	Tuple []any
	// A Dict is a dictionary in the order of the file. Keys are bool, int64, float64 or string, each once.
	Dict []Item
)

// An Item is an entry of a Dict.
type Item struct{ Key, Value any }

// Get returns the value of a key.
func (d Dict) Get(key any) (value any, ok bool) {
	for _, item := range d {
		if item.Key == key {
			return item.Value, true
		}
	}
	return nil, false
}

// ReadFile reads the pickle in a file, gzip or raw.
func ReadFile(name string) (any, error) {
	info, err := os.Stat(name) // before Open, which would wait for the other end of a pipe
	if err != nil {
		return nil, fmt.Errorf("pickle: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("pickle: %s is not a regular file", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("pickle: %w", err)
	}
	defer f.Close()
	v, err := read(f, info.Size())
	return v, named(err, name)
}

// Read reads one pickle, gzip or raw, and the stream to its end: bytes after the pickle are an error. A str of Python 2
// comes as the string of its bytes in Latin-1, which is what the books' encoding="latin1" asks for.
func Read(r io.Reader) (any, error) { return read(r, 0) }

func read(r io.Reader, size int64) (any, error) {
	data, err := content(bufio.NewReaderSize(r, 64<<10), size)
	if err != nil {
		return nil, err
	}
	m := &machine{data: data, memo: map[uint64]any{}}
	m.allow()
	if err := m.run(); err != nil {
		return nil, err
	}
	return m.result()
}

// Arrays lists the arrays within a value that Read returned, with the keys and positions that lead to each as its name:
// "W1" of a dictionary, "0.1" of a tuple of tuples. Other values are passed over.
func Arrays(v any) []npy.Named {
	var list []npy.Named
	var walk func(v any, path string)
	walk = func(v any, path string) {
		below := func(key string, v any) {
			if path != "" {
				key = path + "." + key
			}
			walk(v, key)
		}
		switch v := v.(type) {
		case *npy.Array:
			list = append(list, npy.Named{Name: path, Array: v})
		case []any:
			for i := range v {
				below(strconv.Itoa(i), v[i])
			}
		case Tuple:
			for i := range v {
				below(strconv.Itoa(i), v[i])
			}
		case Dict:
			for _, item := range v {
				below(fmt.Sprint(item.Key), item.Value)
			}
		}
	}
	walk(v, "")
	return list
}
