package source

import "strings"

// cleanText takes the spaces around a text away.
func cleanText(text string) string { return strings.TrimSpace(text) }

// isMissing reports whether a text, without spaces around it, is a spelling of a missing value.
func isMissing(text string) bool {
	if len(text) > 8 {
		return false
	}
	switch strings.ToLower(text) {
	case "", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "?", "-", "–", ".", "missing", "(null)":
		return true
	}
	return false
}
