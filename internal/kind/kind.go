// Package kind stores values of interface types as text: the concrete type by its Kind, the fields by name.
//
//	layer.Dense{Units: 30, Init: initializer.Xavier{}}   ⇄   {"kind":"dense","units":30,"init":{"kind":"xavier"}}
//
// Fields that hold their zero value are left out. Interface-typed fields and slices of them are stored alike.
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

// Register makes the types of values known as implementations of the interface I. Call it from a package variable.
func Register[I Kinder](values ...I) []I {
	table := map[string]reflect.Type{}
	for _, v := range values {
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

// Encode returns v as JSON.
func Encode[I Kinder](v I) ([]byte, error) {
	var b bytes.Buffer
	if err := encode(&b, reflect.ValueOf(&v).Elem()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func encode(b *bytes.Buffer, v reflect.Value) error {
	switch {
	case v.Kind() == reflect.Interface && tables[v.Type()] != nil:
		if v.IsNil() {
			b.WriteString("null")
			return nil
		}
		name := v.Interface().(Kinder).Kind()
		if tables[v.Type()][name] != v.Elem().Type() {
			return fmt.Errorf("%s: %v is not a registered %v", name, v.Elem().Type(), v.Type())
		}
		fmt.Fprintf(b, `{"kind":%q`, name)
		if err := fields(b, v.Elem(), ","); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		b.WriteByte('}')
	case v.Kind() == reflect.Slice:
		b.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := encode(b, v.Index(i)); err != nil {
				return err
			}
		}
		b.WriteByte(']')
	default:
		data, err := json.Marshal(v.Interface())
		if err != nil {
			return err
		}
		b.Write(data)
	}
	return nil
}

func fields(b *bytes.Buffer, v reflect.Value, sep string) error {
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() && !v.Field(i).IsZero() {
			fmt.Fprintf(b, "%s%q:", sep, key(f.Name))
			if err := encode(b, v.Field(i)); err != nil {
				return fmt.Errorf("%s: %w", key(f.Name), err)
			}
		}
	}
	return nil
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
	var v I
	err := decode(data, reflect.ValueOf(&v).Elem(), 0)
	return v, err
}

// depth bounds nesting, so that a hostile file cannot exhaust the stack.
const depth = 64

func decode(data []byte, v reflect.Value, level int) error {
	if level > depth {
		return fmt.Errorf("nested deeper than %d", depth)
	}
	table := tables[v.Type()]
	switch {
	case v.Kind() == reflect.Interface && table != nil:
		if string(bytes.TrimSpace(data)) == "null" {
			return nil
		}
		var raw map[string]json.RawMessage
		if err := json.Unmarshal(data, &raw); err != nil {
			return fmt.Errorf("want an object with a kind, have %.40q", data)
		}
		var name string
		if err := json.Unmarshal(raw["kind"], &name); err != nil {
			return fmt.Errorf("want an object with a kind, have %.40q", data)
		}
		t, ok := table[name]
		if !ok {
			return fmt.Errorf("unknown kind %q; known are %s", name, strings.Join(slices.Sorted(maps.Keys(table)), ", "))
		}
		delete(raw, "kind")
		s := reflect.New(t).Elem()
		if err := setFields(raw, s, level+1); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		v.Set(s)
		return nil
	case v.Kind() == reflect.Slice && holdsKinds(v.Type()):
		var raw []json.RawMessage
		if err := json.Unmarshal(data, &raw); err != nil {
			return fmt.Errorf("want a list, have %.40q", data)
		}
		v.Set(reflect.MakeSlice(v.Type(), len(raw), len(raw)))
		for i, r := range raw {
			if err := decode(r, v.Index(i), level+1); err != nil {
				return fmt.Errorf("%d: %w", i, err)
			}
		}
		return nil
	}
	if err := json.Unmarshal(data, v.Addr().Interface()); err != nil {
		return fmt.Errorf("want %v, have %.40q", v.Type(), data)
	}
	return nil
}

func holdsKinds(t reflect.Type) bool {
	for t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return tables[t] != nil
}

func setFields(raw map[string]json.RawMessage, s reflect.Value, level int) error {
	for i := range s.NumField() {
		f := s.Type().Field(i)
		data, ok := raw[key(f.Name)]
		if !ok || !f.IsExported() {
			continue
		}
		if err := decode(data, s.Field(i), level); err != nil {
			return fmt.Errorf("%s: %w", key(f.Name), err)
		}
		delete(raw, key(f.Name))
	}
	for name := range raw {
		return fmt.Errorf("unknown field %q", name)
	}
	return nil
}
