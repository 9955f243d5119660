package durable_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gradus-nn/gradus/internal/durable"
)

// TestMain plays, where the environment asks for it, the child process that a test kills.
func TestMain(m *testing.M) {
	switch os.Getenv("DURABLE_CHILD") {
	case "save":
		saveForEver(os.Getenv("DURABLE_PATH"))
	case "once":
		if err := durable.Write(os.Getenv("DURABLE_PATH"), version(2)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case "lock":
		if _, err := durable.Lock(os.Getenv("DURABLE_PATH")); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("locked")
		io.Copy(io.Discard, os.Stdin) // until the parent is gone
	default:
		os.Exit(m.Run())
	}
}

// child prepares this test binary to run as a child.
func child(role, path string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "DURABLE_CHILD="+role, "DURABLE_PATH="+path)
	return cmd
}

// version writes a content that tells its number and whether it is whole.
func version(n int) func(io.Writer) error {
	return func(w io.Writer) error {
		piece := strings.Repeat(fmt.Sprintf("%08d\n", n), 1000)
		for range 30 {
			if _, err := io.WriteString(w, piece); err != nil {
				return err
			}
		}
		return nil
	}
}

// readVersion returns the number in a whole content, and -1 where that is not what is there.
func readVersion(t *testing.T, path string) int {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Error(err)
		return -1
	}
	n, _ := strconv.Atoi(string(data[:min(8, len(data))]))
	var want bytes.Buffer
	version(n)(&want)
	if !bytes.Equal(data, want.Bytes()) {
		t.Errorf("%s holds %d bytes that are no whole version", path, len(data))
		return -1
	}
	return n
}

// saveForEver saves versions 1, 2, 3 ... and prints each number when it is saved.
func saveForEver(path string) {
	for n := 1; ; n++ {
		if err := durable.Write(path, version(n)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(n)
	}
}

// names lists a folder.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var s []string
	for _, e := range entries {
		s = append(s, e.Name())
	}
	return strings.Join(s, " ")
}

func TestKillForReal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "last.gradus")
	if err := durable.Write(path, version(0)); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	littered := 0
	for range 20 {
		cmd := child("save", path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		saved := 0
		scanner := bufio.NewScanner(out)
		for range 1 + rng.IntN(3) {
			scanner.Scan()
			saved, _ = strconv.Atoi(scanner.Text())
		}
		time.Sleep(time.Duration(rng.IntN(4000)) * time.Microsecond)
		cmd.Process.Kill()
		for scanner.Scan() { // what it said before it died
			saved, _ = strconv.Atoi(scanner.Text())
		}
		cmd.Wait() // with "signal: killed"
		if saved == 0 {
			t.Fatal("the child saved nothing")
		}
		// It may have died between the save and its report.
		if n := readVersion(t, path); n != saved && n != saved+1 {
			t.Fatalf("version %d was saved, %d is there", saved, n)
		}
		if strings.Contains(names(t, filepath.Dir(path)), ".tmp") {
			littered++
		}
	}
	t.Logf("%d of 20 kills left a temporary file", littered)
	if err := durable.Write(path, version(1)); err != nil {
		t.Fatal(err)
	}
	if got := names(t, filepath.Dir(path)); got != "last.gradus" {
		t.Errorf("after the next save the folder holds %s", got)
	}
}

func TestTargets(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("permissions and links of Unix")
	}
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	file, link, dangling, readOnly := in("file"), in("link"), in("dangling"), in("read-only")
	socket, err := net.Listen("unix", in("socket")) // stands for /dev/null, which is too dear to risk
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	for _, err := range []error{
		os.WriteFile(file, []byte("old"), 0o640),
		os.Symlink("file", link),
		os.Symlink("nowhere", dangling),
		os.WriteFile(readOnly, []byte("best"), 0o444),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}

	if err := durable.Write(link, version(1)); err != nil {
		t.Fatal(err)
	}
	if readVersion(t, file) != 1 {
		t.Error("the file behind the link was not replaced")
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v %v", info, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode() != 0o640 {
		t.Errorf("the file's permissions changed: %v %v", info, err)
	}

	for path, want := range map[string]string{
		dir:                "it is a folder",
		dir + "/":          "ends in a separator",
		"":                 "the path is empty",
		dangling:           "leads nowhere",
		readOnly:           "read-only",
		in("socket"):       "not a regular file",
		in("missing/file"): "check that the folder exists",
		in("file/file"):    "not a directory",
	} {
		err := durable.Write(path, version(1))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Write(%q): have %v, want %q", path, err, want)
		}
	}
	if got, want := names(t, dir), "dangling file link read-only socket"; got != want {
		t.Errorf("the folder holds %s, want %s", got, want)
	}
}

