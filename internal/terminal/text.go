package terminal

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Clean makes text from outside (names of classes, tensors, columns and files) harmless: what a terminal
// would obey, and what would change the direction or the line, is written as Go writes it in a string:
// \x1b, \n, \u202e, \xff. Letters, marks, symbols, emoji and spaces of all scripts stay.
func Clean(s string) string {
	if !strings.ContainsFunc(s, harmful) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			b.WriteString(`\x` + strconv.FormatUint(uint64(s[i])|0x100, 16)[1:])
		case harmful(r):
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func harmful(r rune) bool {
	const joiner, nonJoiner = '\u200d', '\u200c' // of emoji, and of Persian and Indic words
	return !unicode.IsGraphic(r) && r != joiner && r != nonJoiner
}

// Width returns how many columns text takes; Chinese characters and emoji take two.
func Width(s string) int { return ansi.StringWidth(s) }

// Fit returns text in exactly that many columns: cut with an ellipsis, or filled up with spaces.
func (c Caps) Fit(s string, columns int) string {
	if Width(s) > columns {
		s = ansi.Truncate(s, columns, c.Glyph("…", "~"))
	}
	return s + strings.Repeat(" ", max(0, columns-Width(s)))
}
