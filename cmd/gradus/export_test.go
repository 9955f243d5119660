package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

// What is exported to a format that holds a whole network answers as the run does, and can be trained on.
func TestExport(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, "train", "iris", "--epochs", "3", "--act", "gelu", "--progress", "none")
	result := regexp.MustCompile(`(?m)^result .*$`)
	want := result.FindString(ok(t, dir, "eval", "1").out)
	digits := sum(t, dir, "1")
	for format, ext := range map[string]string{"onnx": ".onnx", "safetensors": ".safetensors", "json": ".json", "npz": ".npz", "pickle": ".pkl"} {
		r := ok(t, dir, "export", "1", "--to", format, "-o", "net"+ext)
		if !strings.Contains(r.out, "checked  its answers for ") || !strings.Contains(r.out, " rows of iris") {
			t.Errorf("--to %s: %s", format, r.out)
		}
		arrays := format == "npz" || format == "pickle"
		if arrays != strings.Contains(r.err, "the activations and the loss are not in the file, nor is the scaling") {
			t.Errorf("--to %s: %s", format, r.err)
		}
		if have := sum(t, dir, "net"+ext); have != digits {
			t.Errorf("--to %s: weights %s, want %s", format, have, digits)
		}
		if arrays {
			continue
		}
		if r := ok(t, dir, "eval", "net"+ext); result.FindString(r.out) != want {
			t.Errorf("net%s: %s, want %s", ext, r.out, want)
		}
		ok(t, dir, "train", "iris", "--from", "net"+ext, "--epochs", "1", "--progress", "none")
	}
	data, err := os.ReadFile(dir + "/net.json")
	var document struct{ Metadata map[string]string }
	if err != nil || json.Unmarshal(data, &document) != nil || document.Metadata["gradus.data"] != "iris" {
		t.Errorf("net.json: %v %.200s", err, data)
	}
	var report struct {
		File       string
		Rows       int
		Difference float64
	}
	r := ok(t, dir, "export", "1", "--json")
	if err := json.Unmarshal([]byte(r.out), &report); err != nil || !strings.HasSuffix(report.File, ".onnx") || report.Rows == 0 || report.Difference > 1e-6 {
		t.Errorf("%v %s", err, r.out)
	}
}

func TestExportNetwork2(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, "train", "iris", "--epochs", "2", "--layers", "4,5,3", "--act", "sigmoid", "--loss", "binary-cross-entropy", "--progress", "none")
	r := ok(t, dir, "export", "1", "--to", "network2", "-o", "net.json")
	if !strings.Contains(r.err, "no place for the scaling") {
		t.Error(r.err)
	}
	ok(t, dir, "inspect", "net.json")
}

func TestExportRefuses(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, "train", "iris", "--epochs", "1", "--progress", "none")
	ok(t, dir, "export", "1", "-o", "there.onnx")
	before, err := os.ReadFile(dir + "/there.onnx")
	if err != nil {
		t.Fatal(err)
	}
	for args, c := range map[string]struct {
		code int
		says string
	}{
		"":                           {2, "which model?"},
		"1 2":                        {2, `one model at a time, have "2" as well`},
		"1 --to tflite":              {2, `--to is "tflite"; want one of onnx, go, binary, safetensors, json, csv, npz, pickle, network2`},
		"1 -o -":                     {2, "not written to the standard output"},
		"1 -o there.onnx":            {2, "there.onnx exists; --yes replaces it"},
		"1 -o runs":                  {2, "runs is a folder"},
		"1 -o no/such/folder/x.onnx": {1, "no/such/folder"},
		"1 --to network2 -o n.json":  {3, `network2 has no loss "cross-entropy"`},
		"nothing":                    {3, "neither a file nor a run"},
	} {
		r := gradus(t, dir, append([]string{"export"}, strings.Fields(args)...)...)
		if r.code != c.code || !strings.Contains(r.err, c.says) || r.out != "" {
			t.Errorf("export %s: exit %d, %q; want %d, %q", args, r.code, r.err, c.code, c.says)
		}
		checkSentence(t, r, "export", args)
	}
	after, err := os.ReadFile(dir + "/there.onnx")
	if err != nil || string(after) != string(before) {
		t.Errorf("the file that was there has changed (%v)", err)
	}
	ok(t, dir, "export", "1", "-o", "there.onnx", "--yes")
	for name, text := range map[string]string{
		"cut.onnx":  string(before[:len(before)/2]),
		"bomb.onnx": "\x08\x08\x3a" + strings.Repeat("\xff", 10) + "\x01",
	} {
		if err := os.WriteFile(dir+"/"+name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		r := gradus(t, dir, "eval", name, "--data", "iris")
		if r.code != 3 || !strings.Contains(r.err, name) || !strings.Contains(r.err, "at byte") {
			t.Errorf("eval %s: exit %d, %q", name, r.code, r.err)
		}
		checkSentence(t, r, "eval", name)
	}
}
