package source

// boolean writes the features of a yes or no: 1 for the one of both that it is, or, where there is room for it, for a missing one.
// no and yes are the features of both, or -1 for one that never occurred in training. It reports whether the value is known or
// missing.
func boolean(dst []float32, value int8, no, yes, width int) bool {
	k := no
	switch value {
	case 0:
		if len(dst) > width {
			dst[width] = 1
		}
		return true
	case 2:
		k = yes
	}
	if k < 0 {
		return false
	}
	dst[k] = 1
	return true
}
