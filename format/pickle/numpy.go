package pickle

import (
	"errors"
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/internal/quote"
)

// allowed are the names that a pickle may say. A nil function is a class that is only ever an argument.
var allowed = map[global]func(m *machine, args Tuple) (any, error){
	{"numpy", "ndarray"}:                       nil,
	{"numpy", "dtype"}:                         newDType,
	{"numpy.core.multiarray", "_reconstruct"}:  reconstruct,
	{"numpy._core.multiarray", "_reconstruct"}: reconstruct, // NumPy 2
	{"numpy.core.multiarray", "scalar"}:        scalar,
	{"numpy._core.multiarray", "scalar"}:       scalar,
	{"numpy.core.numeric", "_frombuffer"}:      fromBuffer, // protocol 5
	{"numpy._core.numeric", "_frombuffer"}:     fromBuffer,
	{"collections", "OrderedDict"}:             orderedDict,
	{"_codecs", "encode"}:                      encode, // how Python 3 writes bytes in protocols 0 to 2
	{"__builtin__", "bytes"}:                   noBytes,
	{"builtins", "bytes"}:                      noBytes,
}

// array is a numpy.ndarray: empty at first, and filled by BUILD.
type array struct{ filled *npy.Array }

// dtype is a numpy.dtype. BUILD tells its byte order.
type dtype struct {
	code  string
	typ   npy.Type
	order byte // 0 before BUILD
}

func (m *machine) globalLines() error {
	module, err := m.line()
	if err != nil {
		return err
	}
	name, err := m.line()
	if err != nil {
		return err
	}
	return m.pushGlobal(module, name)
}

func (m *machine) stackGlobal() error {
	parts, err := m.pop(2)
	if err != nil {
		return err
	}
	module, ok := text(parts[0])
	name, ok2 := text(parts[1])
	if !ok || !ok2 {
		return m.bad("want a module and a name as texts, have %s and %s", kind(parts[0]), kind(parts[1]))
	}
	return m.pushGlobal(module, name)
}

func (m *machine) pushGlobal(module, name string) error {
	g := global{module, name}
	if _, ok := allowed[g]; !ok && !m.dialect.knows(g) {
		return m.forbidden(g)
	}
	return m.push(g)
}

func (m *machine) forbidden(g global) error {
	if m.dialect != nil {
		return m.unsupported("the file asks for %s, and nothing in a pickle is ever run; %s", quote.Short(g.String()), m.dialect.Want)
	}
	return m.unsupported("the file asks for %s; only NumPy arrays in dicts, tuples and lists are read, and nothing in a pickle is ever run", quote.Short(g.String()))
}

// inst is the instruction of protocol 0 that names a class and calls it.
func (m *machine) inst() error {
	module, err := m.line()
	if err != nil {
		return err
	}
	name, err := m.line()
	if err != nil {
		return err
	}
	return m.forbidden(global{module, name})
}

// reduce applies one of the allowed names to its arguments.
func (m *machine) reduce() error {
	v, err := m.pop(2)
	if err != nil {
		return err
	}
	g, ok := v[0].(global)
	args, isTuple := v[1].(Tuple)
	if ok && isTuple && m.dialect != nil {
		if do := m.dialect.Functions[g.String()]; do != nil {
			return m.call(do, args)
		}
	}
	if !ok || !isTuple || allowed[g] == nil {
		return m.bad("want one of the known functions and a tuple, have %s and %s", kind(v[0]), kind(v[1]))
	}
	made, err := allowed[g](m, args)
	if err != nil {
		return err
	}
	return m.push(made)
}

// build gives an array its content, or a dtype its byte order.
func (m *machine) build() error {
	state, err := m.pop(1)
	if err != nil {
		return err
	}
	v, err := m.top()
	if err != nil {
		return err
	}
	if attributes, ok := state[0].(*dict); ok {
		switch v := v.(type) {
		case *object:
			if v.state != nil {
				return m.bad("the object of %s has its attributes already", v.class)
			}
			v.state = attributes
			return nil
		case *dict:
			if v.ordered { // such as the _metadata of PyTorch
				return nil
			}
		}
	}
	s, ok := state[0].(Tuple)
	if !ok {
		return m.bad("want a tuple as the state of %s, have %s", kind(v), kind(state[0]))
	}
	switch v := v.(type) {
	case *array:
		return m.fill(v, s)
	case *dtype:
		return m.setOrder(v, s)
	}
	return m.unsupported("it gives a state to %s; only arrays have one here", kind(v))
}

// reconstruct is numpy.core.multiarray._reconstruct(ndarray, (0,), b"b"): an array to be filled.
func reconstruct(m *machine, args Tuple) (any, error) {
	if len(args) != 3 || args[0] != any(global{"numpy", "ndarray"}) {
		return nil, m.unsupported("_reconstruct%s; want it of numpy.ndarray", describe(args))
	}
	return &array{}, nil
}

// newDType is numpy.dtype("f4", False, True).
func newDType(m *machine, args Tuple) (any, error) {
	if len(args) < 1 || len(args) > 3 {
		return nil, m.bad("dtype%s; want a code such as 'f4'", describe(args))
	}
	code, ok := text(args[0])
	if !ok {
		return nil, m.bad("dtype%s; want a code such as 'f4'", describe(args))
	}
	t, err := npy.ParseType(code)
	if err != nil {
		return nil, m.because(err)
	}
	return &dtype{code: code, typ: t}, nil
}

