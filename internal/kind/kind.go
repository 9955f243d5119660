// Package kind stores values of interface types as text: the concrete type by its Kind, the fields by name.
//
//	layer.Dense{Units: 30, Init: initializer.Xavier{}}   ⇄   {"kind":"dense","units":30,"init":{"kind":"xavier"}}
//
// Fields that hold their zero value are left out. Interface-typed fields and slices of them are stored alike; an interface
// that holds nothing is null, but not in a list.
package kind

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// Kinder is what every stored type tells about itself.
type Kinder interface{ Kind() string }

var tables = map[reflect.Type]map[string]reflect.Type{}

// Register makes the types of values, which must be structs, known as implementations of the interface I. Call it from a
// package variable.
func Register[I Kinder](values ...I) []I {
	table := map[string]reflect.Type{}
	for _, v := range values {
		if reflect.TypeOf(v).Kind() != reflect.Struct {
			panic("kind: " + v.Kind() + " is not a struct")
		}
		if _, twice := table[v.Kind()]; twice {
			panic("kind: " + v.Kind() + " registered twice")
		}
		table[v.Kind()] = reflect.TypeOf(v)
	}
	tables[reflect.TypeFor[I]()] = table
	return values
}

// Names lists the kinds that I knows, in alphabetical order.
func Names[I Kinder]() []string { return slices.Sorted(maps.Keys(tables[reflect.TypeFor[I]()])) }

// Zero returns the zero value of the named kind.
func Zero[I Kinder](name string) (I, bool) {
	t, ok := tables[reflect.TypeFor[I]()][name]
	if !ok {
		var none I
		return none, false
	}
	return reflect.Zero(t).Interface().(I), true
}

// depth bounds nesting, so that a hostile file cannot exhaust the stack. What Encode writes, Decode reads.
const depth = 64

var errDepth = fmt.Errorf("nested deeper than %d", depth)

// Encode returns v as JSON. Numbers that JSON does not know, NaN and infinities, are an error.
func Encode[I Kinder](v I) ([]byte, error) {
	var b bytes.Buffer
	if err := encode(&b, reflect.ValueOf(&v).Elem(), 0); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func encode(b *bytes.Buffer, v reflect.Value, level int) error {
	if level > depth {
		return errDepth
	}
	switch {
	case isKind(v.Type()):
		return encodeKind(b, v, level)
	case holdsKinds(v.Type()):
		b.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte(',')
			}
			e := v.Index(i)
			if isKind(e.Type()) && e.IsNil() {
				return fmt.Errorf("%d: want a value with a kind, have none", i)
			}
			if err := encode(b, e, level+1); err != nil {
				return fmt.Errorf("%d: %w", i, err)
			}
		}
		b.WriteByte(']')
		return nil
	}
	data, err := json.Marshal(v.Interface())
	if err != nil {
		return err
	}
	b.Write(data)
	return nil
}

func encodeKind(b *bytes.Buffer, v reflect.Value, level int) error {
	if v.IsNil() {
		b.WriteString("null")
		return nil
	}
	name := v.Interface().(Kinder).Kind()
	if tables[v.Type()][name] != v.Elem().Type() {
		return fmt.Errorf("%s: %v is not a registered %v", name, v.Elem().Type(), v.Type())
	}
	fmt.Fprintf(b, `{"kind":%q`, name)
	s := v.Elem()
	for i := range s.NumField() {
		f := s.Type().Field(i)
		if !f.IsExported() || s.Field(i).IsZero() {
			continue
		}
		fmt.Fprintf(b, ",%q:", key(f.Name))
		if err := encode(b, s.Field(i), level+1); err != nil {
			return fmt.Errorf("%s: %s: %w", name, key(f.Name), err)
		}
	}
	b.WriteByte('}')
	return nil
}

// isKind reports whether t is an interface whose values are stored by their kind.
func isKind(t reflect.Type) bool { return t.Kind() == reflect.Interface && tables[t] != nil }

// holdsKinds reports whether t is a slice, or a slice of slices, of these.
func holdsKinds(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && (isKind(t.Elem()) || holdsKinds(t.Elem()))
}

// key turns a Go field name into its stored form: FanIn is fan_in, L2 is l2.
func key(field string) string {
	var b strings.Builder
	for i, r := range field {
		if i > 0 && unicode.IsUpper(r) && !unicode.IsUpper(rune(field[i-1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// Decode reads what Encode wrote. An unknown kind or field, or a value of the wrong type, is an error that names it.
func Decode[I Kinder](data []byte) (I, error) {
	var v, none I
	if err := decode(data, reflect.ValueOf(&v).Elem(), 0); err != nil {
		return none, err
	}
	return v, nil
}

func decode(data []byte, v reflect.Value, level int) error {
	if level > depth {
		return errDepth
	}
	switch {
	case isKind(v.Type()):
		return decodeKind(data, v, level)
	case holdsKinds(v.Type()):
		var raw []json.RawMessage
		if err := json.Unmarshal(data, &raw); err != nil {
			return wantHave("a list", data)
		}
		v.Set(reflect.MakeSlice(v.Type(), len(raw), len(raw)))
		for i, r := range raw {
			if isNull(r) {
				return fmt.Errorf("%d: %w", i, wantHave("a value", r))
			}
			if err := decode(r, v.Index(i), level+1); err != nil {
				return fmt.Errorf("%d: %w", i, err)
			}
		}
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v.Addr().Interface()); err != nil || isNull(data) {
		return wantHave(v.Type().String(), data)
	}
	return nil
}

func decodeKind(data []byte, v reflect.Value, level int) error {
	if isNull(data) {
		return nil
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return wantHave("an object with a kind", data)
	}
	var name string
	if err := json.Unmarshal(raw["kind"], &name); err != nil {
		return wantHave("an object with a kind", data)
	}
	table := tables[v.Type()]
	t, ok := table[name]
	if !ok {
		return fmt.Errorf("unknown kind %.40q; known are %s", name, strings.Join(slices.Sorted(maps.Keys(table)), ", "))
	}
	delete(raw, "kind")
	s := reflect.New(t).Elem()
	for i := range s.NumField() {
		f := t.Field(i)
		data, ok := raw[key(f.Name)]
		if !ok || !f.IsExported() {
			continue
		}
		if err := decode(data, s.Field(i), level+1); err != nil {
			return fmt.Errorf("%s: %s: %w", name, key(f.Name), err)
		}
		delete(raw, key(f.Name))
	}
	if len(raw) > 0 {
		return fmt.Errorf("%s: unknown field %.40q", name, slices.Min(slices.Collect(maps.Keys(raw))))
	}
	v.Set(s)
	return nil
}

func isNull(data []byte) bool { return string(bytes.TrimSpace(data)) == "null" }

func wantHave(want string, data []byte) error { return fmt.Errorf("want %s, have %.40q", want, data) }
