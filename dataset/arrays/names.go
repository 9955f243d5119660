package arrays

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// The words that names are made of. Where a collection has several features, the first word counts: scikit-learn's digits have both
// data and images.
var (
	featureWords = []string{"x", "xs", "data", "features", "feature", "inputs", "input", "images", "image", "imgs", "img", "samples"}
	targetWords  = []string{"y", "ys", "target", "targets", "labels", "label", "lbl", "classes", "class"}
	partWords    = map[string]string{
		"train": train, "training": train, "tr": train, "val": val, "valid": val, "validation": val, "dev": val, "test": test, "testing": test, "te": test, "t10k": test,
	}
	fileWords = regexp.MustCompile(`^(npy|npz|gz|idx\d?|ubyte)$`)
)

// The parts of a data set.
const (
	train = "train"
	val   = "val"
	test  = "test"
)

// A role is what a name says about its array.
type role struct {
	features, targets bool
	rank              int    // among the words of its kind
	part              string // "" where the name does not say
	rest              string // what else is in the name: arrays that belong together share it
}

// roleOf reads a name: "X_train", "train-images-idx3-ubyte", "trainX".
func roleOf(name string) role {
	var r role
	var rest []string
	for _, word := range strings.FieldsFunc(strings.ToLower(name), separates) {
		if !r.take(word) && !r.takeBoth(word) && !fileWords.MatchString(word) {
			rest = append(rest, word)
		}
	}
	r.rest = strings.Join(rest, " ")
	return r
}

// take reads a word, and reports whether it says something new.
func (r *role) take(word string) bool {
	if part, ok := partWords[word]; ok && r.part == "" {
		r.part = part
		return true
	}
	if r.features || r.targets {
		return false
	}
	if i := slices.Index(featureWords, word); i >= 0 {
		r.features, r.rank = true, i
		return true
	}
	if i := slices.Index(targetWords, word); i >= 0 {
		r.targets, r.rank = true, i
		return true
	}
	return false
}

// takeBoth reads two words that are written as one: xtrain, testlabels.
func (r *role) takeBoth(word string) bool {
	if r.part != "" || r.features || r.targets {
		return false
	}
	for part := range partWords {
		for _, other := range []string{strings.TrimPrefix(word, part), strings.TrimSuffix(word, part)} {
			if other == word || !slices.Contains(featureWords, other) && !slices.Contains(targetWords, other) {
				continue
			}
			return r.take(part) && r.take(other)
		}
	}
	return false
}

// Column returns the array's name without what says which part it is, so that y_train and y_test are the same column.
func (a *Array) Column() string {
	if nameless.MatchString(a.Name) {
		return "y"
	}
	r := roleOf(a.Name)
	if r.features {
		return "y" // it is learnt all the same
	}
	var kept []string
	part := false
	for _, word := range strings.FieldsFunc(a.Name, separates) {
		low := strings.ToLower(word)
		if _, ok := partWords[low]; ok && !part {
			part = true
			continue
		}
		if !fileWords.MatchString(low) {
			kept = append(kept, word)
		}
	}
	if r.targets && r.part != "" && !part { // the two are one word
		return strings.TrimSpace(strings.TrimPrefix(r.rest+"_"+targetWords[r.rank], "_"))
	}
	if len(kept) == 0 {
		return "y"
	}
	return strings.Join(kept, "_")
}

func separates(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }

// stem is a file's name without folder and endings.
func stem(path string) string {
	name := filepath.Base(path)
	low := strings.ToLower(name)
	name = name[:len(strings.TrimSuffix(low, ".gz"))]
	for _, ending := range []string{".npy", ".npz", ".idx", ".pkl", ".pickle"} {
		if strings.HasSuffix(strings.ToLower(name), ending) {
			name = name[:len(name)-len(ending)]
		}
	}
	return name
}

// beside lists the files in the same folder that belong to one by their names: targets and other parts. Of a raw and a compressed file
// of the same name the raw one counts.
func beside(path string) []string {
	own := roleOf(stem(path))
	if !own.features {
		return nil
	}
	dir := filepath.Dir(path)
	names, err := list(dir)
	if err != nil {
		return nil
	}
	family := filepath.Ext(strings.TrimSuffix(strings.ToLower(path), ".gz")) == ".npy"
	var files []string
	seen := map[string]bool{stem(path): true}
	for _, name := range names {
		isNPY := filepath.Ext(strings.TrimSuffix(strings.ToLower(name), ".gz")) == ".npy"
		r := roleOf(stem(name))
		if seen[stem(name)] || !r.features && !r.targets || r.rest != own.rest || isNPY != family {
			continue
		}
		other := filepath.Join(dir, name)
		if start, err := beginning(other); err != nil || !isNPY && !isIDX(start) {
			continue
		}
		seen[stem(name)] = true
		files = append(files, other)
	}
	return files
}
