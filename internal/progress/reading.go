package progress

import (
	"fmt"
	"strings"
	"time"

	"github.com/gradus-nn/gradus/nn"
)

// A Reading shows on a terminal how far the reading of data has got, in a line that is redrawn and gone when it ends:
//
//	reading  34,500 of 70,000 images   49 %   ETA 3 s
//
// Elsewhere it shows nothing.
type Reading struct {
	cfg         Config
	begun, next time.Time
	shown       bool
}

// afterwards is when the line comes: what is read at once needs none.
const afterwards = 500 * time.Millisecond

// NewReading returns a Reading that begins now.
func NewReading(c Config) *Reading {
	now := time.Now()
	return &Reading{cfg: c, begun: now, next: now.Add(afterwards)}
}

// At tells how much has been read, in what; of is 0 where nobody knows how much there is. It does nothing most of the time.
func (r *Reading) At(done, of int64, unit string) {
	now := time.Now()
	if r.cfg.Mode != Bar || now.Before(r.next) {
		return
	}
	r.next, r.shown = now.Add(refresh), true
	line := readingLine(done, of, unit, now.Sub(r.begun))
	if width := r.cfg.Width; width > 0 && len(line) >= width {
		line = line[:width-1]
	}
	fmt.Fprintf(r.cfg.To, "\r%s\x1b[K", line)
}

func readingLine(done, of int64, unit string, took time.Duration) string {
	count := func(n int64) string { return nn.Thousands(int(n)) }
	if unit == "bytes" {
		unit, count = "MB", func(n int64) string { return nn.Thousands(int(n / 1e6)) }
	}
	var b strings.Builder
	fmt.Fprintf(&b, "reading  %s", count(done))
	if of > 0 {
		fmt.Fprintf(&b, " of %s", count(of))
	}
	fmt.Fprintf(&b, " %s", unit)
	if of > 0 && done > 0 {
		fmt.Fprintf(&b, "   %.0f %%   ETA %s", 100*float64(done)/float64(of), Duration(took.Seconds()*float64(of-done)/float64(done)))
	}
	return b.String()
}

// Close takes the line away.
func (r *Reading) Close() {
	if r.shown {
		fmt.Fprint(r.cfg.To, "\r\x1b[K")
		r.shown = false
	}
}
