package nn

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode"

	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/internal/kind"
	"github.com/gradus-nn/gradus/layer"
)

// ParseLayers reads layers as people write them:
//
//	dense 50 relu, dense 10
//	dense 100 init=normal:0.01 bias-init=constant:0.1, leaky-relu 0.2, dense 10 no-bias
//	dense 16, residual(dense 16 relu, dense 16), concat(dense 4 tanh | dense 4 relu), dense 10
//
// A layer is its kind, then the values of its numbers in the order of its fields, then other fields by name. Layers
// follow each other with or without a comma. Branches stand in parentheses, apart by bars; the second one of a residual
// is its shortcut. "affine" and "fc" are dense, "linear" is identity. [FormatLayers] writes the same language.
func ParseLayers(text string) ([]layer.Layer, error) {
	p := layerParser{text: text}
	layers, err := p.list()
	if err == nil && p.at < len(p.text) {
		err = p.fail(p.at, "a %q that closes or divides nothing", p.text[p.at:p.at+1])
	}
	if err == nil && len(layers) == 0 {
		err = p.fail(0, "no layer; want something like \"dense 50 relu, dense 10\"")
	}
	if err != nil {
		return nil, err
	}
	return layers, nil
}

// maxNesting bounds branches within branches, so that a hostile text cannot exhaust the stack.
const maxNesting = 32

var layerAliases = map[string]string{
	"affine": "dense", "fc": "dense", "linear": "identity", "leakyrelu": "leaky-relu", "logsoftmax": "log-softmax",
}

// layerParser reads text from at on.
type layerParser struct {
	text  string
	at    int
	depth int
}

func (p *layerParser) fail(at int, format string, args ...any) error {
	return fmt.Errorf("nn: layers: column %d: %s", len([]rune(p.text[:at]))+1, fmt.Sprintf(format, args...))
}

// word returns the next word and where it begins; it is empty before a bar, a parenthesis or the end.
func (p *layerParser) word() (string, int) {
	rest := strings.TrimLeftFunc(p.text[p.at:], func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	start := len(p.text) - len(rest)
	end := strings.IndexFunc(rest, func(r rune) bool { return strings.ContainsRune(",|()", r) || unicode.IsSpace(r) })
	if end < 0 {
		end = len(rest)
	}
	p.at = start + end
	return rest[:end], start
}

// list reads layers up to a bar, a closing parenthesis or the end.
func (p *layerParser) list() ([]layer.Layer, error) {
	var layers []layer.Layer
	for {
		name, start := p.word()
		if name == "" {
			if p.at < len(p.text) && p.text[p.at] == '(' {
				return nil, p.fail(p.at, "branches without a residual or concat before them")
			}
			return layers, nil
		}
		l, err := p.layer(name, start)
		if err != nil {
			return nil, err
		}
		layers = append(layers, l)
	}
}

func (p *layerParser) layer(name string, start int) (layer.Layer, error) {
	lower := strings.ToLower(name)
	if alias, ok := layerAliases[lower]; ok {
		lower = alias
	}
	zero, ok := kind.Zero[layer.Layer](lower)
	if !ok {
		if _, err := strconv.ParseFloat(name, 64); err == nil {
			return nil, p.fail(start, "the number %s belongs to no layer; want something like \"dense %s\"", name, name)
		}
		return nil, p.fail(start, "no layer is called %q; known are %s", name, strings.Join(kind.Names[layer.Layer](), ", "))
	}
	v := reflect.New(reflect.TypeOf(zero)).Elem()
	if err := p.fields(v, lower); err != nil {
		return nil, err
	}
	return v.Interface().(layer.Layer), nil
}

// fields reads what belongs to one layer: numbers, named values, and branches.
func (p *layerParser) fields(v reflect.Value, name string) error {
	next := 0 // the field that the next bare number fills
	for {
		if p.at < len(p.text) && p.text[p.at] == '(' {
			if err := p.branches(v, name); err != nil {
				return err
			}
			continue
		}
		word, start := p.word()
		key, value, named := strings.Cut(word, "=")
		switch {
		case named:
			f := fieldNamed(v, key)
			if !f.IsValid() {
				return p.fail(start, "%s has no field %q; it has %s", name, key, strings.Join(fieldNames(v), ", "))
			}
			if err := setField(f, value); err != nil {
				return p.fail(start, "%s: %s: %v", name, key, err)
			}
		case isNumber(word):
			for next < v.NumField() && !numeric(v.Field(next)) {
				next++
			}
			if next == v.NumField() {
				return p.fail(start, "%s takes no number here, have %s", name, word)
			}
			if err := setField(v.Field(next), word); err != nil {
				return p.fail(start, "%s: %v", name, err)
			}
			next++
		case word != "" && fieldNamed(v, word).IsValid() && fieldNamed(v, word).Kind() == reflect.Bool:
			fieldNamed(v, word).SetBool(true)
		default:
			p.at = start
			return nil
		}
	}
}

// branches reads "(a | b)" into the fields of v that hold layers.
func (p *layerParser) branches(v reflect.Value, name string) error {
	open := p.at
	if p.depth++; p.depth > maxNesting {
		return p.fail(open, "branches nested deeper than %d", maxNesting)
	}
	defer func() { p.depth-- }()
	var all [][]layer.Layer
	for {
		p.at++
		list, err := p.list()
		if err != nil {
			return err
		}
		all = append(all, list)
		if p.at == len(p.text) {
			return p.fail(open, "a parenthesis that is never closed")
		}
		if p.text[p.at] == ')' {
			p.at++
			break
		}
	}
	single := reflect.TypeFor[[]layer.Layer]()
	for i := range v.NumField() {
		switch f := v.Field(i); f.Type() {
		case reflect.TypeFor[[][]layer.Layer]():
			f.Set(reflect.ValueOf(all))
			return nil
		case single:
			if len(all) > 0 {
				f.Set(reflect.ValueOf(all[0]))
				all = all[1:]
			}
		}
	}
	if len(all) > 0 {
		return p.fail(open, "%s has no place for so many branches", name)
	}
	return nil
}

func isNumber(word string) bool {
	_, err := strconv.ParseFloat(word, 64)
	return err == nil
}

func numeric(f reflect.Value) bool { return f.CanInt() || f.CanFloat() }

// fieldName is a field as people write it: BiasInit is bias-init.
func fieldName(field string) string {
	var b strings.Builder
	for i, r := range field {
		if i > 0 && unicode.IsUpper(r) && !unicode.IsUpper(rune(field[i-1])) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// fieldNamed returns the field that a person calls key, or an invalid value.
func fieldNamed(v reflect.Value, key string) reflect.Value {
	key = strings.ReplaceAll(strings.ToLower(key), "_", "-")
	for i := range v.NumField() {
		if fieldName(v.Type().Field(i).Name) == key {
			return v.Field(i)
		}
	}
	return reflect.Value{}
}

func fieldNames(v reflect.Value) []string {
	names := []string{}
	for i := range v.NumField() {
		names = append(names, fieldName(v.Type().Field(i).Name))
	}
	if len(names) == 0 {
		return []string{"none"}
	}
	return names
}

func setField(f reflect.Value, text string) error {
	switch {
	case f.Type() == reflect.TypeFor[initializer.Initializer]():
		init, err := initializer.Parse(text)
		if err != nil {
			return err
		}
		f.Set(reflect.ValueOf(init))
	case f.CanInt():
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			return fmt.Errorf("want a whole number, have %q", text)
		}
		f.SetInt(n)
	case f.CanFloat():
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("want a finite number, have %q", text)
		}
		f.SetFloat(x)
	case f.Kind() == reflect.Bool:
		on, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("want true or false, have %q", text)
		}
		f.SetBool(on)
	default:
		return fmt.Errorf("is written in parentheses, as in residual(dense 16 relu, dense 16)")
	}
	return nil
}

