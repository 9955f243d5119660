package saved

import (
	"os"
	"path/filepath"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/catalog"
	"github.com/gradus-nn/gradus/dataset/imagefolder"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/picture"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/preprocess"
)

// ImageForm is how a model wants its images; whether it said so itself, or only has an input that is a picture.
func ImageForm(m *model.Model) (form preprocess.Image, own, ok bool) {
	for _, step := range m.Preprocess {
		if form, ok := step.(preprocess.Image); ok {
			return form, true, true
		}
	}
	in := m.Spec.Input
	form = preprocess.Image{Channels: 1, Fit: preprocess.Stretch}
	if len(in) == 3 && in[0] == 3 {
		form.Height, form.Width, form.Channels = in[1], in[2], 3
	} else if form.Height, form.Width, ok = picture.Size(in); !ok {
		return form, false, false
	}
	return form, false, form.Check(in.Size()) == nil
}

// Photos reports whether the model was trained on images as they are, which are light where their values are large; of digits the
// values are ink.
func (u *File) Photos() bool {
	_, own, _ := ImageForm(u.Model)
	return own
}

// images loads a folder of images for the model.
func (u *File) images(name, part string) (*dataset.Set, error) {
	form, _, ok := ImageForm(u.Model)
	if !ok {
		return nil, exit.Dataf("%s is a folder of images, but the model wants %v numbers an example, which are no picture", name, u.Model.Spec.Input)
	}
	if len(u.Model.Classes) == 0 {
		return nil, exit.Dataf("%s: the model has no names of classes, by which the folders of images could be told", name)
	}
	f, err := imagefolder.Load(name, imagefolder.Options{
		Width: form.Width, Height: form.Height, Channels: form.Channels, Fit: form.Fit, Classes: u.Model.Classes, Watch: recipe.WatchImages(u.Watch),
	})
	if err != nil {
		return nil, exit.With(exit.Data, err)
	}
	u.Notes = recipe.FolderNotes(f)
	missing, err := u.Missing(f.Applied)
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
func (u *File) partOf(f *imagefolder.Folder, name, part string) (*dataset.Set, error) {
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
