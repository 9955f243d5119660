package recipe

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Settings lists the names of all settings in the order of the file.
func Settings() []string {
	t := reflect.TypeFor[Request]()
	names := make([]string, 0, t.NumField())
	for i := range t.NumField() {
		if name := nameOf(t.Field(i)); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// searchable are the settings that a search may vary: whatever decides on which examples a network is judged must be the
// same in all trials, or they cannot be compared.
var searchable = []string{
	"layers", "act", "output", "init", "loss", "l1", "l2", "l2-style", "class-weight",
	"opt", "lr", "momentum", "schedule", "clip", "batch", "epochs", "iters", "replacement", "patience",
}

// Searchable returns the settings that a search may vary, and which of them are whole numbers.
func Searchable() (names []string, whole map[string]bool) {
	whole = map[string]bool{}
	for _, name := range Settings() {
		if slices.Contains(searchable, name) {
			names = append(names, name)
			whole[name] = field(name).Type.Elem().Kind() == reflect.Int
		}
	}
	return names, whole
}

// Numeric reports whether a setting is a number.
func Numeric(name string) bool {
	f := field(name)
	if f == nil {
		return false
	}
	switch f.Type.Elem().Kind() {
	case reflect.Int, reflect.Float64, reflect.Uint64:
		return true
	}
	return false
}

// nameOf returns the name of a setting, "" for a field that is none.
func nameOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	if !f.IsExported() || name == "-" || name == "gradus" {
		return ""
	}
	return name
}

// field returns the field of a setting, nil for an unknown name.
func field(name string) *reflect.StructField {
	t := reflect.TypeFor[Request]()
	for i := range t.NumField() {
		if f := t.Field(i); nameOf(f) == name {
			return &f
		}
	}
	return nil
}

// Set sets one setting by its name, from text as it would stand in the file or on the command line.
func (q *Request) Set(name, text string) error {
	f := field(name)
	if f == nil {
		return fieldf(name, "is no setting; want one of %s", strings.Join(Settings(), ", "))
	}
	v := reflect.New(f.Type.Elem())
	var err error
	switch p := v.Interface().(type) {
	case *string:
		*p = text
	case *int:
		if *p, err = strconv.Atoi(text); err != nil {
			return fieldf(name, "is %q; want a whole number", text)
		}
	case *uint64:
		if *p, err = strconv.ParseUint(text, 10, 64); err != nil {
			return fieldf(name, "is %q; want a whole number from 0", text)
		}
	case *float64:
		if *p, err = strconv.ParseFloat(text, 64); err != nil {
			return fieldf(name, "is %q; want a number", text)
		}
	case *bool:
		if *p, err = strconv.ParseBool(text); err != nil {
			return fieldf(name, "is %q; want true or false", text)
		}
	default:
		return fieldf(name, "cannot be set by text")
	}
	reflect.ValueOf(q).Elem().FieldByIndex(f.Index).Set(v)
	return nil
}

// A Value is a setting with its value as text.
type Value struct{ Name, Text string }

// Values lists what the request says, in the order of the file.
func (q *Request) Values() []Value { return values(reflect.ValueOf(q).Elem()) }

// Values lists the recipe's settings in the order of the file; those that say nothing, such as the target of a set that is
// no table, are left out as in the file.
func (r *Recipe) Values() []Value { return values(reflect.ValueOf(r).Elem()) }

func values(v reflect.Value) (all []Value) {
	for i := range v.NumField() {
		f, x := v.Type().Field(i), v.Field(i)
		name := nameOf(f)
		if name == "" || x.IsZero() && strings.Contains(f.Tag.Get("yaml"), "omitempty") {
			continue
		}
		if x.Kind() == reflect.Pointer {
			x = x.Elem()
		}
		text := fmt.Sprint(x.Interface())
		if x.Kind() == reflect.Float64 {
			text = strconv.FormatFloat(x.Float(), 'g', -1, 64)
		}
		all = append(all, Value{name, text})
	}
	return all
}
