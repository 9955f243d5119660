package kernel_test

import (
	"testing"

	"github.com/gradus-nn/gradus/kernel"
)

func TestPeak(t *testing.T) {
	team := kernel.NewTeam(1)
	defer team.Close()
	defer func(path string) { _ = kernel.Use(path) }(kernel.Active())
	for _, path := range kernel.Paths() {
		if err := kernel.Use(path); err != nil {
			t.Fatal(err)
		}
		if peak := kernel.Peak(team); !(peak > 0) {
			t.Errorf("%s: a peak of %v GFLOP/s", path, peak)
		}
	}
}
