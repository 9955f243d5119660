package session

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/catalog"
	"github.com/gradus-nn/gradus/dataset/imagefolder"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess"
)

// shownBroken is how many broken images are named; data.json has them all.
const shownBroken = 5

// ImageRecord is what data.json says about a folder of images.
type ImageRecord struct {
	Form    preprocess.Image `json:"form"`
	Files   int              `json:"files"`
	Bytes   int64            `json:"bytes"`
	Seconds float64          `json:"seconds"` // that reading took
	Broken  []BrokenImage    `json:"broken,omitempty"`
	Notes   []string         `json:"notes,omitempty"`
}

// A BrokenImage could not be read and was left out.
type BrokenImage struct {
	Path string `json:"path"`
	Why  string `json:"why"`
}

func imageRecord(a *recipe.Images) *ImageRecord {
	r := &ImageRecord{Form: a.Form, Files: a.Files, Bytes: a.Bytes, Seconds: a.Seconds, Notes: a.Notes}
	for _, b := range a.Broken {
		r.Broken = append(r.Broken, BrokenImage{b.Path, b.Err.Error()})
	}
	return r
}

// introduceImages says what was found in the folder.
func (t *trainer) introduceImages() {
	a := t.data.Images
	text := fmt.Sprintf("%s  %s images → %v", terminal.Clean(t.recipe.Data), nn.Thousands(a.Files), a.Form)
	if a.Found != "" {
		text += " (" + a.Found + ")"
	}
	t.print.line("read", "%s   %s in %s", text, megabytes(a.Bytes), progress.Duration(a.Seconds))
	names := t.parts.Train.Classes
	var some []string
	for _, c := range names[:min(6, len(names))] {
		some = append(some, terminal.Clean(c))
	}
	if len(names) > len(some) {
		some = append(some, "...")
	}
	t.print.line("task", "classification into %d classes: %s", len(names), strings.Join(some, ", "))
	split := fmt.Sprintf("%s to train on", nn.Thousands(t.parts.Train.Len()))
	if t.parts.Judge == "val" {
		split += fmt.Sprintf(" · %s to stop by", nn.Thousands(t.parts.HeldOut.Len()))
	}
	split += fmt.Sprintf(" · %s to judge the end by   seed %d", nn.Thousands(t.parts.Test.Len()), t.recipe.Seed)
	if a.Shared == 0 {
		split += "   no image on both sides"
	}
	t.print.line("split", "%s", split)
	for _, note := range imageNotes(a.Folder) {
		t.show.Note("warn", terminal.Clean(note))
	}
}

// imageNotes are sentences about what of a folder is not as it should be.
func imageNotes(f *imagefolder.Folder) []string {
	var notes []string
	for _, b := range f.Broken[:min(shownBroken, len(f.Broken))] {
		notes = append(notes, fmt.Sprintf("left out: %v", b))
	}
	if n := len(f.Broken); n > 0 {
		notes = append(notes, fmt.Sprintf("%s of %s could not be read", nn.Thousands(n), countOf(f.Files, "image", "images")))
	}
	return append(notes, f.Notes...)
}

// warnOfImages says what makes results on images look better than they are, and which labels contradict one another.
func (t *trainer) warnOfImages() {
	a := t.data.Images
	if a == nil {
		return
	}
	if a.Shared > 0 {
		t.show.Note("warn", terminal.Clean(fmt.Sprintf("%d of the %s images that judge the end occur among those to train on, too (%s is %s): the result looks better than it is",
			a.Shared, nn.Thousands(t.parts.Test.Len()), a.SharedPair[1], a.SharedPair[0])))
	}
	if n, pair := imagefolder.Contradictions(a.All); n > 0 {
		t.show.Note("warn", terminal.Clean(fmt.Sprintf("%s the same picture as one of another class (%s is %s): one of the two labels is wrong",
			countOf(n, "image is", "images are"), pair[1], pair[0])))
	}
}

