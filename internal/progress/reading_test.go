package progress

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestReadingLine(t *testing.T) {
	for _, c := range []struct {
		done, of int64
		unit     string
		want     string
	}{
		{0, 70_000, "images", "reading  0 of 70,000 images"},
		{17_500, 70_000, "images", "reading  17,500 of 70,000 images   25 %   ETA 6.0 s"},
		{66_000_000, 194_000_000, "bytes", "reading  66 of 194 MB   34 %   ETA 3.9 s"},
		{66_000_000, 0, "bytes", "reading  66 MB"},
	} {
		if have := readingLine(c.done, c.of, c.unit, 2*time.Second); have != c.want {
			t.Errorf("%q, want %q", have, c.want)
		}
	}
}

// The line comes only where something takes its time, on a terminal, and is gone in the end.
func TestReading(t *testing.T) {
	for _, mode := range []Mode{Bar, Lines, JSON, None} {
		var b bytes.Buffer
		r := NewReading(Config{Mode: mode, To: &b, Width: 20})
		r.At(1, 2, "images")
		r.Close()
		if b.Len() > 0 {
			t.Errorf("%s: %q before anybody waits", mode, &b)
		}
		r.next = time.Time{} // he has waited long enough
		r.At(1, 2, "images")
		r.At(2, 2, "images")
		if n := strings.Count(b.String(), "reading"); n != map[Mode]int{Bar: 1}[mode] {
			t.Errorf("%s: %d lines, %q", mode, n, &b)
		}
		r.Close()
		if mode == Bar && b.String() != "\rreading  1 of 2 ima\x1b[K\r\x1b[K" {
			t.Errorf("%q is not the line within 20 columns, and no line", &b)
		}
	}
}
