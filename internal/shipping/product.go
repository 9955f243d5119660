package shipping

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gradus-nn/gradus/internal/durable"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/model/gopackage"
)

// MayWrite refuses what must not be overwritten: before any work is done for it.
func MayWrite(path, format string, yes bool) error {
	if !formats[format].folder {
		return nil
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return exit.With(exit.Failed, err)
	case !info.IsDir():
		return exit.Usagef("%s is a file; a Go package wants the name of a folder", path)
	}
	there, err := os.ReadDir(path)
	if err != nil {
		return exit.With(exit.Failed, err)
	}
	if len(there) > 0 && !yes {
		return exit.Usagef("%s exists; --yes replaces the package in it", path)
	}
	return nil
}

// IsFolder reports whether a format is a folder of files.
func IsFolder(format string) bool { return formats[format].folder }

// Write writes the product: a file whole or not at all, a new folder too. In a folder that exists, files are replaced one by
// one, and those of an earlier export that are needed no longer are removed.
func (p *Product) Write(path string) error {
	if !p.Folder {
		if err := durable.Write(path, func(w io.Writer) error { _, err := w.Write(p.data()); return err }); err != nil {
			return err
		}
		return p.permit(path)
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return p.create(path)
	}
	if err := p.fill(path); err != nil {
		return err
	}
	return p.tidy(path)
}

// data is that of a product of one file.
func (p *Product) data() []byte { return p.Files[0].Data }

// permit lets whoever may read the file run it, if it is a program.
func (p *Product) permit(path string) error {
	if p.Mode == 0 {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return os.Chmod(path, info.Mode()|info.Mode()&0o444>>2)
}

// create makes the folder under another name first.
func (p *Product) create(path string) error {
	parent, name := filepath.Split(filepath.Clean(path))
	if parent == "" {
		parent = "."
	}
	temp, err := os.MkdirTemp(parent, "."+name+".*.tmp")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp) // which is gone when all went well
	if err := os.Chmod(temp, 0o755); err != nil {
		return err
	}
	if err := p.fill(temp); err != nil {
		return err
	}
	return os.Rename(temp, path)
}

func (p *Product) fill(dir string) error {
	for _, f := range p.Files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := durable.MkdirAll(filepath.Dir(path)); err != nil {
			return err
		}
		if err := durable.Write(path, func(w io.Writer) error { _, err := w.Write(f.Data); return err }); err != nil {
			return err
		}
	}
	return nil
}

// tidy removes copied files of an earlier export.
func (p *Product) tidy(dir string) error {
	keep := map[string]bool{}
	for _, f := range p.Files {
		keep[filepath.Join(dir, filepath.FromSlash(f.Name))] = true
	}
	there, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	for _, path := range there {
		if keep[path] {
			continue
		}
		if data, err := os.ReadFile(path); err == nil && bytes.HasPrefix(data, []byte(gopackage.CopiedMark)) {
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	return nil
}
