package session

import (
	"fmt"
	"strings"

	"github.com/gradus-nn/gradus/dataset/imagefolder"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/internal/transcript"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess"
)

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
func (t *Training) introduceImages() {
	a := t.data.Images
	text := fmt.Sprintf("%s  %s images → %v", terminal.Clean(t.recipe.Data), nn.Thousands(a.Files), a.Form)
	if a.Found != "" {
		text += " (" + a.Found + ")"
	}
	t.print.Line("read", "%s   %s in %s", text, megabytes(a.Bytes), progress.Duration(a.Seconds))
	names := t.parts.Train.Classes
	var some []string
	for _, c := range names[:min(6, len(names))] {
		some = append(some, terminal.Clean(c))
	}
	if len(names) > len(some) {
		some = append(some, "...")
	}
	t.print.Line("task", "classification into %d classes: %s", len(names), strings.Join(some, ", "))
	split := fmt.Sprintf("%s to train on", nn.Thousands(t.parts.Train.Len()))
	if t.parts.Judge == "val" {
		split += fmt.Sprintf(" · %s to stop by", nn.Thousands(t.parts.HeldOut.Len()))
	}
	split += fmt.Sprintf(" · %s to judge the end by   seed %d", nn.Thousands(t.parts.Test.Len()), t.recipe.Seed)
	if a.Shared == 0 {
		split += "   no image on both sides"
	}
	t.print.Line("split", "%s", split)
	for _, note := range recipe.FolderNotes(a.Folder) {
		t.show.Note("warn", terminal.Clean(note))
	}
}

// warnOfImages says what makes results on images look better than they are, and which labels contradict one another.
func (t *Training) warnOfImages() {
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
			transcript.Count(n, "image is", "images are"), pair[1], pair[0])))
	}
}

// nextImages says what to type after a training on images.
func (t *Training) nextImages(ref string) {
	t.print.Line("next", "gradus predict %s NEW.jpg        or a whole folder, with -o OUT.csv", ref)
	t.print.Line("", "gradus eval %s --top-losses 12    the images it gets most wrong; or on others: gradus eval %s FOLDER", ref, ref)
}

// megabytes writes a size in bytes.
func megabytes(n int64) string {
	if n < 1e6 {
		return fmt.Sprintf("%.0f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.0f MB", float64(n)/1e6)
}
