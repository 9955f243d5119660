//go:build !unix || solaris || aix

package durable

import "os"

// markLive does nothing: Windows refuses to remove an open file, which is all that is needed.
func markLive(*os.File) {}

func (osFS) RemoveStale(name string) error { return os.Remove(name) }

// SyncDir does nothing: folders cannot be flushed here.
func (osFS) SyncDir(string) error { return nil }
