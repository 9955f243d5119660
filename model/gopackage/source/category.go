package source

import "sort"

// category writes the features of a text: 1 for the one of the known values, which are sorted, that it is, or, where there is room
// for it, for a missing one. It reports whether the text is known or missing.
func category(dst []float32, text string, known []string) bool {
	text = cleanText(text)
	if isMissing(text) {
		if len(dst) > len(known) {
			dst[len(known)] = 1
		}
		return true
	}
	k := sort.SearchStrings(known, text)
	if k == len(known) || known[k] != text {
		return false
	}
	dst[k] = 1
	return true
}
