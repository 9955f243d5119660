package source

import "math"

// date writes the features of a date, in days since 1970: how many deviations it is from the mean, its place in the year and in
// the week as points on circles, and, where there is room for it, whether it is missing. The median stands for a missing one.
func date(dst []float32, days, median, mean, std float64) {
	if math.IsNaN(days) || math.IsInf(days, 0) {
		days = median
		if len(dst) > 5 {
			dst[5] = 1
		}
	}
	year, week := 2*math.Pi*days/365.2425, 2*math.Pi*days/7
	dst[0] = float32((days - mean) / std)
	dst[1], dst[2] = float32(math.Sin(year)), float32(math.Cos(year))
	dst[3], dst[4] = float32(math.Sin(week)), float32(math.Cos(week))
}
