//go:build !amd64

package kernel

// gemmScratch is empty where no assembly needs it.
type gemmScratch struct{}
