package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// testdata is where Debian's package libonnx-testdata puts ONNX's own tests of its operators.
const testdata = "/usr/share/libonnx-testdata/data"

// TestONNX runs every one of ONNX's own tests of which all operators are claimed, and skips none of them.
func TestONNX(t *testing.T) {
	if _, err := os.Stat(testdata); err != nil {
		t.Skipf("skipped: ONNX's tests are not there (%s, package libonnx-testdata)", testdata)
	}
	r, err := Run(testdata)
	if err != nil {
		t.Fatal(err)
	}
	least := map[string]int{"node": 306, "pytorch-converted": 28, "pytorch-operator": 23, "simple": 2}
	for _, s := range r.Suites {
		t.Logf("%s: %d of %d tests of claimed operators pass, %d others are refused by name", s.Name, s.Passed, s.Claimed, s.Refused)
		for _, f := range s.Failures {
			t.Errorf("%s: %s", f.Test, f.Text)
		}
		if s.Claimed < least[s.Name] || s.Passed != s.Claimed {
			t.Errorf("%s: %d of %d tests of claimed operators pass; want all of at least %d", s.Name, s.Passed, s.Claimed, least[s.Name])
		}
		delete(least, s.Name)
	}
	if len(least) > 0 || !r.OK() {
		t.Errorf("suites that were not run: %v", least)
	}
	t.Logf("%d operators claimed, without a test: %v", len(r.Claimed), r.Untested)
}

// TestFailures: what is wrong is reported, and by name.
func TestFailures(t *testing.T) {
	if _, err := Run(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a folder that is not there")
	}
	if _, err := Run(t.TempDir()); err == nil || !strings.Contains(err.Error(), "has no tests of ONNX") {
		t.Errorf("an empty folder: %v", err)
	}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "mine", "test_broken"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "mine", "test_broken", "model.onnx"), []byte("x"), 0o666); err != nil {
		t.Fatal(err)
	}
	r, err := Run(dir)
	if err != nil || r.OK() || r.Suites[0].Name != "mine" || r.Suites[0].Failures[0].Test != "test_broken" {
		t.Errorf("%+v, %v", r, err)
	}
}
