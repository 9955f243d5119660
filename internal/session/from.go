package session

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/saved"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/model/importer"
	"github.com/gradus-nn/gradus/nn"
)

// startFrom loads the model that a training is to begin from. What the request leaves open of the network is the model's.
func (t *Training) startFrom(q *recipe.Request) (*recipe.Request, error) {
	path, _, err := saved.Find(t.Root, *q.From)
	if err != nil {
		return nil, err
	}
	if t.from, err = importer.Open(path); err != nil {
		return nil, err
	}
	sum := t.from.SHA256()
	if q.FromSHA256 != nil && *q.FromSHA256 != sum {
		return nil, &recipe.FieldError{Field: "from", Text: fmt.Sprintf("is %s, but its weights are no longer those that the run began with (SHA-256 %.12s…, now %.12s…)", path, *q.FromSHA256, sum)}
	}
	layers, cost := recipe.Words(t.from.Spec)
	own := &recipe.Request{Layers: &layers, FromSHA256: &sum}
	if q.FromSHA256 != nil { // a recipe that has been resolved, which says so where the head begins anew
		own.NewHead = new(bool)
	}
	if cost != "" {
		own.Loss = &cost
	}
	if form, _, ok := saved.ImageForm(t.from); ok && q.OfImages() {
		size := fmt.Sprintf("%dx%d", form.Width, form.Height)
		own.Size, own.Channels, own.Fit = &size, &form.Channels, &form.Fit
	}
	all := q.Over(own)
	all.From = &path
	return all, nil
}

// takeFrom gives the network the weights of that model.
func (t *Training) takeFrom() error {
	if t.from == nil {
		return nil
	}
	first, err := t.first()
	if err != nil {
		return err
	}
	if err := model.Restore(t.net, first); err != nil {
		return &recipe.FieldError{Field: "from", Text: fmt.Sprintf("is %s, which is another network: %s", t.recipe.From, strings.TrimPrefix(err.Error(), "model: "))}
	}
	return nil
}

// fromAgain is both for a run that is resumed before it had saved anything.
func (t *Training) fromAgain() error {
	if _, err := t.startFrom(&recipe.Request{From: &t.recipe.From, FromSHA256: &t.recipe.FromSHA256}); err != nil {
		return err
	}
	return t.takeFrom()
}

// describeFrozen says which layers keep their weights, and how many parameters are left to learn.
func (t *Training) describeFrozen() string {
	frozen := t.net.Config().Frozen
	if len(frozen) == 0 {
		return ""
	}
	learning := 0
	for _, s := range t.net.Learning() {
		learning += s.Hi - s.Lo
	}
	words := make([]string, len(frozen))
	for i, n := range frozen {
		words[i] = fmt.Sprintf("layer%d", n)
	}
	return fmt.Sprintf("%s   %s of %s parameters learn", strings.Join(words, ", "), nn.Thousands(learning), nn.Thousands(len(t.net.Params())))
}

// fromWarnings are what is suspicious about the model, and about it together with the data.
func (t *Training) fromWarnings() []string {
	warnings := t.from.Warnings
	wants, has := saved.Scaling(t.from.Preprocess), saved.Scaling(t.data.Info.Applied)
	same := len(wants) == len(has)
	for i := range wants {
		same = same && saved.SameStep(wants[i], has[i])
	}
	if len(wants) > 0 && !same {
		warnings = append(warnings[:len(warnings):len(warnings)], "the numbers of "+t.recipe.Data+" are scaled in another way than those that the model was trained on")
	}
	if has, wants := t.data.Info.Columns, t.from.Features; len(has) > 0 && len(wants) > 0 && !slices.Equal(has, wants) {
		warnings = append(warnings[:len(warnings):len(warnings)], fmt.Sprintf("the columns of %s are %s; the model's first layer was trained on %s", t.recipe.Data, someNames(has), someNames(wants)))
	}
	return warnings
}
