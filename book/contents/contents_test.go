package contents_test

import (
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/book/contents"
)

func TestFind(t *testing.T) {
	for _, c := range contents.Chapters {
		found, err := contents.Find(strings.ToUpper(c.Book), c.Number)
		if err != nil || found.Title != c.Title {
			t.Errorf("%s: found %q, error %v", c.Name(), found.Title, err)
		}
	}
	for _, c := range []struct {
		book   string
		number int
		want   string
	}{{"bishop", 1, "want saito or nielsen"}, {"saito", 9, "want one of 2, 3, 4, 5, 6"}, {"nielsen", 0, "want one of 1, 2, 3"}} {
		if _, err := contents.Find(c.book, c.number); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %d: error %v", c.book, c.number, err)
		}
	}
}
