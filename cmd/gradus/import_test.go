package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/model"
)

// torchFile returns the path of a file that PyTorch has written: 2 → 3 relu → 2.
func torchFile(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs("../../format/pytorch/testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// A network of PyTorch is imported, judged, used, trained further and exported again.
func TestImport(t *testing.T) {
	dir := t.TempDir()
	r := ok(t, dir, "import", torchFile(t, "state.pt"), "--act", "relu", "--output", "softmax", "--classes", "low,high", "--data", "moons", "-o", "first.gradus")
	want := regexp.MustCompile(`^read     \S+state\.pt   pytorch, F32
model    2 → 3 relu → 2 softmax   15 parameters
classes  low, high
wrote    first\.gradus   sha256 [0-9a-f]{12}…
$`)
	if !want.MatchString(r.out) || r.err != "" {
		t.Errorf("%s%s", r.out, r.err)
	}
	// The module has the same weights, says itself what is between its layers, and takes the name of its file.
	ok(t, dir, "import", torchFile(t, "net.pt"))
	if a, b := sum(t, dir, "first.gradus"), sum(t, dir, torchFile(t, "net.pt")); a != b {
		t.Errorf("weights %s and %s", a, b)
	}
	// x = (1, 2): the scores are 5.125 and 2.6875 (model/importer works it out), so that low has 1/(1+e^-2.4375) = 91.96 %.
	if err := os.WriteFile(dir+"/x.csv", []byte("1,2\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	ok(t, dir, "import", torchFile(t, "checkpoint.pt"), "--act", "relu", "--classes", "low,high", "-o", "named.gradus")
	if r := ok(t, dir, "predict", "named.gradus", "x.csv"); !strings.HasPrefix(r.out, "low  91.96 %   then high 8.04 %") {
		t.Errorf("%s%s", r.out, r.err)
	}
	// Files of other tools are used as they are; what had to be guessed is said.
	for _, command := range [][]string{{"eval", torchFile(t, "net.pt"), "--data", "moons"}, {"predict", torchFile(t, "net.pt"), "x.csv"}} {
		if r := ok(t, dir, command...); strings.Contains(r.err, "warn") {
			t.Errorf("gradus %q: %s", command, r.err)
		}
	}
	for _, command := range [][]string{{"eval", "w.npz", "--data", "moons"}, {"predict", "w.npz", "x.csv"}} {
		arrays := []npy.Named{{Name: "fc.weight", Array: npy.Of([]float32{1, 2, 3, 4}, 2, 2)}}
		f, err := os.Create(dir + "/w.npz")
		if err == nil {
			err = npy.WriteArchive(f, arrays)
			f.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		if r := ok(t, dir, command...); !strings.Contains(r.err, "they are taken for scores of classes") {
			t.Errorf("gradus %q does not say what it guessed: %s", command, r.err)
		}
	}

	// The frozen layer keeps its bits, the other one learns; resumed or not.
	r = ok(t, dir, "train", "moons", "--from", "net.gradus", "--freeze", "all-but-last", "--epochs", "2", "--progress", "none")
	if !strings.Contains(r.out, "frozen   layer0   6 of 15 parameters learn\n") {
		t.Error(r.out)
	}
	before, err := model.Load(dir + "/net.gradus")
	if err != nil {
		t.Fatal(err)
	}
	trained := filepath.Join(dir, "runs", "1-moons-2-3-2", "last.gradus")
	after, err := model.Load(trained)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range after.Params {
		same := string(p.Data) == string(before.Params[i].Data)
		if frozen := strings.HasPrefix(p.Name, "layer0."); same != frozen {
			t.Errorf("%s: unchanged is %v", p.Name, same)
		}
	}
	ok(t, dir, "train", "runs/1-moons-2-3-2/config.yaml", "--progress", "none")
	if a, b := sum(t, dir, "1"), sum(t, dir, "2"); a != b {
		t.Errorf("config.yaml of the run gives weights %s, want %s", b, a)
	}
	ok(t, dir, "export", "1", "--to", "onnx", "-o", "tuned.onnx")
	if a, b := sum(t, dir, "1"), sum(t, dir, "tuned.onnx"); a != b {
		t.Errorf("exported: weights %s, want %s", b, a)
	}

	var report struct {
		Format, File, SHA256 string
		Parameters           int
		Warnings             []string
	}
	r = ok(t, dir, "import", torchFile(t, "state-legacy.pth"), "--act", "relu", "-o", "again.gradus", "--json")
	if err := json.Unmarshal([]byte(r.out), &report); err != nil || report.Format != "pytorch" || report.Parameters != 15 || len(report.SHA256) != 64 || len(report.Warnings) != 1 {
		t.Errorf("%v %s", err, r.out)
	}
}

func TestImportErrors(t *testing.T) {
	dir := t.TempDir()
	state := torchFile(t, "state.pt")
	for name, text := range map[string]string{
		"evil.pt":  "PK\x03\x04",
		"net.h5":   "\x89HDF\r\n\x1a\n12345678",
		"evil.pkl": "cos\nsystem\n(S'touch pwned'\ntR.",
		"there":    "x",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for line, c := range map[string]struct {
		code int
		says string
	}{
		"":                                      {2, "which file?"},
		"a b":                                   {2, "one file at a time"},
		"none.pt":                               {3, "none.pt: there is no such file"},
		state:                                   {3, "--act relu"},
		state + " --act nonsense":               {2, `--act is "nonsense"`},
		state + " --act dense":                  {2, `--act`},
		state + " --act relu,tanh":              {3, "2 activations for 1 gaps"},
		state + " --act relu --output tanh":     {2, `--output is "tanh"; want softmax, sigmoid or linear`},
		state + " --act relu --classes a,a":     {2, "all different"},
		state + " --act relu --classes a":       {3, "1 class names, but the network has 2 outputs"},
		state + " --act relu --scale 0":         {2, `--scale is "0"`},
		state + " --act relu --scale 1,2":       {2, `--scale is "1,2"`},
		state + " --act relu --scale nan":       {2, `--scale is "nan"`},
		state + " --act relu -o there":          {2, "there exists; --yes replaces it"},
		state + " --act relu -o -":              {2, "name a file"},
		torchFile(t, "net.pt") + " --act relu":  {3, "says itself"},
		torchFile(t, "conv.pt"):                 {3, "Conv2d"},
		torchFile(t, "script.pt"):               {3, "TorchScript"},
		torchFile(t, "types.pt") + " --act elu": {3, "holds no network: want arrays W1"},
		"evil.pt":                               {3, "evil.pt"},
		"evil.pkl":                              {3, `"os.system"`},
		"net.h5":                                {3, "HDF5"},
		".":                                     {3, "not a regular file"},
	} {
		args := append([]string{"import"}, strings.Fields(line)...)
		r := gradus(t, dir, args...)
		if r.code != c.code || !strings.Contains(r.err, c.says) {
			t.Errorf("gradus %q: exit %d, %s; want %d, %q", args, r.code, r.err, c.code, c.says)
		}
		checkSentence(t, r, args...)
	}
	if found, _ := filepath.Glob(filepath.Join(dir, "*.gradus")); len(found) > 0 {
		t.Errorf("left behind: %v", found)
	}
	if _, err := os.Stat(filepath.Join(dir, "pwned")); err == nil {
		t.Error("a pickle was run")
	}
	for line, c := range map[string]struct {
		code int
		says string
	}{
		"train moons --freeze 1":        {2, "--freeze is \"1\", but layer 1 has no parameters; the layers that have are 0, 2"},
		"train moons --freeze 0,2":      {2, "leaves no layer to learn"},
		"train moons --freeze first":    {2, "all-but-last"},
		"train moons --from " + state:   {3, "--act relu"},
		"eval " + state:                 {3, "gradus import"},
		"predict evil.pkl x.csv":        {3, `"os.system"`},
		"train moons --freeze 0 --l2 1": {0, ""},
	} {
		args := append(strings.Fields(line), "--quiet")
		r := gradus(t, dir, args...)
		if r.code != c.code || !strings.Contains(r.err, c.says) {
			t.Errorf("gradus %q: exit %d, %s; want %d, %q", args, r.code, r.err, c.code, c.says)
		}
	}
}

// doctor --onnx counts ONNX's own tests, and fails if one does.
func TestDoctorONNX(t *testing.T) {
	dir := t.TempDir()
	if r := gradus(t, dir, "doctor", "--onnx", "."); r.code != 3 || !strings.Contains(r.err, "has no tests of ONNX") {
		t.Errorf("an empty folder: exit %d, %s", r.code, r.err)
	}
	const data = "/usr/share/libonnx-testdata/data"
	if _, err := os.Stat(data); err != nil {
		t.Skip("skipped: ONNX's tests are not there (package libonnx-testdata)")
	}
	r := ok(t, dir, "doctor", "--onnx", data)
	counts := regexp.MustCompile(`(?m)^together +(\d+) of (\d+) `).FindStringSubmatch(r.out)
	if counts == nil || counts[1] != counts[2] {
		t.Error(r.out)
	}
	if err := os.MkdirAll(dir+"/mine/test_x", 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/mine/test_x/model.onnx", []byte("x"), 0o666); err != nil {
		t.Fatal(err)
	}
	if r := gradus(t, dir, "doctor", "--onnx", "."); r.code != 4 || !strings.Contains(r.out, "WRONG test_x") {
		t.Errorf("a broken test: exit %d, %s%s", r.code, r.out, r.err)
	}
}
