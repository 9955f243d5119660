package spill

import (
	"bufio"
	"math"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
)

const (
	leastBudget = 4 << 20
	usualBudget = 256 << 20 // where nothing tells how much memory there is
	share       = 8         // of the memory that there is
)

// Budget returns how many bytes a large piece of data may take in memory: an eighth of what the machine, its container or GOMEMLIMIT
// allow, 4 MiB at least. It never decides a result, only where the bytes lie.
var Budget = sync.OnceValue(func() int64 {
	all := int64(math.MaxInt64)
	for _, limit := range []int64{
		debug.SetMemoryLimit(-1), machine("/proc/meminfo"), container("/sys/fs/cgroup/memory.max"),
		container("/sys/fs/cgroup/memory/memory.limit_in_bytes"), processLimit(),
	} {
		if limit > 0 {
			all = min(all, limit)
		}
	}
	if all == math.MaxInt64 {
		return usualBudget
	}
	return max(leastBudget, all/share)
})

// machine reads the memory of the machine from Linux's list, or returns 0.
func machine(path string) int64 {
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "MemTotal:"); ok {
			kb, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kb << 10
		}
	}
	return 0
}

// container reads the limit of a control group of either version, or returns 0.
func container(path string) int64 {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	n, _ := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64) // "max" is none
	return n
}
