package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The program that a static gradus exports runs in a root directory with nothing but itself and a table: no /proc, no libraries,
// no temporary folder.
func TestExportBinaryAlone(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("skipped: only root may change the root directory")
	}
	dir := t.TempDir()
	soldHouses(t, dir, "--target", "price")
	cmd := command(dir, "export", "1", "--to", "binary", "-o", "root/prices")
	cmd.Path = static(t)
	root := filepath.Join(dir, "root")
	if err := os.Mkdir(root, 0o777); err != nil {
		t.Fatal(err)
	}
	if r := finish(t, cmd); r.code != 0 || r.err != "" {
		t.Fatalf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "houses.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "new.csv"), data, 0o666); err != nil {
		t.Fatal(err)
	}
	want := ok(t, dir, "predict", "1", "houses.csv").out
	for _, args := range [][]string{{"predict", "/new.csv"}, {"predict", "/new.csv", "-o", "/out.csv"}, {"--help"}} {
		cmd := &exec.Cmd{Path: "/prices", Args: append([]string{"/prices"}, args...), Dir: "/", Env: []string{}, SysProcAttr: &syscall.SysProcAttr{Chroot: root}}
		r := finish(t, cmd)
		if r.code != 0 || r.err != "" {
			t.Fatalf("%q: exit %d\n%s%s", args, r.code, r.out, r.err)
		}
		if len(args) == 2 && r.out != want || len(args) == 1 && !strings.Contains(r.out, "prices predicts price") {
			t.Errorf("%q answers\n%s", args, r.out)
		}
	}
	if have, err := os.ReadFile(filepath.Join(root, "out.csv")); err != nil || string(have) != want {
		t.Errorf("out.csv differs (%v)", err)
	}
}
