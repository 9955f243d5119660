package catalog

import (
	"fmt"
	"strings"
)

// unknown returns the error for a name that is no set, with the one that it is closest to.
func unknown(name string) error {
	if strings.Contains(strings.ToLower(name), "fashion") {
		return fmt.Errorf("catalog: %q does not come with the program; give the folder of its four IDX files as a path, such as ./%s", name, name)
	}
	best, nearest := "", len(name)/2+1 // more than half of the letters wrong is no slip
	for _, e := range entries {
		if d := distance(strings.ToLower(name), e.info.Name); d < nearest {
			best, nearest = e.info.Name, d
		}
	}
	if best != "" {
		return fmt.Errorf("catalog: there is no set %q; did you mean %q?", name, best)
	}
	return fmt.Errorf("catalog: there is no set %q; want one of: %s; or the path of a folder of IDX files or of images", name, names())
}

// names lists all sets in a line.
func names() string {
	var list []string
	for _, e := range entries {
		list = append(list, e.info.Name)
	}
	return strings.Join(list, ", ")
}

// distance returns how many bytes must be inserted, deleted or replaced to make b of a (Levenshtein 1966).
func distance(a, b string) int {
	row := make([]int, len(b)+1) // row[j]: from the part of a so far to b[:j]
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
