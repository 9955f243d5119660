package columns

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
)

func trim(cell []byte) []byte {
	if n := len(cell); n == 0 || cell[0] > ' ' && cell[0] < 0x80 && cell[n-1] > ' ' && cell[n-1] < 0x80 { // nearly always
		return cell
	}
	return bytes.TrimSpace(cell)
}

// gaps are the spellings of a missing value, in small letters.
var gaps = map[string]bool{
	"": true, "na": true, "n/a": true, "#n/a": true, "nan": true, "null": true, "none": true, "nil": true, "?": true, "-": true, "–": true,
	".": true, "missing": true, "(null)": true,
}

// longestGap bounds what is looked up.
const longestGap = 8

// missing reports whether a cell holds no value.
func missing(cell []byte) bool {
	return len(cell) == 0 || len(cell) <= longestGap && gaps[strings.ToLower(string(cell))]
}

// number reads a finite number in decimal notation. Hexadecimal ones, underscores, "inf" and what a float64 does not hold are
// none; the minus may be U+2212.
func number(cell []byte, comma bool) (float64, bool) {
	if len(cell) == 0 || len(cell) > 64 {
		return 0, false
	}
	text := string(cell)
	if rest, ok := strings.CutPrefix(text, "−"); ok {
		text = "-" + rest
	}
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9' || c == '-' || c == '+' || c == 'e' || c == 'E' || c == '.' && !comma || c == ',' && comma:
		default:
			return 0, false
		}
	}
	if comma {
		text = strings.Replace(text, ",", ".", 1)
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil && !math.IsInf(v, 0)
}

// truths are the spellings of booleans, in pairs that belong together: the second is the true one.
var truths = [][2]string{{"false", "true"}, {"no", "yes"}, {"f", "t"}, {"n", "y"}}

// dateForms are the dates that are recognised: those of ISO 8601, whose order of day and month nobody can mistake.
var dateForms = []string{"2006-01-02", "2006/01/02", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", time.RFC3339}

// dateFeatures is the number of features of a date.
const dateFeatures = 5

// dateParts names them.
var dateParts = [dateFeatures]string{"day", "sin(year)", "cos(year)", "sin(week)", "cos(week)"}

// date reads a date as days since 1970.
func date(cell []byte) (days float64, ok bool) {
	if len(cell) < 10 || len(cell) > 35 || cell[0] < '0' || cell[0] > '9' {
		return 0, false
	}
	for _, form := range dateForms {
		if t, err := time.Parse(form, string(cell)); err == nil {
			return float64(t.Unix()) / 86400, true
		}
	}
	return 0, false
}

// dateTo writes the features of a day; year and week are circles, on which December is beside January.
func dateTo(dst []float32, days, mean, std float64) {
	year, week := 2*math.Pi*days/DaysOfYear, 2*math.Pi*days/DaysOfWeek
	dst[0] = float32((days - mean) / std)
	dst[1], dst[2] = float32(math.Sin(year)), float32(math.Cos(year))
	dst[3], dst[4] = float32(math.Sin(week)), float32(math.Cos(week))
}
