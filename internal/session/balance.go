package session

import (
	"fmt"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/terminal"
)

const (
	fairShare = 3   // a class is rare with fewer than a third of the examples that it would have if all had the same
	rareLabel = 0.1 // and a label with fewer than a tenth of all
)

// introduceWeights says what the classes weigh, where they do not weigh the same.
func (t *Training) introduceWeights() {
	weights := t.recipe.Weights()
	if weights == nil {
		return
	}
	var texts []string
	for i, w := range weights[:min(shownAnswers, len(weights))] {
		texts = append(texts, fmt.Sprintf("%s %.4g", terminal.Clean(t.data.Train.ClassName(i)), w))
	}
	if len(weights) > len(texts) {
		texts = append(texts, "...")
	}
	t.print.Line("weights", "%s", strings.Join(texts, " · "))
}

// noteOfBalance says when classes have so few examples that a network may do without them. It changes nothing.
func (t *Training) noteOfBalance() {
	if t.recipe.Weights() != nil {
		return
	}
	f := t.facts
	if text := unbalanced(f.Classes, f.Counts, f.Examples, f.Targets); text != "" {
		t.show.Note("note", text)
	}
}

// unbalanced is a sentence about classes or labels that few of n examples have; "" if there are none.
func unbalanced(names []string, counts []int, n int, kind dataset.Kind) string {
	if len(counts) == 0 || n == 0 || kind == dataset.Soft {
		return ""
	}
	rarest, most := 0, 0
	for i, c := range counts {
		if c < counts[rarest] {
			rarest = i
		}
		if c > counts[most] {
			most = i
		}
	}
	name, share := terminal.Clean(names[rarest]), float64(counts[rarest])/float64(n)
	switch {
	case kind == dataset.MultiHot && share < rareLabel:
		return fmt.Sprintf("few examples have the label %s, %s: its recall tells more than how many are right; --class-weight balanced makes a yes count as much as a no", name, progress.Counted(counts[rarest], n))
	case kind != dataset.MultiHot && share*float64(fairShare*len(counts)) < 1:
		return fmt.Sprintf("unbalanced: %s of the examples are %s, %s are %s; balanced accuracy and f1 tell more than accuracy, and --class-weight balanced makes the classes count alike",
			progress.Percent(float64(counts[most])/float64(n)), terminal.Clean(names[most]), progress.Percent(share), name)
	}
	return ""
}
