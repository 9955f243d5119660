package pytorch

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/format/pickle"
)

// maxRank is the most axes of a tensor.
const maxRank = 64

// reader collects what a pickle says about storages and tensors. Their elements are read when it has ended.
type reader struct {
	size     int64 // of the file
	budget   int64 // bytes of arrays that may still be made
	storages map[string]*storage
	order    []*storage
}

func newReader(size int64) *reader {
	// An honest file stands for each of its elements once, or twice where layers share weights or bfloat16 becomes
	// float32; only a bomb has views upon views of the same storage.
	return &reader{size: size, budget: 2*size + 1<<20, storages: map[string]*storage{}}
}

// storage is a row of elements in the file.
type storage struct {
	key     string
	kind    kind
	n       int64 // elements
	tensors []*tensor
}

// tensor is a view of a storage: element (i, j, ...) is that at offset + i*strides[0] + j*strides[1] + ...
type tensor struct {
	shape, strides []int
	offset         int
	array          *npy.Array // once the storage has been read
}

// persistent is ("storage", torch.FloatStorage, key, location, elements), in older files with a view of another storage behind,
// or ("module", class, file, source).
func (r *reader) persistent(id any) (any, error) {
	t, _ := id.(pickle.Tuple)
	what := ""
	if len(t) > 0 {
		what, _ = t[0].(string)
	}
	switch {
	case what == "module" && len(t) == 4:
		if class, ok := t[1].(pickle.Name); ok && Classes[string(class)] {
			return class, nil // its source code is in the file as well; nobody needs it
		}
	case what == "storage" && (len(t) == 5 || len(t) == 6):
		name, isName := t[1].(pickle.Name)
		key, isText := t[2].(string)
		_, located := t[3].(string)
		n, isNumber := t[4].(int64)
		kind, known := storages[string(name)]
		if !isName || !isText || !located || !isNumber || !known || n < 0 {
			break
		}
		if len(t) == 6 && t[5] != nil {
			return nil, fmt.Errorf("storage %.40q is a part of another one, as PyTorch before 0.4 wrote it; save it again with a newer PyTorch", key)
		}
		return r.storage(key, kind, n)
	}
	return nil, fmt.Errorf("a reference to something outside of the pickle that is no storage of numbers")
}

func (r *reader) storage(key string, k kind, n int64) (*storage, error) {
	if n > r.size/int64(k.size) {
		return nil, fmt.Errorf("storage %.40q of %d elements, %d bytes each, in a file of %d bytes; was it cut short?", key, n, k.size, r.size)
	}
	s := r.storages[key]
	if s == nil {
		s = &storage{key: key, kind: k, n: n}
		r.storages[key] = s
		r.order = append(r.order, s)
	}
	if s.kind != k || s.n != n {
		return nil, fmt.Errorf("storage %.40q is described in two ways", key)
	}
	return s, nil
}

// rebuild2 is _rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks), with metadata behind since 2.0.
func (r *reader) rebuild2(args pickle.Tuple) (any, error) {
	if len(args) < 6 || len(args) > 7 {
		return nil, fmt.Errorf("_rebuild_tensor_v2 of %d arguments; want 6", len(args))
	}
	if _, ok := args[4].(bool); !ok || !noHooks(args[5]) {
		return nil, fmt.Errorf("_rebuild_tensor_v2 with hooks; want none")
	}
	if len(args) == 7 && args[6] != nil && !noHooks(args[6]) {
		return nil, fmt.Errorf("_rebuild_tensor_v2 with metadata (such as a conjugate view); want a plain tensor")
	}
	return r.rebuild(args[:4])
}