// Writers of one path at once: each succeeds or fails, and the file is always whole.
func TestConcurrentWriters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "last.gradus")
	if err := durable.Write(path, version(0)); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			for range 5 {
				durable.Write(path, version(n))
				readVersion(t, path)
			}
		})
	}
	wg.Wait()
	if err := durable.Write(path, version(9)); err != nil {
		t.Fatal(err)
	}
	if got := names(t, filepath.Dir(path)); got != "last.gradus" {
		t.Errorf("the folder holds %s", got)
	}
}

func TestLock(t *testing.T) {
	dir := t.TempDir()
	unlock, err := durable.Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = durable.Lock(dir)
	var locked *durable.LockedError
	if !errors.As(err, &locked) || locked.PID != os.Getpid() || locked.Dir != dir {
		t.Errorf("a second lock: %v", err)
	}
	out, err := child("lock", dir).Output()
	if err == nil || !strings.Contains(string(out), fmt.Sprintf("another process (pid %d) is writing to this folder", os.Getpid())) {
		t.Errorf("a lock of another process: %v, it said %q", err, out)
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
	if got := names(t, dir); got != "" {
		t.Errorf("unlock left %s", got)
	}
	if unlock, err = durable.Lock(dir); err != nil {
		t.Fatalf("after unlock: %v", err)
	}
	unlock()

	if _, err := durable.Lock(filepath.Join(dir, "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing folder: %v", err)
	}
	file := filepath.Join(dir, "file")
	os.WriteFile(file, nil, 0o666)
	if _, err := durable.Lock(file); err == nil || !strings.Contains(err.Error(), "want a folder") {
		t.Errorf("a file: %v", err)
	}
}

// The lock of a killed process is gone at once.
func TestLockEndsWithItsProcess(t *testing.T) {
	dir := t.TempDir()
	cmd := child("lock", dir)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(stdout).ReadString('\n'); line != "locked\n" {
		t.Fatalf("the child said %q (%v)", line, err)
	}
	_, err = durable.Lock(dir)
	var locked *durable.LockedError
	if !errors.As(err, &locked) || locked.PID != cmd.Process.Pid {
		t.Errorf("while the child lives: %v", err)
	}
	cmd.Process.Kill()
	cmd.Wait()
	unlock, err := durable.Lock(dir)
	if err != nil {
		t.Fatalf("after the child was killed: %v", err)
	}
	unlock()
}

// Of many that race for a lock, at most one has it at a time.
func TestLockRace(t *testing.T) {
	dir := t.TempDir()
	var mu sync.Mutex
	holders, taken := 0, 0
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 2000 {
				unlock, err := durable.Lock(dir)
				if err != nil {
					continue
				}
				mu.Lock()
				holders++
				taken++
				if holders > 1 {
					t.Error("two have the lock")
				}
				mu.Unlock()
				runtime.Gosched()
				mu.Lock()
				holders--
				mu.Unlock()
				unlock()
			}
		})
	}
	wg.Wait()
	if taken == 0 {
		t.Error("nobody ever had the lock")
	}
}

func TestMkdirAll(t *testing.T) {
	dir := t.TempDir()
	deep := filepath.Join(dir, "runs", "1-mnist")
	for range 2 {
		if err := durable.MkdirAll(deep); err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(deep); err != nil || !info.IsDir() {
		t.Errorf("%v %v", info, err)
	}
	file := filepath.Join(dir, "file")
	os.WriteFile(file, nil, 0o666)
	for _, path := range []string{file, filepath.Join(file, "sub")} {
		if err := durable.MkdirAll(path); err == nil {
			t.Errorf("MkdirAll(%s) succeeded", path)
		}
	}
}