// nextImages says what to type after a training on images.
func (t *trainer) nextImages(ref string) {
	t.print.line("next", "gradus predict %s NEW.jpg        or a whole folder, with -o OUT.csv", ref)
	t.print.line("", "gradus eval %s --top-losses 12    the images it gets most wrong; or on others: gradus eval %s FOLDER", ref, ref)
}

// megabytes writes a size in bytes.
func megabytes(n int64) string {
	if n < 1e6 {
		return fmt.Sprintf("%.0f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.0f MB", float64(n)/1e6)
}

// imageForm is how the model wants its images; whether it said so itself, or only has an input that is a picture.
func (u *Used) imageForm() (form preprocess.Image, own, ok bool) { return imageFormOf(u.Model) }

func imageFormOf(m *model.Model) (form preprocess.Image, own, ok bool) {
	for _, step := range m.Preprocess {
		if form, ok := step.(preprocess.Image); ok {
			return form, true, true
		}
	}
	in := m.Spec.Input
	form = preprocess.Image{Channels: 1, Fit: preprocess.Stretch}
	if len(in) == 3 && in[0] == 3 {
		form.Height, form.Width, form.Channels = in[1], in[2], 3
	} else if form.Height, form.Width, ok = Picture(in); !ok {
		return form, false, false
	}
	return form, false, form.Check(in.Size()) == nil
}

// Photos reports whether the model was trained on images as they are, which are light where their values are large; of digits the
// values are ink.
func (u *Used) Photos() bool {
	_, own, _ := u.imageForm()
	return own
}

// images loads a folder of images for the model.
func (u *Used) images(name, part string) (*dataset.Set, error) {
	form, _, ok := u.imageForm()
	if !ok {
		return nil, exit.Dataf("%s is a folder of images, but the model wants %v numbers an example, which are no picture", name, u.Model.Spec.Input)
	}
	if len(u.Model.Classes) == 0 {
		return nil, exit.Dataf("%s: the model has no names of classes, by which the folders of images could be told", name)
	}
	f, err := imagefolder.Load(name, imagefolder.Options{Width: form.Width, Height: form.Height, Channels: form.Channels, Fit: form.Fit, Classes: u.Model.Classes})
	if err != nil {
		return nil, exit.With(exit.Data, err)
	}
	u.Notes = imageNotes(f)
	missing, err := u.missing(f.Applied)
	if err != nil {
		return nil, exit.Dataf("%s: %w", name, err)
	}
	set, err := u.partOf(f, name, part)
	if err != nil {
		return nil, err
	}
	if set, err = set.WithShape(u.Model.Spec.Input); err != nil {
		return nil, exit.With(exit.Data, err)
	}
	set, err = missing.Set(set)
	return set, exit.With(exit.Data, err)
}

// partOf returns a part of a folder: a folder of its own, or as the training divided it, or all of a folder that the training did
// not see.
func (u *Used) partOf(f *imagefolder.Folder, name, part string) (*dataset.Set, error) {
	v := &recipe.Division{Train: f.Train, HeldOut: f.Val, Test: f.Test, Judge: "test"}
	switch {
	case v.Test != nil && v.HeldOut != nil:
		v.Judge = "val"
	case v.HeldOut != nil:
		v.Test = v.HeldOut
	case v.Test == nil && sameFolder(name, u.Model.Data):
		v.Train, v.Test = catalog.HoldOut(f.All, u.Model.Seed)
	case v.Test == nil && part == "test":
		return f.All, nil
	case v.Test == nil:
		return nil, exit.Usagef("--part %s: %s has no folders of its own for parts; leave --part out to judge all of it", part, name)
	}
	return pick(v, part)
}

func sameFolder(a, b string) bool {
	x, errX := filepath.EvalSymlinks(a)
	y, errY := filepath.EvalSymlinks(b)
	if errX != nil || errY != nil {
		return false
	}
	i, errI := os.Stat(x)
	j, errJ := os.Stat(y)
	return errI == nil && errJ == nil && os.SameFile(i, j)
}
