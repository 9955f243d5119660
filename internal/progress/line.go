package progress

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/train"
)

// Line is an epoch in a line:
//
//	epoch  1/30  train_loss 0.2712  test 94.56 %  (9456 / 10000)  best  1.1 s
func Line(e *train.Epoch, epochs int, judge string) string {
	var b strings.Builder
	digits := len(fmt.Sprint(epochs))
	fmt.Fprintf(&b, "epoch %*d/%d", digits, e.Number, epochs)
	fmt.Fprintf(&b, "  train_loss %s", Loss(e.TrainLoss()))
	if e.Train != nil && e.Train.Task != loss.Regression && e.Measured&train.TrainingAccuracy != 0 {
		fmt.Fprintf(&b, " %s", Percent(e.Train.Accuracy()))
	}
	if v := e.HeldOut; v != nil {
		switch {
		case v.Task == loss.Regression:
			fmt.Fprintf(&b, "  %s_rmse %s", judge, Loss(v.RMSE))
		case e.Measured&train.EvaluationAccuracy != 0:
			fmt.Fprintf(&b, "  %s %s", judge, Counted(v.Correct, v.Examples))
		default:
			fmt.Fprintf(&b, "  %s_loss %s", judge, Loss(v.Loss))
		}
	}
	mark := "    "
	if e.Improved {
		mark = "best"
	}
	fmt.Fprintf(&b, "  %s %s", mark, Duration(e.Seconds))
	return b.String()
}

// Loss writes a loss with four significant decimals, and very large or small ones with an exponent.
func Loss(v float64) string {
	switch {
	case v >= 1000 && v < 1e7: // an error in somebody's own unit
		return fmt.Sprintf("%.1f", v)
	case v != 0 && (v < 1e-3 || v >= 1e5):
		return fmt.Sprintf("%.3g", v)
	}
	return fmt.Sprintf("%.4f", v)
}

// Percent writes a share: 95.03 %.
func Percent(share float64) string { return fmt.Sprintf("%.2f %%", 100*share) }

// Counted writes a share with what it is of: 95.03 %  (9503 / 10000).
func Counted(correct, n int) string {
	share := nn.Evaluation{Examples: n, Correct: correct}.Accuracy()
	return fmt.Sprintf("%s  (%d / %d)", Percent(share), correct, n)
}

// Duration writes seconds as people say them: 12 ms, 0.8 s, 33 s, 2 min 5 s, 3 h 20 min.
func Duration(seconds float64) string {
	switch d := time.Duration(seconds * float64(time.Second)).Round(time.Second); {
	case seconds < 0.1:
		return fmt.Sprintf("%.0f ms", 1000*seconds)
	case seconds < 10:
		return fmt.Sprintf("%.1f s", seconds)
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	default:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
}

// Wrap breaks a line so that it fits, and indents what follows as subjects are: at a gap or a dot between two things if one is in its second half,
// which keeps a command in one piece, and otherwise at any space. What no space divides stays as it is.
func Wrap(line string, width int) string {
	const indent = "         "
	var b strings.Builder
	for utf8.RuneCountInString(line) > width {
		at := breakAt(line, len(indent), width)
		if at == len(line) {
			break
		}
		b.WriteString(strings.TrimRight(line[:at], " ") + "\n")
		line = indent + line[at:]
	}
	b.WriteString(line)
	return b.String()
}

// breakAt returns where the next line begins.
func breakAt(line string, indent, width int) int {
	word, thing := len(line), 0
	column := 0
	for i, r := range line {
		if column++; column > width+1 && word < len(line) { // the space itself may stand beyond the end
			break
		}
		if r != ' ' || column <= indent {
			continue
		}
		next := i + len(line[i:]) - len(strings.TrimLeft(line[i:], " "))
		word = next
		if 2*column > width && (next-i >= 3 || strings.HasSuffix(line[:i], " ·")) {
			thing = next
		}
	}
	if thing > 0 {
		return thing
	}
	return word
}
