package recipe

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/catalog"
	"github.com/gradus-nn/gradus/dataset/idxfolder"
	"github.com/gradus-nn/gradus/dataset/imagefolder"
	"github.com/gradus-nn/gradus/internal/transcript"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess"
)

// Images is what is known about data that came from a folder of images.
type Images struct {
	*imagefolder.Folder
	Shared     int       // test examples whose pixels occur among the training examples, too
	SharedPair [2]string // the files of the first
	Seconds    float64   // that reading took
}

// OfImages reports whether the request names a folder of images.
func (q *Request) OfImages() bool { return imageForm.is(q, look(or(q.Data, "mnist"))) }

// imageForm are folders with a sub-folder of images a class.
var imageForm = form{
	is: func(_ *Request, p *place) bool {
		return p.isFolder() && !idxfolder.Is(p.name) && imagefolder.Is(p.name)
	},
	load:  (*Request).loadImages,
	whole: (*Request).wholeImages,
}

// loadImages reads a folder, and divides it where it has no part to test of its own.
func (q *Request) loadImages() (*Data, error) {
	f, err := q.readImages()
	if err != nil {
		return nil, err
	}
	train, val, test := f.Train, f.Val, f.Test
	if test == nil { // a folder val alone judges the end, and what judges the epochs is held out
		val, test = nil, f.Val
	}
	if test == nil {
		train, test = catalog.HoldOut(f.All, or(q.Seed, 0))
	}
	if train.Len() < 2 || test.Len() < 1 {
		return nil, fmt.Errorf("%s has %d images to train on and %d to judge by; want 2 or more, and 1", or(q.Data, ""), train.Len(), test.Len())
	}
	d, err := f.data(q, train, test)
	if err == nil {
		d.Val = val
	}
	return d, err
}

func (q *Request) wholeImages() (*dataset.Set, func(train, test *dataset.Set) (*Data, error), error) {
	f, err := q.readImages()
	if err != nil {
		return nil, nil, err
	}
	return f.All, func(train, test *dataset.Set) (*Data, error) { return f.data(q, train, test) }, nil
}

func (q *Request) readImages() (*Images, error) {
	o := imagefolder.Options{Channels: or(q.Channels, 0), Fit: or(q.Fit, ""), Watch: WatchImages(q.Watch)}
	var err error
	if o.Width, o.Height, err = parseSize(or(q.Size, "")); err != nil {
		return nil, err
	}
	if q.Channels != nil && o.Channels != 1 && o.Channels != 3 {
		return nil, fieldf("channels", "is %d; want 1 (grey) or 3 (colour)", o.Channels)
	}
	if q.Fit != nil && o.Fit != preprocess.Stretch && o.Fit != preprocess.Crop {
		return nil, fieldf("fit", "is %q; want %s (all of the picture) or %s (its middle, not distorted)", o.Fit, preprocess.Stretch, preprocess.Crop)
	}
	dir, begun := or(q.Data, ""), time.Now()
	f, err := imagefolder.Load(dir, o)
	if err != nil {
		return nil, err
	}
	if q.DataSHA256 != nil && *q.DataSHA256 != f.SHA256 {
		return nil, fieldf("data", "is %s, but its images are no longer those that the run was made with (SHA-256 %.12s…, now %.12s…)", dir, *q.DataSHA256, f.SHA256)
	}
	return &Images{Folder: f, Seconds: time.Since(begun).Seconds()}, nil
}

// data returns two parts of the folder.
func (f *Images) data(q *Request, train, test *dataset.Set) (*Data, error) {
	own := *f
	own.Shared, own.SharedPair = imagefolder.Shared(train, test)
	dir := or(q.Data, "")
	return &Data{Train: train, Test: test, Images: &own, Info: catalog.Info{
		Name: f.All.Name, Description: "the images of " + dir, Train: train.Len(), Test: test.Len(), Shape: train.Shape,
		Classes: train.Classes, Out: train.Out, Source: dir, Applied: f.Applied,
	}}, nil
}

var sizeText = regexp.MustCompile(`^\s*(\d{1,5})\s*(?:[x×X,]\s*(\d{1,5})\s*)?$`)

// parseSize reads "32x24", width and height, or "32" for both. "" is 0, 0.
func parseSize(text string) (width, height int, err error) {
	if text == "" {
		return 0, 0, nil
	}
	m := sizeText.FindStringSubmatch(text)
	if m == nil {
		return 0, 0, fieldf("size", "is %q; want WIDTHxHEIGHT in pixels, such as 28x28", text)
	}
	width, _ = strconv.Atoi(m[1])
	if height = width; m[2] != "" {
		height, _ = strconv.Atoi(m[2])
	}
	if err := (preprocess.Image{Width: width, Height: height, Channels: 1, Fit: preprocess.Stretch}).Check(width * height); err != nil {
		return 0, 0, fieldf("size", "is %s; want 1x1 to 4096x4096 pixels, such as 28x28", text)
	}
	return width, height, nil
}

// imagePatience is in epochs, as that of tables; images are more, and waver less.
const imagePatience = 10

// resolveImages notes the form of the images, which is chosen by the data where nobody asks for one, and fills in an early stop, judged by
// examples that are held out of the training part.
func (r *Recipe) resolveImages(q *Request, f Facts) error {
	if f.Images == nil {
		const only = "is for folders of images; %s is none"
		switch {
		case q.Size != nil:
			return fieldf("size", only, r.Data)
		case q.Channels != nil:
			return fieldf("channels", only, r.Data)
		case q.Fit != nil:
			return fieldf("fit", only, r.Data)
		}
		return nil
	}
	form := f.Images.Form
	r.DataSHA256, r.Size, r.Channels, r.Fit = f.Images.SHA256, fmt.Sprintf("%dx%d", form.Width, form.Height), form.Channels, form.Fit
	r.Patience = or(q.Patience, imagePatience)
	if q.Val == nil && r.Patience > 0 && !f.OwnVal {
		r.Val = choose(f.Examples < fewRows, 0.2, 0.1)
	}
	return nil
}

// ShownBroken is how many broken images are named.
const ShownBroken = 5

// FolderNotes are sentences about what of a folder is not as it should be.
func FolderNotes(f *imagefolder.Folder) []string {
	var notes []string
	for _, b := range f.Broken[:min(ShownBroken, len(f.Broken))] {
		notes = append(notes, fmt.Sprintf("left out: %v", b))
	}
	if n := len(f.Broken); n > 0 {
		notes = append(notes, fmt.Sprintf("%s of %s could not be read", nn.Thousands(n), transcript.Count(f.Files, "image", "images")))
	}
	return append(notes, f.Notes...)
}
