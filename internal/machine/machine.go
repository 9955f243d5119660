// Package machine describes and measures the computer that the program runs on.
package machine

import (
	"bufio"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/gradus-nn/gradus/kernel"
)

// Info describes the processor.
type Info struct {
	Model string `json:"model"`
	CPUs  int    `json:"cpus"`    // that the operating system offers
	Used  int    `json:"threads"` // that Go may use
}

// Describe returns what is known about the processor.
func Describe() Info {
	return Info{Model: cpuModel(), CPUs: runtime.NumCPU(), Used: runtime.GOMAXPROCS(0)}
}

// cpuModel reads the processor's name where the system tells it in a file.
func cpuModel() string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if key, value, ok := strings.Cut(s.Text(), ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.Join(strings.Fields(value), " ")
		}
	}
	return runtime.GOARCH
}

// Peak measures the fused multiply-adds of the active path on so many threads, in GFLOP/s.
func Peak(threads int) float64 {
	team := kernel.NewTeam(threads)
	defer team.Close()
	return kernel.Peak(team)
}

// SustainedPeak is the mean of what Peak is the best of.
func SustainedPeak(threads int) float64 {
	team := kernel.NewTeam(threads)
	defer team.Close()
	return kernel.SustainedPeak(team)
}

// Bandwidth measures how fast so many threads copy memory that no cache holds, in GB/s read and written together.
func Bandwidth(threads int) float64 {
	const size, rounds = 128 << 20, 4
	var group sync.WaitGroup
	buffers := make([][2][]byte, threads)
	for i := range buffers {
		buffers[i] = [2][]byte{make([]byte, size/threads), make([]byte, size/threads)}
		copy(buffers[i][0], buffers[i][1]) // touches the pages
	}
	best := 0.0
	for range rounds {
		begun := time.Now()
		for _, b := range buffers {
			group.Go(func() { copy(b[0], b[1]) })
		}
		group.Wait()
		best = max(best, 2*size/float64(time.Since(begun).Nanoseconds()))
	}
	return best
}
