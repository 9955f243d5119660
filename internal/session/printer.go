package session

import (
	"fmt"
	"io"
)

// A printer writes results in lines that begin with their subject, to whoever wants them and to the run's log.
type printer struct {
	out io.Writer
	log io.Writer
}

func (p *printer) line(subject, format string, args ...any) {
	text := fmt.Sprintf("%-9s%s\n", subject, fmt.Sprintf(format, args...))
	io.WriteString(p.out, text)
	io.WriteString(p.log, text)
}
