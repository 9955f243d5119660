//go:build (!unix && !windows) || solaris || aix

package durable

func lock(dir string) (unlock func() error, err error) { return lockExclusive(dir) }
