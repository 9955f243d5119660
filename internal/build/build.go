// Package build tells which program this is.
package build

import (
	"runtime"
	"runtime/debug"
	"slices"
)

// Info is what is known about the running program.
type Info struct {
	Version  string `json:"version"`            // "v0.1.0", or "devel"
	Revision string `json:"revision,omitempty"` // of the source, where the build knows it
	Modified bool   `json:"modified,omitempty"` // the source differed from the revision
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

// Read returns the program's own description.
func Read() Info {
	i := Info{Version: "devel", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	b, ok := debug.ReadBuildInfo()
	if !ok {
		return i
	}
	if v := b.Main.Version; v != "" && v != "(devel)" {
		i.Version = v
	}
	for _, s := range b.Settings {
		switch s.Key {
		case "vcs.revision":
			i.Revision = s.Value
		case "vcs.modified":
			i.Modified = s.Value == "true"
		}
	}
	return i
}

// String is the version in a word or three: "v0.1.0" or "devel (5967d11, modified)".
func (i Info) String() string {
	s := i.Version
	if i.Version == "devel" && len(i.Revision) >= 7 {
		s += " (" + i.Revision[:7]
		if i.Modified {
			s += ", modified"
		}
		s += ")"
	}
	return s
}

// Race reports whether the race detector is in this program. It keeps several times the memory, and lets pools forget what
// they were given: tests that measure memory or allocations say nothing then.
func Race() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.ContainsFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == "-race" && s.Value == "true" })
}
