package recipe

import (
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
)

// Line returns the line that example i of a set from a table is from, or 0.
func Line(s *dataset.Set, i int) int {
	origin := s.Origin(i)
	n, err := strconv.Atoi(origin[strings.LastIndexByte(origin, ':')+1:])
	if err != nil {
		return 0
	}
	return n
}
