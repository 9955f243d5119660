package durable

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// The lock of systems and file systems without flock.
func TestLockExclusive(t *testing.T) {
	dir := t.TempDir()
	unlock, err := lockExclusive(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = lockExclusive(dir)
	var held *LockedError
	if !errors.As(err, &held) || held.PID != os.Getpid() || held.File != filepath.Join(dir, ".lock.pid") {
		t.Errorf("a second lock: %v", err)
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
	if unlock, err = lockExclusive(dir); err != nil {
		t.Fatalf("after unlock: %v", err)
	}
	unlock()
}

func TestOwnTemp(t *testing.T) {
	if name := tempName("a b.gradus"); !ownTemp(name, "a b.gradus") {
		t.Errorf("%s is not recognised", name)
	}
	for _, foreign := range []string{
		"a", ".a.tmp", ".a.1-0123456.tmp", ".a.1-012345678.tmp", ".a.-01234567.tmp", ".a.x-01234567.tmp",
		".a.1-0123456g.tmp", ".a.1-01234567", ".ab.1-01234567.tmp", ".a.b.1-01234567.tmp", ".a.1-01234567.tmp.tmp",
	} {
		if ownTemp(foreign, "a") {
			t.Errorf("%s is taken for ours", foreign)
		}
	}
}
