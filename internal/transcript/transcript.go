// Package transcript is how a command says what it does: lines that begin with their subject, and the wording of counts and lists.
package transcript

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/nn"
)

// A Printer writes results in lines that begin with their subject, to whoever wants them and to the run's log.
type Printer struct {
	Out io.Writer
	Log io.Writer
}

// Line writes a line; subject is "" where the line goes on with that of the one before.
func (p Printer) Line(subject, format string, args ...any) {
	text := fmt.Sprintf("%-9s%s\n", subject, fmt.Sprintf(format, args...))
	io.WriteString(p.Out, text)
	io.WriteString(p.Log, text)
}

// Plural is the word for n of what it names: "epoch" of one, "epochs" of others.
func Plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// Count is n of something: "1 row", "12,000 rows".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return nn.Thousands(n) + " " + many
}

// Lines names the first of many lines of a file: "lines 3 5 8 13 21 ...".
func Lines(lines []int) string {
	const most = 5
	text := Plural(len(lines), "line")
	for _, l := range lines[:min(most, len(lines))] {
		text += " " + strconv.Itoa(l)
	}
	if len(lines) > most {
		text += " ..."
	}
	return text
}

// Table writes rows with their columns below each other, two spaces apart.
func Table(rows [][]string) (lines []string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			fmt.Fprintf(&b, "%-*s  ", widths[i], cell)
		}
		lines = append(lines, strings.TrimRight(b.String(), " "))
	}
	return lines
}
