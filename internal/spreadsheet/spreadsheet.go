// Package spreadsheet keeps spreadsheets from running what a table of ours says: a cell that came from somebody's data can begin as
// formulas do (OWASP, CSV injection).
package spreadsheet

import (
	"strconv"
	"strings"
)

// IsFormula reports whether a spreadsheet might run the text: it begins as formulas do, and is no number.
func IsFormula(cell []byte) bool {
	if len(cell) == 0 || !strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return false
	}
	_, err := strconv.ParseFloat(strings.Replace(string(cell), ",", ".", 1), 64)
	return err != nil && string(cell) != "-"
}

// Harmless puts a ' before the cells that a spreadsheet would run, in place.
func Harmless(cells []string) []string {
	for i, c := range cells {
		if IsFormula([]byte(c)) {
			cells[i] = "'" + c
		}
	}
	return cells
}