// FormatLayers writes layers in the language of [ParseLayers], so that ParseLayers(FormatLayers(l)) is l.
func FormatLayers(layers []layer.Layer) string {
	var b strings.Builder
	for i, l := range layers {
		if i > 0 {
			// An element function stands beside what it acts on: "dense 50 relu, dense 10".
			if v := reflect.ValueOf(l); v.NumField() == 0 || v.NumField() == 1 && v.Field(0).CanFloat() {
				b.WriteByte(' ')
			} else {
				b.WriteString(", ")
			}
		}
		formatLayer(&b, l)
	}
	return b.String()
}

func formatLayer(b *strings.Builder, l layer.Layer) {
	b.WriteString(l.Kind())
	v := reflect.ValueOf(l)
	bare := true // a number may still stand without its name
	for i := range v.NumField() {
		f, name := v.Field(i), fieldName(v.Type().Field(i).Name)
		switch {
		case numeric(f):
			if bare && !f.IsZero() {
				fmt.Fprintf(b, " %v", f)
			} else if !f.IsZero() {
				fmt.Fprintf(b, " %s=%v", name, f)
			}
			bare = bare && !f.IsZero()
		case f.IsZero():
		case f.Type() == reflect.TypeFor[initializer.Initializer]():
			fmt.Fprintf(b, " %s=%v", name, f.Interface())
		case f.Kind() == reflect.Bool:
			b.WriteString(" " + name)
		}
	}
	formatBranches(b, v)
}

func formatBranches(b *strings.Builder, v reflect.Value) {
	var all [][]layer.Layer
	has := false
	for i := range v.NumField() {
		switch x := v.Field(i).Interface().(type) {
		case []layer.Layer:
			all, has = append(all, x), true
		case [][]layer.Layer:
			all, has = append(all, x...), true
		}
	}
	if !has {
		return
	}
	for len(all) > 1 && len(all[len(all)-1]) == 0 && v.Type() == reflect.TypeFor[layer.Residual]() {
		all = all[:len(all)-1] // a shortcut that is the identity goes without saying
	}
	b.WriteByte('(')
	for i, list := range all {
		if i > 0 {
			b.WriteString(" | ")
		}
		b.WriteString(FormatLayers(list))
	}
	b.WriteByte(')')
}
