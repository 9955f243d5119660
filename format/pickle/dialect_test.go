package pickle

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/npy"
)

func ExampleReadPrefix() {
	point := func(args Tuple) (any, error) {
		if len(args) != 2 {
			return nil, fmt.Errorf("a point of %d numbers; want 2", len(args))
		}
		return fmt.Sprintf("the point %v, %v", args[0], args[1]), nil
	}
	d := &Dialect{
		Functions:  map[string]func(Tuple) (any, error){"geometry.Point": point},
		Persistent: func(id any) (any, error) { return nil, fmt.Errorf("nothing is called %v", id) },
		Want:       "want points",
	}
	for _, file := range []string{"cgeometry\nPoint\n(I1\nI2\ntR.and more", "cgeometry\nPoint\n(I1\ntR.", "cgeometry\nLine\n.", "I7\nQ."} {
		v, n, err := ReadPrefix([]byte(file), d)
		fmt.Println(v, n, err)
	}
	// Output:
	// the point 1, 2 26 <nil>
	// <nil> 0 pickle: at byte 21: REDUCE: a point of 1 numbers; want 2
	// <nil> 0 pickle: at byte 0: GLOBAL: the file asks for "geometry.Line", and nothing in a pickle is ever run; want points
	// <nil> 0 pickle: at byte 3: BINPERSID: nothing is called 7
}

// TestOrderedDict: it is a dict, from Python 3 and from Python 2, and its attributes are passed over.
func TestOrderedDict(t *testing.T) {
	const make3, array = "ccollections\nOrderedDict\n)R", "S'W1'\n" + empty + "(K\x01(K\x02t" + u1 + "\x89C\x02abtb"
	for name, c := range map[string]struct {
		file string
		want Dict
	}{
		"of Python 3":     {make3 + "(" + array + "u.", Dict{{"W1", npy.Of([]uint8("ab"), 2)}}},
		"of Python 2":     {"ccollections\nOrderedDict\n((l(lS'a'\naI1\naa(lS'b'\naI2\naatR.", Dict{{"a", int64(1)}, {"b", int64(2)}}},
		"of tuples":       {"ccollections\nOrderedDict\n((lS'a'\nI1\n\x86atR.", Dict{{"a", int64(1)}}},
		"with attributes": {make3 + "}S'_metadata'\nI1\nsb.", Dict{}},
	} {
		if v, err := Read(strings.NewReader(c.file)); err != nil || !reflect.DeepEqual(v, c.want) {
			t.Errorf("%s: %#v, %v; want %#v", name, v, err, c.want)
		}
	}
	for says, file := range map[string]string{
		"want no arguments, or a list":    "ccollections\nOrderedDict\n(I1\ntR.",
		"occurs twice":                    "ccollections\nOrderedDict\n((l(lS'a'\naI1\naa(lS'a'\naI2\naatR.",
		"it gives a state to a dict":      make3 + "(tb.",
		"want a tuple as the state of":    "}}b.",
		"NEWOBJ: it makes an object of a": "ccollections\nOrderedDict\n)\x81.",
	} {
		_, err := Read(strings.NewReader(file))
		refused(t, says, err, says)
	}
}

// TestDialect: what a dialect's names may be used for, and what not.
func TestDialect(t *testing.T) {
	list := []any{int64(1)}
	d := &Dialect{
		Functions:  map[string]func(Tuple) (any, error){"m.f": func(args Tuple) (any, error) { return args, nil }},
		Classes:    map[string]bool{"m.C": true},
		Words:      map[string]bool{"m.w": true},
		Persistent: func(id any) (any, error) { return Name("m.C"), nil },
		Want:       "want less",
	}
	for file, want := range map[string]any{
		"cm\nw\n.":                         Name("m.w"),
		"cm\nC\n)\x81.":                    &Object{Class: "m.C"},
		"cm\nC\n)\x81}S'x'\n(lI1\nasb.":    &Object{Class: "m.C", Attributes: Dict{{"x", list}}},
		"NQ)\x81.":                         &Object{Class: "m.C"},
		"cm\nf\n(cm\nw\n(lI1\natR.":        Tuple{Name("m.w"), list},
		"(lcm\nC\n)\x81p0\nag0\na.":        []any{&Object{Class: "m.C"}, &Object{Class: "m.C"}},
		"\x80\x04\x8c\x01m\x8c\x01C\x93N.": nil,
	} {
		v, n, err := ReadPrefix([]byte(file), d)
		if want == nil {
			if err == nil {
				t.Errorf("%q: %v", file, v)
			}
			continue
		}
		if err != nil || n != len(file) || !reflect.DeepEqual(v, want) {
			t.Errorf("%q: %#v, %d, %v; want %#v", file, v, n, err, want)
		}
	}
	deep := "cm\nC\n)\x81" // an object within an object, a thousand times
	for range 1000 {
		deep = "cm\nC\n)\x81}S'x'\n" + deep + "sb"
	}
	for says, file := range map[string]string{
		"want one of the known functions": "cm\nw\n)R.",
		"it makes an object of m.w":       "cm\nw\n)\x81.",
		"nested more than 100 deep":       deep + ".",
		"in many places":                  "(lI1\na" + strings.Repeat("p0\n0(lg0\nag0\na", 40) + ".",
	} {
		_, _, err := ReadPrefix([]byte(file), d)
		refused(t, says, err, says)
	}
}
