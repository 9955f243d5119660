package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPlotWritesPictureAndNumbers(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, "plot", "step", "sigmoid", "relu", "-o", "a.svg", "--csv", "a.csv")
	ok(t, dir, "plot", "-f", "x0^2/20+x1^2", "--descent", "--from", "-7,2", "--opt", "sgd,adam", "-o", "b.png", "--size", "400x300")
	for name, begin := range map[string]string{"a.svg": "<?xml", "a.csv": "x,step,sigmoid,relu\n-6,0,", "b.png": "\x89PNG"} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !strings.HasPrefix(string(content), begin) {
			t.Errorf("%s begins with %.20q, %v; want %q", name, content, err, begin)
		}
	}
	if r := gradus(t, dir, "plot", "sigmoid", "-o", "a.svg"); r.code != 2 || !strings.Contains(r.err, "--yes replaces it") {
		t.Errorf("a file that is there: exit %d, %s", r.code, r.err)
	}
	ok(t, dir, "plot", "sigmoid", "-o", "a.svg", "--yes")
}

func TestPlotInTheTerminal(t *testing.T) {
	dir := t.TempDir()
	for want, args := range map[string][]string{
		"* sigmoid":          {"plot", "sigmoid", "relu"},
		"tangent at x = 5":   {"plot", "-f", "0.01*x^2+0.1*x", "--tangent", "5"},
		"chapter 2":          {"plot", "boundary", "xor"},
		"f from 0 (dark) to": {"plot", "-f", "x^2+y^2", "--surface"},
	} {
		if r := ok(t, dir, args...); !strings.Contains(r.out, want) {
			t.Errorf("gradus %q shows no %q:\n%s", args, want, r.out)
		}
	}
}

func TestPlotErrors(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		code int
		want string
		args []string
	}{
		{2, "such as: gradus plot step sigmoid relu", nil},
		{2, "  2x\n   ^\ngradus: column 2", []string{"-f", "2x"}},
		{2, `"sigmund" is neither`, []string{"sigmund"}},
		{2, "want width and height", []string{"relu", "--size", "big"}},
		{2, "want sides of 160 to 8192", []string{"relu", "--size", "1x1"}},
		{2, "ends in .svg or .png", []string{"relu", "-o", "a.pdf"}},
		{2, "the smaller first", []string{"relu", "--x=5:1"}},
		{2, "want one of them", []string{"relu", "-f", "x"}},
		{2, "of what?", []string{"boundary"}},
		{2, "takes one name", []string{"weights", "a", "b"}},
		{3, "neither a file nor a run", []string{"confusion", "nothing.gradus"}},
		{3, "there is no run", []string{"history"}},
		{3, "there is no set", []string{"digits", "minst"}},
	} {
		r := gradus(t, dir, append([]string{"plot"}, c.args...)...)
		if r.code != c.code || !strings.Contains(strings.ToLower(r.err), strings.ToLower(c.want)) {
			t.Errorf("gradus plot %q: exit %d\n%s\nwant exit %d and %q", c.args, r.code, r.err, c.code, c.want)
		}
		if r.out != "" {
			t.Errorf("gradus plot %q: %q among the results", c.args, r.out)
		}
	}
}

// The report of a run is one page with its pictures, and needs nothing else.
func TestRunReport(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, "train", "digits", "--epochs", "2")
	run := filepath.Join(dir, "runs", "latest")
	pictures, err := filepath.Glob(filepath.Join(run, "plots", "*.svg"))
	if err != nil || len(pictures) != 5 {
		t.Errorf("the pictures are %q; want five", pictures)
	}
	page, err := os.ReadFile(filepath.Join(run, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(page), "<svg "); n != 5 {
		t.Errorf("%d pictures in the report; want 5", n)
	}
	if strings.Contains(string(page), "src=") || strings.Contains(string(page), "<link") {
		t.Error("the report refers to other files")
	}
	for _, what := range []string{"history", "confusion", "calibration", "mistakes", "weights"} {
		ok(t, dir, "plot", what, "1")
	}
}
