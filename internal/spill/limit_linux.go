package spill

import "syscall"

// processLimit returns the smaller of the limits that ulimit -d and ulimit -v set, or 0.
func processLimit() int64 {
	const data, addresses, none = 2, 9, 1 << 62 // RLIMIT_DATA and RLIMIT_AS
	least := uint64(none)
	for _, which := range []int{data, addresses} {
		var l syscall.Rlimit
		if syscall.Getrlimit(which, &l) == nil {
			least = min(least, uint64(l.Cur))
		}
	}
	if least == none {
		return 0
	}
	return int64(least)
}
