package saved

import (
	"fmt"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/transcript"
)

// table loads the examples of a table for a model of tables: all rows that have a target.
func (u *File) table(name string) (*dataset.Set, error) {
	f, err := recipe.OpenRows(name, recipe.RowOptions{Target: u.Model.Columns.Sought()})
	if err != nil {
		return nil, exit.With(exit.Data, err)
	}
	defer f.Close()
	t, b, err := u.Model.Columns.Read(f.Watched(u.Watch), f.Options)
	if err != nil {
		return nil, exit.With(exit.Data, err)
	}
	if lacking := b.Lacking(); len(lacking) > 0 {
		return nil, exit.Dataf("%s has no column %q to judge the answers by", name, lacking[0])
	}
	rows, without := b.Examples(t)
	if t.Len() == len(without) {
		return nil, exit.Dataf("%s: %q is empty in every row: there is nothing to judge the answers by", name, u.Model.Columns.Sought())
	}
	set, err := b.Set(name, t, rows)
	if err != nil {
		return nil, exit.With(exit.Data, err)
	}
	u.Notes = b.Notes()
	if n := len(without); n > 0 {
		u.Notes = append(u.Notes, fmt.Sprintf("%s without a target left out (%s)", transcript.Count(n, "row", "rows"), transcript.Lines(without)))
	}
	return set, nil
}
