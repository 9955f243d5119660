package runs

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestCreateAndOpen(t *testing.T) {
	root := filepath.Join(t.TempDir(), "some", "runs")
	if _, err := Open(root, "latest"); err == nil || !errors.As(err, new(*NotFoundError)) {
		t.Errorf("without any run: %v", err)
	}
	first, err := Create(root, "mnist-784-10")
	if err != nil || first.Number != 1 || first.Name() != "1-mnist-784-10" {
		t.Fatalf("%+v, %v", first, err)
	}
	// What is not ours does not count, and a number that is taken is not taken twice.
	for _, name := range []string{"notes", "0-zero", "07-leading", "x-3", "9"} {
		os.Mkdir(filepath.Join(root, name), 0o777)
	}
	os.WriteFile(filepath.Join(root, "20-file"), nil, 0o666)
	os.Mkdir(filepath.Join(root, "12-old"), 0o777)
	second, err := Create(root, "a/b\x1b c")
	if err != nil || second.Name() != "13-a-b-c" {
		t.Fatalf("%+v, %v", second, err)
	}
	for ref, want := range map[string]string{
		"latest": "13-a-b-c", "1": "1-mnist-784-10", "13": "13-a-b-c", "1-mnist-784-10": "1-mnist-784-10",
		first.Dir: "1-mnist-784-10", first.Dir + "/": "1-mnist-784-10", filepath.Join(root, "latest"): "13-a-b-c", filepath.Join(root, "notes"): "notes",
	} {
		if r, err := Open(root, ref); err != nil || r.Name() != want {
			t.Errorf("%s is %+v, %v; want %s", ref, r, err, want)
		}
	}
	for _, ref := range []string{"", "2", "01", "mnist", "20", filepath.Join(root, "20-file")} {
		if r, err := Open(root, ref); err == nil {
			t.Errorf("%q is %s", ref, r.Dir)
		}
	}
	os.Remove(filepath.Join(root, "latest")) // where links cannot be made
	if r, err := Open(root, "latest"); err != nil || r.Number != 13 {
		t.Errorf("without the link, the latest is %+v, %v", r, err)
	}
}

func TestClean(t *testing.T) {
	for name, want := range map[string]string{
		"mnist-784-10": "mnist-784-10", "": "run", "../..": "run", "-x": "x", "a b\tc": "a-b-c", "数字": "数字", ".hidden": "hidden", "con:aux": "con-aux",
	} {
		if have := Clean(name); have != want {
			t.Errorf("%q becomes %q; want %q", name, have, want)
		}
	}
	long := ""
	for range 100 {
		long += "é"
	}
	if n := len([]rune(Clean(long))); n != 60 {
		t.Errorf("%d letters; want 60", n)
	}
}

// The list shows what can be read of each run, and breaks on none.
func TestList(t *testing.T) {
	root := t.TempDir()
	done, _ := Create(root, "done")
	done.Write(Config, []byte("data: iris\nlr: 0.5\n"))
	done.WriteJSON(Result, Outcome{Schema: OutcomeSchema, Status: "finished", Metrics: map[string]float64{"test_acc": 0.5}})
	open, _ := Create(root, "open")
	open.Write(Config, []byte("data: iris\n"))
	busy, _ := Create(root, "busy")
	unlock, err := busy.Lock()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	broken, _ := Create(root, "broken")
	broken.Write(Config, []byte("\x00"))
	broken.Write(Result, []byte("{"))
	all, err := List(root)
	if err != nil || len(all) != 4 {
		t.Fatalf("%+v, %v", all, err)
	}
	for i, want := range []string{"finished", "unfinished", "running", "unfinished"} {
		if all[i].Status != want {
			t.Errorf("%s is %q; want %q", all[i].Name, all[i].Status, want)
		}
	}
	if all[0].Data != "iris" || all[0].LR != 0.5 || all[0].Outcome.Metrics["test_acc"] != 0.5 {
		t.Errorf("%+v", all[0])
	}
}
