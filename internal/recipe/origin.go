package recipe

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// Placed returns a set whose examples are the given rows of a table, in that order, with the lines of the file that they are from.
func Placed(s *dataset.Set, t *columns.Table, rows []int) *dataset.Set {
	lines, name := make([]uint32, len(rows)), t.Name
	for i, row := range rows {
		lines[i] = uint32(t.Line(row))
	}
	return s.WithOrigin(func(row int) string { return fmt.Sprintf("%s:%d", name, lines[row]) })
}

// Line returns the line that example i of a placed set is from, or 0.
func Line(s *dataset.Set, i int) int {
	origin := s.Origin(i)
	n, err := strconv.Atoi(origin[strings.LastIndexByte(origin, ':')+1:])
	if err != nil {
		return 0
	}
	return n
}
