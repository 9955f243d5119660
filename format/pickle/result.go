package pickle

import (
	"fmt"
	"strings"

	"github.com/gradus-nn/gradus/internal/quote"
)

// maxDepth bounds the nesting of a result, and so catches a list within itself.
const maxDepth = 100

// result returns the value on the stack as a tree of exported types.
//
// In the machine, a value may stand in many places: forty tuples, each twice the one before, are a tree of 2^40 leaves.
// So every place is counted, as another step, and the bytes in it are charged again.
func (m *machine) result() (any, error) {
	m.start, m.name = len(m.data), "result"
	m.steps = 0
	m.allow()
	v, err := m.export(m.stack[0], 0)
	if err != nil {
		return nil, err
	}
	return v, nil
}

func (m *machine) export(v any, depth int) (any, error) {
	if m.steps++; m.steps > maxSteps {
		return nil, m.unsupported("more than %d values: the same ones stand in many places", maxSteps)
	}
	if depth > maxDepth {
		return nil, m.unsupported("values nested more than %d deep, or within themselves", maxDepth)
	}
	switch v := v.(type) {
	case string:
		return v, m.charge(len(v))
	case []byte:
		return v, m.charge(len(v))
	case str2:
		return latin1(v), m.charge(len(v))
	case global:
		if m.dialect.knows(v) {
			return Name(v.String()), nil
		}
		return nil, m.unsupported("the file holds %s itself, not an array", quote.Short(v.String()))
	case *dtype:
		return nil, m.unsupported("the file holds a dtype, not an array")
	case *array:
		if v.filled == nil {
			return nil, m.bad("an array without its content")
		}
		return v.filled, m.charge(v.filled.Len() * v.filled.Type().Size())
	case *foreign:
		return v.v, nil
	case *object:
		o := &Object{Class: v.class.String()}
		if v.state == nil {
			return o, nil
		}
		attributes, err := m.export(v.state, depth+1)
		if err == nil {
			o.Attributes = attributes.(Dict)
		}
		return o, err
	case Tuple:
		items, err := m.exportAll(v, depth)
		return Tuple(items), err
	case *list:
		return m.exportAll(v.items, depth)
	case *dict:
		items := make(Dict, len(v.items))
		for i, item := range v.items {
			value, err := m.export(item.Value, depth+1)
			if err != nil {
				return nil, err
			}
			items[i] = Item{item.Key, value}
		}
		return items, nil
	}
	return v, nil // nil, bool, int64, float64
}

func (m *machine) exportAll(values []any, depth int) ([]any, error) {
	items := make([]any, len(values))
	for i, v := range values {
		var err error
		if items[i], err = m.export(v, depth+1); err != nil {
			return nil, err
		}
	}
	return items, nil
}

// kind names the type of a value.
func kind(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return "a bool"
	case int64:
		return "an int"
	case float64:
		return "a float"
	case string:
		return "a text"
	case []byte:
		return "bytes"
	case str2:
		return "a str"
	case Tuple:
		return "a tuple"
	case *list:
		return "a list"
	case *dict:
		return "a dict"
	case *array:
		return "an array"
	case *dtype:
		return "a dtype"
	case global:
		return v.String()
	case *object:
		return "an object of " + v.class.String()
	case *foreign:
		return "an object"
	}
	return fmt.Sprintf("%T", v)
}

// describe shows a simple value, and the values of a short tuple.
func describe(v any) string {
	switch v := v.(type) {
	case bool, int64, float64:
		return fmt.Sprint(v)
	case string:
		return quote.Short(v)
	case str2:
		return quote.Short(string(v))
	case Tuple:
		const shown = 8
		var parts []string
		for _, item := range v[:min(shown, len(v))] {
			if _, nested := item.(Tuple); nested {
				parts = append(parts, kind(item))
			} else {
				parts = append(parts, describe(item))
			}
		}
		if len(v) > shown {
			parts = append(parts, "...")
		}
		return "(" + strings.Join(parts, ", ") + ")"
	}
	return kind(v)
}
