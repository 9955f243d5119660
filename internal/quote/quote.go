// Package quote puts text from somebody's file into a message.
package quote

import (
	"strconv"
	"unicode/utf8"
)

// longest is how many bytes of a text are shown.
const longest = 80

// Short is the text in quotes, as Go writes it: harmless to a terminal, and short enough for a message.
func Short(s string) string {
	if len(s) <= longest {
		return strconv.Quote(s)
	}
	cut := longest
	for cut > longest-utf8.UTFMax && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strconv.Quote(s[:cut]) + "..."
}
