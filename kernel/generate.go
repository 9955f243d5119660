package kernel

// The assembly for amd64 and arm64 and its declarations; see _gen/README.md.
//
//go:generate go -C _gen run .
