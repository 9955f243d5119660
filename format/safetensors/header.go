package safetensors

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/gradus-nn/gradus/internal/quote"
)

// header is what a header says, examined.
type header struct {
	text     string
	metadata map[string]string
	tensors  []Tensor // by their place in the data; Data is nil
	spans    []span   // of each tensor
	sumAt    int      // where in text the value of sumKey begins; -1 where there is none
}

// span is where a tensor lies in the data.
type span struct {
	begin, end int64
	order      int // in the header
}

// header sorts its tensors by their place; those without bytes keep the order of the header.
func (h *header) Len() int { return len(h.tensors) }
func (h *header) Less(i, j int) bool {
	a, b := h.spans[i], h.spans[j]
	return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end), cmp.Compare(a.order, b.order)) < 0
}
func (h *header) Swap(i, j int) {
	h.tensors[i], h.tensors[j] = h.tensors[j], h.tensors[i]
	h.spans[i], h.spans[j] = h.spans[j], h.spans[i]
}

// parseHeader reads a header of a file with dataLen bytes of data. What it allocates is a part of the text,
// or in proportion to it.
func parseHeader(text string, dataLen int64) (*header, error) {
	s := &scanner{text: text}
	if i := invalidUTF8(text); i >= 0 {
		return nil, s.fail(i, "the byte 0x%02x is not UTF-8", text[i])
	}
	// A tensor has a brace, and takes 50 bytes at least: so the slices below are made once, and never much
	// too large.
	most := min(strings.Count(text, "{"), len(text)/50)
	h := &header{text: text, sumAt: -1, tensors: make([]Tensor, 0, most), spans: make([]span, 0, most)}
	var shapes arena
	err := s.object("the whole", func(key string, at int) error {
		if key == metadataName {
			if h.metadata != nil {
				return s.fail(at, "the key %s occurs twice", quote.Short(key))
			}
			return h.parseMetadata(s)
		}
		t, sp, err := s.tensor(key, at, dataLen, &shapes)
		if err != nil {
			return err
		}
		sp.order = len(h.tensors)
		h.tensors, h.spans = append(h.tensors, t), append(h.spans, sp)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if s.space(); s.at != len(text) {
		return nil, s.fail(s.at, "want nothing but spaces after the closing brace, have %s", s.found())
	}
	if err := h.checkNames(); err != nil {
		return nil, err
	}
	if err := h.checkTiling(dataLen); err != nil {
		return nil, err
	}
	return h, nil
}

// invalidUTF8 returns the place of the first byte that is no UTF-8, and -1 where all is.
func invalidUTF8(s string) int {
	if utf8.ValidString(s) {
		return -1
	}
	for i, r := range s {
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			return i
		}
	}
	return -1
}

// parseMetadata reads the object of texts.
func (h *header) parseMetadata(s *scanner) error {
	h.metadata = map[string]string{}
	return s.object(metadataName, func(key string, at int) error {
		if _, twice := h.metadata[key]; twice {
			return s.fail(at, "%s: the key %s occurs twice", metadataName, quote.Short(key))
		}
		if len(h.metadata) == maxMetadata {
			return &UnsupportedError{Offset: int64(prefixLen + at),
				Reason: fmt.Sprintf("header: %s has more than %d entries", metadataName, maxMetadata)}
		}
		value, err := s.str(metadataName + ": a value")
		if broken, ok := err.(*FormatError); ok {
			broken.Reason += "; its key is " + quote.Short(key)
		}
		if err != nil {
			return err
		}
		if key == sumKey {
			h.sumAt = s.at - 1 - len(value)
		}
		h.metadata[key] = value
		return nil
	})
}

// tensor reads the description of a tensor and checks it by itself.
func (s *scanner) tensor(name string, nameAt int, dataLen int64, shapes *arena) (t Tensor, sp span, err error) {
	t.Name = name
	var has struct{ dtype, shape, offsets bool }
	once := func(seen *bool, key string, at int) error {
		if *seen {
			return s.fail(at, "the key %s occurs twice", quote.Short(key))
		}
		*seen = true
		return nil
	}
	err = s.object("its description", func(key string, at int) error {
		switch key {
		case "dtype":
			if err := once(&has.dtype, key, at); err != nil {
				return err
			}
			t.DType, err = s.dtype()
			return err
		case "shape":
			if err := once(&has.shape, key, at); err != nil {
				return err
			}
			t.Shape, err = s.shape(shapes)
			return err
		case "data_offsets":
			if err := once(&has.offsets, key, at); err != nil {
				return err
			}
			sp, err = s.offsets(dataLen)
			return err
		}
		return s.fail(at, "unknown key %s, want dtype, shape and data_offsets", quote.Short(key))
	})
	if err != nil {
		return t, sp, ofTensor(err, name)
	}
	for _, field := range []struct {
		has bool
		key string
	}{{has.dtype, "dtype"}, {has.shape, "shape"}, {has.offsets, "data_offsets"}} {
		if !field.has {
			return t, sp, ofTensor(s.fail(nameAt, "%s is missing", field.key), name)
		}
	}
	want, err := byteLen(t.DType, t.Shape)
	if err != nil {
		return t, sp, ofTensor(s.fail(nameAt, "%v", err), name)
	}
	if have := sp.end - sp.begin; have != want {
		return t, sp, ofTensor(s.fail(nameAt, "%s %v takes %d bytes, but data_offsets [%d, %d] holds %d",
			t.DType, t.Shape, want, sp.begin, sp.end, have), name)
	}
	return t, sp, nil
}

// ofTensor puts a tensor's name into an error.
func ofTensor(err error, name string) error {
	switch e := err.(type) {
	case *FormatError:
		e.Tensor = name
	case *UnsupportedError:
		e.Tensor = name
	}
	return err
}

// dtypes gives the constant for a name, so that a tensor does not hold on to the header's text.
var dtypes = func() map[string]DType {
	m := map[string]DType{}
	for d := range sizes {
		m[string(d)] = d
	}
	return m
}()

func (s *scanner) dtype() (DType, error) {
	s.space()
	at := s.at
	name, err := s.str("dtype")
	if err != nil {
		return "", err
	}
	dtype, ok := dtypes[name]
	switch {
	case !ok:
		return "", s.fail(at, "unknown dtype %s, want %s", quote.Short(name), anyDType)
	case dtype.Size() == 0:
		return "", &UnsupportedError{Offset: int64(prefixLen + at),
			Reason: "dtype " + name + ", whose elements share bytes; convert it to a type of whole bytes first"}
	}
	return dtype, nil
}

func (s *scanner) shape(shapes *arena) ([]int, error) {
	s.space()
	at := s.at
	var sizes [maxRank]int
	rank := 0
	err := s.list("shape", '[', ']', func() error {
		d, err := s.whole("shape", maxInt)
		if err != nil {
			return err
		}
		if rank == maxRank {
			return &UnsupportedError{Offset: int64(prefixLen + at), Reason: fmt.Sprintf("shape: more than %d axes", maxRank)}
		}
		sizes[rank] = int(d)
		rank++
		return nil
	})
	return shapes.copy(sizes[:rank]), err
}

func (s *scanner) offsets(dataLen int64) (sp span, err error) {
	s.space()
	at := s.at
	n := 0
	err = s.list("data_offsets", '[', ']', func() error {
		v, err := s.whole("data_offsets", 1<<63-1)
		switch n {
		case 0:
			sp.begin = v
		case 1:
			sp.end = v
		}
		n++
		return err
	})
	switch {
	case err != nil:
		return sp, err
	case n != 2:
		return sp, s.fail(at, "data_offsets: want a begin and an end, have %d numbers", n)
	case sp.begin > sp.end:
		return sp, s.fail(at, "data_offsets [%d, %d]: the end comes before the begin", sp.begin, sp.end)
	case sp.end > dataLen:
		return sp, s.fail(at, "data_offsets [%d, %d] lies past the end of the data, which has %d bytes; "+
			"the file may be cut short: copy it again", sp.begin, sp.end, dataLen)
	}
	return sp, nil
}

// checkNames refuses two tensors of one name. Sorting takes four bytes a tensor, where a set would take fifty.
func (h *header) checkNames() error {
	order := make([]int32, len(h.tensors))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return strings.Compare(h.tensors[a].Name, h.tensors[b].Name) })
	for i := 1; i < len(order); i++ {
		if name := h.tensors[order[i]].Name; name == h.tensors[order[i-1]].Name {
			return &FormatError{Tensor: name, Offset: prefixLen, Reason: "header: the name occurs twice"}
		}
	}
	return nil
}

