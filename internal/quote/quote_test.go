package quote

import (
	"strings"
	"testing"
)

// Nothing that a terminal obeys comes through, and no character is cut in two, whatever the bytes are.
func TestShort(t *testing.T) {
	for text, want := range map[string]string{
		"weight":                        `"weight"`,
		"\x1b[31mred\n":                 `"\x1b[31mred\n"`,
		strings.Repeat("x", 80):         `"` + strings.Repeat("x", 80) + `"`,
		strings.Repeat("x", 81):         `"` + strings.Repeat("x", 80) + `"...`,
		strings.Repeat("x", 79) + "ééé": `"` + strings.Repeat("x", 79) + `"...`,
		strings.Repeat("\x80", 90):      `"` + strings.Repeat(`\x80`, 76) + `"...`,
	} {
		if have := Short(text); have != want {
			t.Errorf("%q: %s; want %s", text, have, want)
		}
	}
}