// setOrder takes the state (3, "<", None, None, None, -1, -1, 0): version, byte order, and what records and strings have.
func (m *machine) setOrder(d *dtype, s Tuple) error {
	const versions = "want 3 or 4"
	if len(s) < 5 || s[0] != any(int64(3)) && s[0] != any(int64(4)) {
		return m.bad("dtype %s: a state of %s; %s", d.code, describe(s), versions)
	}
	if s[2] != nil || s[3] != nil || s[4] != nil {
		return m.unsupported("dtype %s: it has parts (%s); want plain numbers", d.code, describe(s))
	}
	order, ok := text(s[1])
	if !ok || len(order) != 1 || order != "<" && order != ">" && (order != "|" || d.typ.Size() != 1) {
		return m.bad("dtype %s: byte order %s; want '<' or '>'", d.code, describe(s[1]))
	}
	d.order = order[0]
	return nil
}

// fill takes the state (1, shape, dtype, fortran, bytes).
func (m *machine) fill(a *array, s Tuple) error {
	if a.filled != nil {
		return m.bad("the array has its content already")
	}
	if len(s) != 5 || s[0] != any(int64(1)) {
		return m.bad("array: a state of %s; want version 1, shape, dtype, order and bytes", describe(s))
	}
	var fortran bool
	switch f := s[3].(type) {
	case bool:
		fortran = f
	case int64:
		fortran = f != 0
	default:
		return m.bad("array: the order is %s; want True for Fortran or False for C", kind(s[3]))
	}
	var err error
	a.filled, err = m.decode(s[1], s[2], fortran, s[4])
	return err
}

// fromBuffer is numpy.core.numeric._frombuffer(bytes, dtype, shape, "C" or "F").
func fromBuffer(m *machine, args Tuple) (any, error) {
	if len(args) != 4 {
		return nil, m.bad("_frombuffer%s; want bytes, dtype, shape and order", describe(args))
	}
	order, ok := text(args[3])
	if !ok || order != "C" && order != "F" {
		return nil, m.bad("array: order %s; want 'C' or 'F'", describe(args[3]))
	}
	a, err := m.decode(args[2], args[1], order == "F", args[0])
	return &array{a}, err
}

// scalar is numpy.core.multiarray.scalar(dtype, bytes): an array without axes.
func scalar(m *machine, args Tuple) (any, error) {
	if len(args) != 2 {
		return nil, m.bad("scalar%s; want dtype and bytes", describe(args))
	}
	a, err := m.decode(Tuple{}, args[0], false, args[1])
	return &array{a}, err
}

// decode makes an array of what a constructor was given, all of which is checked.
func (m *machine) decode(shape, dt any, fortran bool, content any) (*npy.Array, error) {
	axes, ok := shape.(Tuple)
	if !ok {
		return nil, m.bad("array: the shape is %s; want a tuple", kind(shape))
	}
	dims := make([]int, len(axes))
	for i, v := range axes {
		n, ok := v.(int64)
		if !ok || n < 0 || n > math.MaxInt {
			return nil, m.bad("array: the shape is %s; want counts", describe(axes))
		}
		dims[i] = int(n)
	}
	d, ok := dt.(*dtype)
	if !ok {
		return nil, m.bad("array: the dtype is %s", kind(dt))
	}
	if d.order == 0 && d.typ.Size() > 1 {
		return nil, m.bad("array: its dtype %s has no byte order", d.code)
	}
	b, ok := raw(content)
	if !ok {
		return nil, m.bad("array: the content is %s; want bytes", kind(content))
	}
	if err := m.charge(len(b)); err != nil {
		return nil, err
	}
	a, err := npy.New(npy.DType{Type: d.typ, BigEndian: d.order == '>'}, dims, fortran, b)
	if err != nil {
		return nil, m.because(err)
	}
	return a, nil
}

// encode is _codecs.encode(text, "latin1"): the bytes whose numbers are those of the characters.
func encode(m *machine, args Tuple) (any, error) {
	if len(args) != 2 {
		return nil, m.bad("encode%s; want a text and 'latin1'", describe(args))
	}
	s, ok := args[0].(string)
	codec, ok2 := text(args[1])
	if !ok || !ok2 || codec != "latin1" && codec != "latin-1" {
		return nil, m.unsupported("encode%s; want a text and 'latin1'", describe(args))
	}
	if err := m.charge(len(s)); err != nil {
		return nil, err
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xff {
			return nil, m.bad("encode: the character %q is not one of Latin-1", r)
		}
		b = append(b, byte(r))
	}
	return b, nil
}

// noBytes is bytes(): how Python 3 writes b"" in protocols 0 to 2.
func noBytes(m *machine, args Tuple) (any, error) {
	if len(args) != 0 {
		return nil, m.unsupported("bytes%s; want no arguments", describe(args))
	}
	return []byte{}, nil
}

// because turns an error of package npy into one about the present instruction.
func (m *machine) because(err error) error {
	var broken *npy.FormatError
	if errors.As(err, &broken) {
		return m.bad("array: %s", broken.Reason)
	}
	var unsupported *npy.UnsupportedError
	if errors.As(err, &unsupported) {
		return m.unsupported("array: %s", unsupported.Reason)
	}
	return fmt.Errorf("pickle: %w", err)
}
