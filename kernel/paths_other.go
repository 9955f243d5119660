//go:build !amd64 && !arm64

package kernel

// available lists the paths that the machine can run: here the reference alone.
func available() []*Path {
	ref := reference()
	return []*Path{&ref}
}
