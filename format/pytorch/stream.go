package pytorch

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/gradus-nn/gradus/format/pickle"
)

// streamVersion is the only one of the older format.
const streamVersion = 1001

// readStream reads the older format.
func readStream(r io.ReaderAt, size int64) (any, error) {
	data := make([]byte, size)
	if _, err := io.ReadFull(io.NewSectionReader(r, 0, size), data); err != nil {
		return nil, fmt.Errorf("pytorch: %w", err)
	}
	reader := newReader(size)
	place := len(LegacyMagic)
	next := func(what string) (any, error) {
		v, n, err := pickle.ReadPrefix(data[place:], reader.dialect())
		place += n
		return v, ofPickle(err, what)
	}
	version, err := next("version")
	if err != nil {
		return nil, err
	}
	if version != any(int64(streamVersion)) {
		return nil, &UnsupportedError{Reason: fmt.Sprintf("version %s of the format; want %d", brief(version), streamVersion)}
	}
	machine, err := next("machine")
	if err != nil {
		return nil, err
	}
	facts, _ := machine.(pickle.Dict)
	if little, ok := facts.Get("little_endian"); !ok || little != any(true) {
		return nil, &UnsupportedError{Reason: "it does not say that its bytes are in little-endian order"}
	}
	v, err := next("values")
	if err != nil {
		return nil, err
	}
	keys, err := next("keys")
	if err != nil {
		return nil, err
	}
	if err := reader.stream(data[place:], keys); err != nil {
		return nil, err
	}
	return reader.finished(v)
}

// stream reads the storages, which follow one another in the order of the keys.
func (r *reader) stream(data []byte, keys any) error {
	list, ok := keys.([]any)
	if !ok || len(list) != len(r.order) {
		return &FormatError{Reason: fmt.Sprintf("the list of storages does not have the %d that the values refer to", len(r.order))}
	}
	for _, key := range list {
		name, _ := key.(string)
		s := r.storages[name]
		if s == nil {
			return &FormatError{Reason: fmt.Sprintf("the list of storages has %s, which occurs twice or to which no value refers", brief(key))}
		}
		delete(r.storages, name)
		if len(data) < 8 {
			return &FormatError{Reason: fmt.Sprintf("the file ends before storage %.40q; was it cut short?", name)}
		}
		n := binary.LittleEndian.Uint64(data)
		data = data[8:]
		if n != uint64(s.n) {
			return &FormatError{Reason: fmt.Sprintf("storage %.40q has %d elements; the values say %d", name, n, s.n)}
		}
		size := int(s.n) * s.kind.size
		if size > len(data) {
			return &FormatError{Reason: fmt.Sprintf("storage %.40q wants %d bytes, but %d are left; was the file cut short?", name, size, len(data))}
		}
		if err := s.fill(data[:size]); err != nil {
			return err
		}
		data = data[size:]
	}
	if len(data) > 0 {
		return &FormatError{Reason: fmt.Sprintf("%d bytes follow the last storage", len(data))}
	}
	return nil
}
