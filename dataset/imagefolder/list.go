package imagefolder

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// isImage reports whether a file is called as images are.
func isImage(name string) bool {
	return slices.Contains(endings, strings.ToLower(filepath.Ext(name)))
}

// hidden reports whether a name is one that people do not see: .DS_Store, ._x.png, .cache.
func hidden(name string) bool { return strings.HasPrefix(name, ".") }

// A listing is the images below a folder, and what else is there.
type listing struct {
	root   string
	images []string // paths below root, in order
	passed map[string]*passed
	why    []string // the keys of passed in the order of their first case
}

// passed are files that were not taken, for one reason.
type passed struct {
	n     int
	first string
}

// pass notes that a path is not taken.
func (l *listing) pass(path, why string) {
	if l.passed == nil {
		l.passed = map[string]*passed{}
	}
	p := l.passed[why]
	if p == nil {
		p = &passed{first: path}
		l.passed[why] = p
		l.why = append(l.why, why)
	}
	p.n++
}

// notes are the sentences about what was passed over.
func (l *listing) notes() []string {
	var notes []string
	for _, why := range l.why {
		p := l.passed[why]
		text := fmt.Sprintf("%s passed over, %s", p.first, why)
		if p.n > 1 {
			text = fmt.Sprintf("%d files passed over, %s: %s ...", p.n, why, p.first)
		}
		notes = append(notes, text)
	}
	return notes
}

const (
	noImage   = "no image by its name"
	noFile    = "neither a file nor a folder"
	nowhere   = "a link to nowhere"
	loop      = "a link back to a folder that it is in"
	tooDeep   = "too deep"
	maxDepth  = 32
	namesOnce = 4096 // names of a folder that are read at a time: the rest of what the system tells of them is not kept
)

