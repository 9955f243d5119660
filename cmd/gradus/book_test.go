package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/book/contents"
	"github.com/gradus-nn/gradus/book/recipes"
)

// A chapter is printed with the book's numbers, and can be left without its code.
func TestBook(t *testing.T) {
	dir := t.TempDir()
	list := ok(t, dir, "book").out
	for _, c := range contents.Chapters {
		if !strings.Contains(list, "gradus book "+c.Name()) {
			t.Errorf("%s is not listed:\n%s", c.Name(), list)
		}
	}
	for _, args := range [][]string{{"saito", "2"}, {"Saito", "ch2"}, {"saito/ch02"}} {
		whole := ok(t, dir, append([]string{"book"}, args...)...).out
		for _, want := range []string{"chapter 2: perceptrons", "func XOR(x1, x2 float64) int {", "0110", "book 0110"} {
			if !strings.Contains(whole, want) {
				t.Errorf("%q lacks %q:\n%s", args, want, whole)
			}
		}
	}
	if short := ok(t, dir, "book", "saito", "2", "--code=false").out; strings.Contains(short, "func ") || !strings.Contains(short, "0110") {
		t.Errorf("without code:\n%s", short)
	}
	for _, args := range [][]string{{"book", "saito"}, {"book", "saito", "9"}, {"book", "bishop", "1"}, {"book", "saito", "2", "3"}} {
		if r := gradus(t, dir, args...); r.code != 2 || !strings.Contains(r.err, "want") {
			t.Errorf("%q: exit %d, %q", args, r.code, r.err)
		}
	}
	if r := gradus(t, dir, "book", "saito", "3", "--weights", "none.pkl"); r.code == 0 || !strings.Contains(r.err, "none.pkl: no such file") {
		t.Errorf("weights that are not there: exit %d, %q", r.code, r.err)
	}
}

// The command that a section names for its picture draws one.
func TestPicturesOfTheBooks(t *testing.T) {
	dir := t.TempDir()
	word := regexp.MustCompile(`"[^"]*"|\S+`)
	for _, c := range contents.Chapters {
		for _, s := range c.Sections {
			if s.Plot == "" {
				continue
			}
			args := word.FindAllString(s.Plot, -1)[1:]
			for i := range args {
				args[i] = strings.Trim(args[i], `"`)
			}
			ok(t, dir, append(args, "-o", "picture.svg", "--yes")...)
		}
	}
}

// A recipe's published figure stands beside the result, unless its settings were changed.
func TestRecipe(t *testing.T) {
	dir := t.TempDir()
	list := ok(t, dir, "train", "--recipe", "list").out
	for _, r := range recipes.All() {
		if !strings.Contains(list, r.Name) || !strings.Contains(list, r.Claims[0].Published) {
			t.Errorf("%s is not listed:\n%s", r.Name, list)
		}
	}
	out := ok(t, dir, "train", "--recipe", "saito-ch6-opt-momentum", "--seed", "1").out
	for _, want := range []string{"784 → 100 relu → 100 relu", "seed 1", "published .050 (Saito ch. 6, optimizer_compare_mnist)", "within the accepted band, <= 0.15", "runs/1-saito-ch6-opt-momentum"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing:\n%s", want, out)
		}
	}
	out = ok(t, dir, "train", "--recipe", "saito-ch6-opt-momentum", "--iters", "20").out
	if !strings.Contains(out, "but with other settings than the recipe's") {
		t.Errorf("changed:\n%s", out)
	}
	changed := []string{"train", "--recipe", "saito-ch6-opt-momentum", "--iters", "20"}
	if out = ok(t, dir, append(changed, "--quiet")...).out; strings.Count(out, "\n") != 2 || !strings.Contains(out, "recipe   mean loss of the last steps ") {
		t.Errorf("--quiet:\n%s", out)
	}
	var r struct {
		Run      string
		Verdicts []verdict `json:"recipe_verdicts"`
	}
	if err := json.Unmarshal([]byte(ok(t, dir, append(changed, "--json")...).out), &r); err != nil || r.Run == "" || len(r.Verdicts) != 1 ||
		r.Verdicts[0].Verdict != "changed" || r.Verdicts[0].Have == nil || r.Verdicts[0].Published != ".050" {
		t.Errorf("--json: %+v, %v", r, err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--recipe", "saito-ch5"}, `no recipe is called "saito-ch5"; want list, or one of saito-ch4`},
		{[]string{"--recipe", "fashion-mlp"}, "wants a folder with the four files of Fashion-MNIST"},
		{[]string{"--recipe", "saito-ch4", "--resume", "1"}, "cannot change when a run is resumed"},
	} {
		if r := gradus(t, dir, append([]string{"train"}, c.args...)...); r.code != 2 || !strings.Contains(r.err, c.want) {
			t.Errorf("%q: exit %d, %q", c.args, r.code, r.err)
		}
	}
}