// checkTiling sorts the tensors by their place and refuses holes, overlaps and a rest. Two readers could
// otherwise see different things in one file.
func (h *header) checkTiling(dataLen int64) error {
	if !sort.IsSorted(h) {
		sort.Sort(h)
	}
	at := int64(0)
	for i, sp := range h.spans {
		if sp.begin != at {
			what := "leaves a hole after"
			if sp.begin < at {
				what = "overlaps"
			}
			before := "the begin of the data"
			if i > 0 {
				before = fmt.Sprintf("tensor %s [%d, %d]", quote.Short(h.tensors[i-1].Name), h.spans[i-1].begin, h.spans[i-1].end)
			}
			return &FormatError{Tensor: h.tensors[i].Name, Offset: int64(prefixLen+len(h.text)) + at,
				Reason: fmt.Sprintf("data_offsets [%d, %d] %s %s; want it to begin at %d", sp.begin, sp.end, what, before, at)}
		}
		at = sp.end
	}
	if at != dataLen {
		return &FormatError{Offset: int64(prefixLen+len(h.text)) + at,
			Reason: fmt.Sprintf("%d bytes follow that belong to no tensor", dataLen-at)}
	}
	return nil
}

// arena hands out small slices of integers from large blocks.
type arena struct{ free []int }

func (a *arena) copy(s []int) []int {
	if len(s) == 0 {
		return nil
	}
	if len(a.free) < len(s) {
		a.free = make([]int, 256)
	}
	c := a.free[:len(s):len(s)]
	a.free = a.free[len(s):]
	copy(c, s)
	return c
}
