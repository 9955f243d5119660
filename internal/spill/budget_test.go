package spill

import (
	"os"
	"path/filepath"
	"testing"
)

// TestBudget: the budget is positive, and what is read of the machine is what stands there.
func TestBudget(t *testing.T) {
	if b := Budget(); b < leastBudget {
		t.Errorf("a budget of %d", b)
	}
	file := func(text string) string {
		name := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return name
	}
	if n := machine(file("MemTotal:       24552400 kB\nMemFree: 1 kB\n")); n != 24552400<<10 {
		t.Errorf("a machine of %d bytes", n)
	}
	if n := container(file("536870912\n")); n != 512<<20 {
		t.Errorf("a container of %d bytes", n)
	}
	for _, path := range []string{file("max\n"), "/nonexistent"} {
		if container(path) != 0 || machine(path) != 0 {
			t.Errorf("%s is a limit", path)
		}
	}
}
