package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// soldHouses writes a small table of mixed columns and trains on it.
func soldHouses(t *testing.T, dir string, flags ...string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("area,district,garden,sold,price,size\n")
	for i := range 120 {
		area := fmt.Sprint(50 + 3*i%170)
		if i%11 == 0 {
			area = ""
		}
		fmt.Fprintf(&b, "%s,%s,%s,20%02d-%02d-03,%d,%s\n", area, []string{"North", "South", "=Hill"}[i%3], []string{"yes", "no"}[i%2], 10+i%12, 1+i%12, 1000+i*7%400, []string{"small", "large"}[i/3%2])
	}
	if err := os.WriteFile(filepath.Join(dir, "houses.csv"), []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	ok(t, dir, append([]string{"train", "houses.csv", "--epochs", "3", "--progress", "none"}, flags...)...)
}

// A row of a table goes into the exported graph as it is; what gradus makes of it again is the model.
func TestExportTable(t *testing.T) {
	for _, target := range []string{"price", "size", "garden", "price,area"} {
		dir := t.TempDir()
		soldHouses(t, dir, "--target", target)
		for _, format := range []string{"onnx", "safetensors", "json", "csv"} {
			r := ok(t, dir, "export", "1", "--to", format, "-o", "m."+format)
			if !strings.Contains(r.out, "rows of houses.csv (") || !strings.Contains(r.out, " with gaps and unknown values) against the model's") {
				t.Errorf("%s as %s: %s", target, format, r.out)
			}
		}
		want := ok(t, dir, "predict", "1", "houses.csv").out
		for _, file := range []string{"m.onnx", "m.json", "m.safetensors"} {
			if have := ok(t, dir, "predict", file, "houses.csv").out; have != want {
				t.Errorf("%s predicts otherwise than the run", file)
			}
		}
		ok(t, dir, "inspect", "m.onnx")
	}
}

// The package of a table is built and tested before it is written; what is there is not replaced unasked.
func TestExportGo(t *testing.T) {
	dir := t.TempDir()
	soldHouses(t, dir, "--target", "price")
	shipped := func(args ...string) outcome { // where the go command finds what it has built before
		cmd := command(dir, append([]string{"export", "1", "--to", "go"}, args...)...)
		cmd.Env = append(os.Environ(), cmd.Env...)
		if cache, err := exec.Command("go", "env", "GOCACHE").Output(); err == nil {
			cmd.Env = append(cmd.Env, "GOCACHE="+strings.TrimSpace(string(cache)))
		}
		return finish(t, cmd)
	}
	r := shipped("-o", "housemodel")
	if r.code != 0 || !strings.Contains(r.out, "the same to the bit\n         go test passes") {
		t.Fatalf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	for _, name := range []string{"go.mod", "predict.go", "predict_test.go", "weights.bin", "testdata/rows.tsv"} {
		if _, err := os.Stat(filepath.Join(dir, "housemodel", name)); err != nil {
			t.Error(err)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, ".housemodel*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
	if r := shipped("-o", "housemodel"); r.code != 2 || !strings.Contains(r.err, "housemodel exists; --yes replaces the package in it") {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
	if r := shipped("-o", "houses.csv"); r.code != 2 || !strings.Contains(r.err, "houses.csv is a file; a Go package wants the name of a folder") {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
	old := filepath.Join(dir, "housemodel", "gelu.go")
	if err := os.WriteFile(old, []byte("// Copied from gradus; DO NOT EDIT.\npackage housemodel\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(dir, "housemodel", "own.go")
	if err := os.WriteFile(own, []byte("package housemodel\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if r := shipped("-o", "housemodel", "--yes"); r.code != 0 {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("a file of an earlier export is still there")
	}
	if _, err := os.Stat(own); err != nil {
		t.Error("a file that gradus did not write is gone")
	}
	// Within a module the package is a part of it.
	if err := os.MkdirAll(filepath.Join(dir, "mod", "internal"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "mod", "go.mod"), []byte("module example.com/shop\n\ngo 1.22\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if r := shipped("-o", "mod/internal/prices"); r.code != 0 || strings.Contains(r.err, "could not be run") {
		t.Errorf("exit %d, %s%s", r.code, r.out, r.err)
	}
	if _, err := os.Stat(filepath.Join(dir, "mod", "internal", "prices", "go.mod")); err == nil {
		t.Error("a module within a module")
	}
	// Without a Go toolchain the arithmetic is compared all the same.
	cmd := command(dir, "export", "1", "--to", "go", "-o", "alone")
	cmd.Env = append(cmd.Env, "PATH=")
	if r := finish(t, cmd); r.code != 0 || !strings.Contains(r.err, "there is no Go toolchain here") || !strings.Contains(r.out, "the same to the bit") {
		t.Errorf("exit %d, %s%s", r.code, r.out, r.err)
	}
}

// static is a gradus that needs nothing of the system, built once.
func static(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped with -short: builds the command anew")
	}
	path := filepath.Join(filepath.Dir(program), "gradus-static")
	if _, err := os.Stat(path); err == nil {
		return path
	}
	cmd := exec.Command("go", "build", "-o", path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// The exported program answers as gradus does, says what it wants, and notices damage.
func TestExportBinary(t *testing.T) {
	dir := t.TempDir()
	soldHouses(t, dir, "--target", "size")
	ok(t, dir, "export", "1", "--to", "binary", "-o", "sizes")
	want := ok(t, dir, "predict", "1", "houses.csv").out
	path := filepath.Join(dir, "sizes")
	own := func(args ...string) outcome {
		cmd := command(dir, args...)
		cmd.Path, cmd.Args[0] = path, path
		return finish(t, cmd)
	}
	if r := own("predict", "houses.csv"); r.code != 0 || r.out != want {
		t.Errorf("exit %d, another answer than gradus has\n%s", r.code, r.err)
	}
	for _, args := range [][]string{{}, {"--help"}, {"help"}} {
		if r := own(args...); r.code != 0 || !strings.Contains(r.out, "sizes predicts size, as learnt from houses.csv.") || !strings.Contains(r.out, "district  category") || !strings.Contains(r.out, "sizes COMMAND --help") {
			t.Errorf("%q: exit %d\n%s%s", args, r.code, r.out, r.err)
		}
	}
	var schema struct {
		Schema string
		Table  struct{ Targets []struct{ Name string } }
	}
	if r := own("schema", "--json"); json.Unmarshal([]byte(r.out), &schema) != nil || schema.Schema != "gradus.schema/1" || schema.Table.Targets[0].Name != "size" {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	for args, says := range map[string]string{
		"train houses.csv":             `sizes: unknown command "train"`,
		"predict --top 0 houses.csv":   "sizes predict: --top is 0",
		"predict nothing.csv":          "sizes: nothing.csv: no such file or directory",
		"predict houses.csv -o sizes":  "sizes exists; --yes replaces it",
		"predict houses.csv other.csv": "sizes predict: 2 files",
	} {
		r := own(strings.Fields(args)...)
		if r.code < 2 || !strings.HasPrefix(r.err, "sizes") || !strings.Contains(r.err, says) || strings.Count(r.err, "\n") != 1 || strings.Contains(r.err, "gradus") {
			t.Errorf("sizes %s: exit %d, %q; want %q", args, r.code, r.err, says)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-200] ^= 1
	if err := os.WriteFile(path, data, 0o777); err != nil {
		t.Fatal(err)
	}
	if r := own("predict", "houses.csv"); r.code != 3 || !strings.Contains(r.err, "the program is damaged") || r.out != "" {
		t.Errorf("damaged: exit %d, %s%s", r.code, r.out, r.err)
	}
}
