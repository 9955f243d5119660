//go:build !amd64 && !arm64

package kernel

// pause tells the processor that the caller waits in a loop; here there is no instruction for it.
func pause() {}