// rebuild is _rebuild_tensor(storage, offset, shape, strides).
func (r *reader) rebuild(args pickle.Tuple) (any, error) {
	if len(args) != 4 {
		return nil, fmt.Errorf("_rebuild_tensor of %d arguments; want 4", len(args))
	}
	s, ok := args[0].(*storage)
	offset, isNumber := args[1].(int64)
	if !ok || !isNumber || offset < 0 || offset > s.n {
		return nil, fmt.Errorf("a tensor that begins outside of its storage")
	}
	shape, okShape := counts(args[2])
	strides, okStrides := counts(args[3])
	if !okShape || !okStrides || len(shape) != len(strides) || len(shape) > maxRank {
		return nil, fmt.Errorf("a tensor of shape %s with strides %s; want two tuples of at most %d counts each", brief(args[2]), brief(args[3]), maxRank)
	}
	elements, last := int64(1), offset // the last element's place
	for _, d := range shape {
		if d == 0 {
			elements = 0
		}
	}
	for i, d := range shape {
		switch {
		case elements == 0 || d == 1:
		case d > s.n/elements:
			return nil, fmt.Errorf("a tensor of shape %v over a storage of %d elements; want each element in one place at most", shape, s.n)
		case strides[i] > (s.n-1-last)/(d-1):
			return nil, fmt.Errorf("a tensor of shape %v with strides %v from element %d on, beyond the end of its storage of %d", shape, strides, offset, s.n)
		default:
			elements *= d
			last += strides[i] * (d - 1)
		}
	}
	if elements > 0 && last >= s.n {
		return nil, fmt.Errorf("a tensor that begins outside of its storage")
	}
	if r.budget -= elements * int64(s.kind.typ.Size()); r.budget < 0 {
		return nil, fmt.Errorf("the same storages are used again and again, beyond twice the size of the file; an honest file does not do that")
	}
	t := &tensor{offset: int(offset)}
	for i := range shape {
		t.shape, t.strides = append(t.shape, int(shape[i])), append(t.strides, int(strides[i]))
	}
	s.tensors = append(s.tensors, t)
	return t, nil
}

// counts returns a tuple of numbers that are not negative and fit in an int.
func counts(v any) ([]int64, bool) {
	t, ok := v.(pickle.Tuple)
	list := make([]int64, len(t))
	for i := range t {
		n, isNumber := t[i].(int64)
		if ok = ok && isNumber && n >= 0 && n <= math.MaxInt; !ok {
			return nil, false
		}
		list[i] = n
	}
	return list, ok
}

// fill gives the tensors of a storage their elements, of which raw is the bytes.
func (s *storage) fill(raw []byte) error {
	for _, t := range s.tensors {
		part := t.gather(raw, s.kind.size)
		shape := t.shape
		if shape == nil {
			shape = []int{}
		}
		if s.kind.wide {
			t.array = &npy.Array{Shape: shape, Data: widen(part)}
			continue
		}
		if s.kind.typ == npy.Uint8 {
			part = bytes.Clone(part) // npy keeps bytes, and with them it would keep the whole storage
		}
		a, err := npy.New(npy.DType{Type: s.kind.typ}, shape, false, part)
		if err != nil {
			return &FormatError{Reason: err.Error()}
		}
		t.array = a
	}
	return nil
}

// gather returns the bytes of the elements in C order, a part of raw where they lie there so.
func (t *tensor) gather(raw []byte, size int) []byte {
	n, contiguous := 1, true
	for i := len(t.shape) - 1; i >= 0; i-- {
		contiguous = contiguous && (t.shape[i] == 1 || t.strides[i] == n)
		n *= t.shape[i]
	}
	if contiguous || n == 0 {
		begin := min(t.offset*size, len(raw)-n*size)
		return raw[begin : begin+n*size : begin+n*size]
	}
	out := make([]byte, 0, n*size)
	index := make([]int, len(t.shape))
	for at := t.offset; ; {
		out = append(out, raw[at*size:(at+1)*size]...)
		axis := len(index) - 1
		for ; axis >= 0; axis-- {
			index[axis]++
			at += t.strides[axis]
			if index[axis] < t.shape[axis] {
				break
			}
			at -= t.strides[axis] * t.shape[axis]
			index[axis] = 0
		}
		if axis < 0 {
			return out
		}
	}
}

// widen turns bfloat16 into float32: the same bits with sixteen zeros behind.
func widen(raw []byte) []float32 {
	out := make([]float32, len(raw)/2)
	for i := range out {
		out[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(raw[2*i:])) << 16)
	}
	return out
}

// finished puts arrays in the places of tensors.
func (r *reader) finished(v any) (any, error) {
	v, err := finished(v)
	if err != nil {
		return nil, err
	}
	return v, nil
}

func finished(v any) (any, error) {
	switch x := v.(type) {
	case *tensor:
		return x.array, nil
	case *storage:
		return nil, &UnsupportedError{Reason: "it holds a storage by itself; want tensors"}
	case []any:
		return x, finishAll(x)
	case pickle.Tuple:
		return x, finishAll(x)
	case pickle.Dict:
		return x, finishDict(x)
	case *Module:
		return x, finishDict(x.Attributes)
	}
	return v, nil
}

func finishAll(list []any) (err error) {
	for i := range list {
		if list[i], err = finished(list[i]); err != nil {
			return err
		}
	}
	return nil
}

func finishDict(d pickle.Dict) (err error) {
	for i := range d {
		if d[i].Value, err = finished(d[i].Value); err != nil {
			return err
		}
	}
	return nil
}
