package imagefolder

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// list lists the files of all parts; parts are their numbers: train, val, test.
func (f *Folder) list(dir string, places layout, classes []string) (files []file, parts [3]int, names []string, err error) {
	l := &listing{root: dir}
	if places.stray > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("%d images lie in no folder of a class and are passed over", places.stray))
	}
	names = classes
	for i, part := range []string{places.train, places.val, places.test} {
		if i > 0 && part == "" {
			continue
		}
		found := places.classes
		if i > 0 {
			if found, _, err = folders(filepath.Join(dir, part)); err != nil {
				return nil, parts, nil, err
			}
		}
		var above []fs.FileInfo // a link to one of them would lead back here
		for _, outer := range []string{dir, filepath.Join(dir, part)} {
			if info, err := os.Stat(outer); err == nil {
				above = append(above, info)
			}
		}
		var lists [][]file
		var taken []string
		for _, folder := range found {
			at := filepath.Join(part, folder)
			l.images = nil
			if err := l.walk(at, above); err != nil {
				return nil, parts, nil, fmt.Errorf("imagefolder: %w", err)
			}
			if len(l.images) == 0 {
				f.Notes = append(f.Notes, fmt.Sprintf("%s has no images and is passed over", at))
				continue
			}
			class := len(taken)
			if taken = append(taken, className(folder)); classes != nil || i > 0 {
				if class = indexOf(names, folder); class < 0 {
					return nil, parts, nil, &ClassError{filepath.Join(dir, at), names, i > 0 && classes == nil}
				}
			}
			list := make([]file, len(l.images))
			for j, path := range l.images {
				list[j] = file{path, int32(class)}
			}
			lists = append(lists, list)
		}
		if i == 0 && classes == nil {
			names = taken
		}
		mixed := alternate(lists)
		parts[i] = len(mixed)
		files = append(files, mixed...)
	}
	f.Notes = append(f.Notes, l.notes()...)
	switch {
	case parts[0] == 0:
		return nil, parts, nil, fmt.Errorf("imagefolder: %s has no images in its sub-folders; want files that end with .png, .jpg, .gif, .bmp, .webp or .tif", dir)
	case len(names) < 2:
		return nil, parts, nil, fmt.Errorf("imagefolder: %s has images of one class only, %q; want a sub-folder each for two classes or more", dir, names[0])
	}
	f.Files = len(files)
	return files, parts, names, nil
}

// A ClassError is a folder of a class that there is not.
type ClassError struct {
	Path    string
	Classes []string
	Train   bool // the classes are those of the folder to train on
}

func (e *ClassError) Error() string {
	whose := "of the model"
	if e.Train {
		whose = "to train on"
	}
	some := e.Classes[:min(6, len(e.Classes))]
	text := ""
	for i, c := range some {
		if i > 0 {
			text += ", "
		}
		text += c
	}
	if len(some) < len(e.Classes) {
		text += ", ..."
	}
	return fmt.Sprintf("imagefolder: %s is no class %s; want a folder for each of %s", e.Path, whose, text)
}

// indexOf returns the class whose images are in the folder, or -1.
func indexOf(classes []string, folder string) int {
	name := className(folder)
	if i := slices.Index(classes, name); i >= 0 {
		return i
	}
	return slices.IndexFunc(classes, func(c string) bool { return FolderName(c) == name })
}

// alternate puts the files of all classes into one list in which, at any place, each class has had its share.
func alternate(lists [][]file) []file {
	type at struct {
		place float64 // of file i of n: (i + 1/2) / n
		file
	}
	var all []at
	for _, list := range lists {
		for i, f := range list {
			all = append(all, at{float64(2*i+1) / float64(2*len(list)), f})
		}
	}
	slices.SortStableFunc(all, func(a, b at) int {
		switch {
		case a.place < b.place:
			return -1
		case a.place > b.place:
			return 1
		}
		return 0
	})
	files := make([]file, len(all))
	for i, a := range all {
		files[i] = a.file
	}
	return files
}
