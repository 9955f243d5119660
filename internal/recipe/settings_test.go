package recipe

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Every setting can be set by text and says it again, alone, under its name.
func TestSettings(t *testing.T) {
	for _, name := range Settings() {
		text := "7"
		switch field(name).Type.Elem().Kind() {
		case reflect.Bool:
			text = "true"
		case reflect.Float64:
			text = "0.25"
		}
		q := &Request{}
		if err := q.Set(name, text); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if have := q.Values(); len(have) != 1 || have[0] != (Value{name, text}) {
			t.Errorf("%s set to %s says %v", name, text, have)
		}
	}
	names, whole := Searchable()
	if len(names) != len(searchable) || slices.Contains(names, "seed") || !whole["batch"] || whole["lr"] {
		t.Errorf("searchable are %v, whole %v", names, whole)
	}
	if !Numeric("seed") || Numeric("layers") || Numeric("nothing") {
		t.Error("numbers are not told from words")
	}
	for name, text := range map[string]string{"batch": "1.5", "lr": "fast", "seed": "-1", "replacement": "maybe", "speed": "3"} {
		var wrong *FieldError
		if err := (&Request{}).Set(name, text); !errors.As(err, &wrong) || wrong.Field != name {
			t.Errorf("%s = %s: %v", name, text, err)
		}
	}
}

// A recipe's values are those of its file.
func TestRecipeValues(t *testing.T) {
	r := &Recipe{Data: "iris", LR: 1e-5, Batch: 32}
	text, err := r.YAML("a comment")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range r.Values() {
		if !strings.Contains(string(text), "\n"+v.Name+":") {
			t.Errorf("%s is not in the file", v.Name)
		}
	}
	if n := strings.Count(string(text), "\n") - 2; len(r.Values()) != n { // a comment, and the form
		t.Errorf("%d values, and %d in the file", len(r.Values()), n)
	}
}

func TestTooDeep(t *testing.T) {
	for text, want := range map[string]int{
		"lr: [1, 2]\n": 0, strings.Repeat("lr: [1, 2]\n", 1000): 0, "data: \"a[b\"\nlr: 1\n": 0,
		"a: 1\nlr: " + strings.Repeat("[", 1000): 2, strings.Repeat("- ", 500) + "x": 1, strings.Repeat("{a: ", 200): 1,
		"a:\n" + strings.Repeat(" ", 300) + "b:\n": 2,
	} {
		if have := tooDeep([]byte(text)); have != want {
			t.Errorf("%.30q: line %d; want %d", text, have, want)
		}
	}
}

// No file of settings makes the reader panic, or read back otherwise than it was written.
func FuzzRead(f *testing.F) {
	for _, text := range []string{"", "data: iris\nlr: 0.1\n", "gradus: 99\n", "lr: [1\n", "lr: &a 1\nl2: *a\n", "data: |\n  iris\n", "? a\n: b\n", "\x00", "lr: .inf\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "x.yaml")
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		q, err := Read(path)
		if err != nil {
			if !strings.HasPrefix(err.Error(), path) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		again := &Request{}
		for _, v := range q.Values() {
			if err := again.Set(v.Name, v.Text); err != nil {
				t.Errorf("%q: %s reads back as %v", text, v.Name, err)
			}
		}
	})
}