// walk lists the images below root/at, in the order of their names. Links are followed, but not in a circle.
func (l *listing) walk(at string, above []fs.FileInfo) error {
	dir := filepath.Join(l.root, at)
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(above, func(a fs.FileInfo) bool { return os.SameFile(a, info) }) {
		l.pass(at, loop)
		return nil
	}
	if len(above) >= maxDepth {
		l.pass(at, tooDeep)
		return nil
	}
	above = append(above[:len(above):len(above)], info)
	first := len(l.images)
	var folders []string
	for {
		entries, err := f.ReadDir(namesOnce)
		for _, e := range entries {
			name := e.Name()
			if hidden(name) {
				continue
			}
			path := filepath.Join(at, name)
			mode := e.Type()
			if mode&fs.ModeSymlink != 0 {
				to, err := os.Stat(filepath.Join(l.root, path))
				if err != nil {
					l.pass(path, nowhere)
					continue
				}
				mode = to.Mode().Type()
			}
			switch {
			case mode.IsDir():
				folders = append(folders, path)
			case !isImage(name):
				l.pass(path, noImage)
			case !mode.IsRegular():
				l.pass(path, noFile)
			default:
				l.images = append(l.images, path)
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	f.Close()
	slices.Sort(l.images[first:])
	slices.Sort(folders)
	for _, path := range folders {
		if err := l.walk(path, above); err != nil {
			return err
		}
	}
	return nil
}

// folders returns the sub-folders of a folder that people see, in the order of people: "2" comes before "10". Images are whether there
// are images beside them.
func folders(dir string) (names []string, images int, err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	for {
		entries, err := f.ReadDir(namesOnce)
		for _, e := range entries {
			mode := e.Type()
			if hidden(e.Name()) {
				continue
			}
			if mode&fs.ModeSymlink != 0 {
				if to, err := os.Stat(filepath.Join(dir, e.Name())); err == nil {
					mode = to.Mode().Type()
				}
			}
			switch {
			case mode.IsDir():
				names = append(names, e.Name())
			case isImage(e.Name()):
				images++
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, 0, err
		}
	}
	slices.SortFunc(names, natural)
	return names, images, nil
}

// natural compares names as people order them: numbers within them by their values.
func natural(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		dx, dy := digits(x), digits(y)
		if dx == 0 || dy == 0 {
			if x[0] != y[0] {
				return int(x[0]) - int(y[0])
			}
			x, y = x[1:], y[1:]
			continue
		}
		p, q := strings.TrimLeft(x[:dx], "0"), strings.TrimLeft(y[:dy], "0")
		if len(p) != len(q) {
			return len(p) - len(q)
		}
		if c := strings.Compare(p, q); c != 0 {
			return c
		}
		x, y = x[dx:], y[dy:]
	}
	if c := len(x) - len(y); c != 0 {
		return c
	}
	return strings.Compare(a, b) // 07 and 7
}

// digits returns how many digits s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// className is what a class is called whose images are in a folder of that name. Bytes that are no text are written as Go writes them.
func className(folder string) string {
	if utf8.ValidString(folder) {
		return folder
	}
	quoted := fmt.Sprintf("%q", folder)
	return quoted[1 : len(quoted)-1]
}

// FolderName returns the name of the folder for the images of a class: the class's name, but for what no name of a file may hold.
func FolderName(class string) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune("/\\:*?\"<>|", r) || r < ' ' || r == 0x7f {
			return '_'
		}
		return r
	}, class)
	name = strings.TrimRight(name, " .") // which Windows drops
	if name == "" || hidden(name) {
		name = "_" + name
	}
	const most = 200
	for len(name) > most {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name
}

// The names under which the parts of a set are kept, in small letters.
var (
	trainNames = []string{"train", "training"}
	testNames  = []string{"test", "testing"}
	valNames   = []string{"val", "valid", "validation"}
)

// A layout says which folders hold what.
type layout struct {
	train, val, test string // folders of classes below the root; "" is the root itself for train, and none for the others
	classes          []string
	stray            int // images that lie beside the folders of the classes
}

// layOut finds out how a folder is laid out: a sub-folder a class, or one a part with a sub-folder a class each.
func layOut(dir string) (layout, error) {
	names, stray, err := folders(dir)
	if err != nil {
		return layout{}, err
	}
	l := layout{classes: names, stray: stray}
	part := func(of []string) string {
		for _, name := range names {
			if slices.Contains(of, strings.ToLower(name)) {
				return name
			}
		}
		return ""
	}
	train, val, test := part(trainNames), part(valNames), part(testNames)
	if train != "" && stray == 0 {
		known := 0
		for _, name := range []string{train, val, test} {
			if name != "" {
				known++
			}
		}
		inner, images, err := folders(filepath.Join(dir, train))
		if err != nil {
			return layout{}, err
		}
		// A class may be called train: then the folder holds images, or has other classes beside it.
		if known == len(names) && len(inner) > 0 {
			l = layout{train: train, val: val, test: test, classes: inner, stray: images}
		}
	}
	switch {
	case len(l.classes) == 0 && l.stray > 0:
		return l, fmt.Errorf("imagefolder: %s has %d images, but no sub-folders; put the images of each class into a folder of its own: %s, %s",
			dir, l.stray, filepath.Join(dir, "cat"), filepath.Join(dir, "dog"))
	case len(l.classes) == 0:
		return l, fmt.Errorf("imagefolder: %s has no sub-folders with images; want one a class: %s, %s", dir, filepath.Join(dir, "cat"), filepath.Join(dir, "dog"))
	}
	return l, nil
}

// Is reports whether a folder looks like one of images: there are images in a sub-folder, in one of a sub-folder, or in itself. It looks at a few
// names only.
func Is(dir string) bool {
	names, images, err := glance(dir)
	if err != nil || images {
		return err == nil
	}
	for _, name := range names {
		inner, images, err := glance(filepath.Join(dir, name))
		if err == nil && images {
			return true
		}
		for _, deeper := range inner {
			if _, images, err := glance(filepath.Join(dir, name, deeper)); err == nil && images {
				return true
			}
		}
	}
	return false
}

// glance returns the first few sub-folders, and whether there is an image among the first names.
func glance(dir string) (names []string, images bool, err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	const few = 16
	entries, err := f.ReadDir(namesOnce)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false, err
	}
	for _, e := range entries {
		switch {
		case hidden(e.Name()):
		case e.IsDir() || e.Type()&fs.ModeSymlink != 0 && !isImage(e.Name()):
			if len(names) < few {
				names = append(names, e.Name())
			}
		case isImage(e.Name()):
			images = true
		}
	}
	return names, images, nil
}
