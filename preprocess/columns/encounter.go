package columns

import "bytes"

// odd says what training was not prepared for in a cell.
type odd byte

const (
	fine odd = iota
	oddGap
	oddUnknown // value of a category
	oddBad     // no number, or no date
)

// An encounter is what was met in a column.
type encounter struct {
	unknown, gaps, bad int
	first              string // unknown or bad value
}

// add counts a cell. Its text is asked for if it is needed.
func (e *encounter) add(o odd, text func() []byte) {
	switch o {
	case fine:
		return
	case oddGap:
		e.gaps++
		return
	case oddUnknown:
		e.unknown++
	case oddBad:
		e.bad++
	}
	if e.first == "" {
		e.keep(text())
	}
}

// keep remembers the first value that was met; a message needs no more of it than a line holds.
func (e *encounter) keep(cell []byte) {
	const most = 40
	if e.first == "" {
		e.first = string(bytes.ToValidUTF8(cell[:min(most, len(cell))], nil))
	}
}

// join adds what was met in later rows.
func (e *encounter) join(later encounter) {
	e.unknown += later.unknown
	e.gaps += later.gaps
	e.bad += later.bad
	if e.first == "" {
		e.first = later.first
	}
}

// meet calls f for every block of the table, on all processors, with what was met in the columns of the schema, and adds it up.
func (b *Binding) meet(t *Table, f func(k int, met []encounter)) {
	met := make([][]encounter, len(t.blocks))
	t.each(func(k int, _ *block) error {
		met[k] = make([]encounter, len(b.met))
		f(k, met[k])
		return nil
	})
	for _, met := range met {
		b.join(met)
	}
}

// join adds what was met in later rows.
func (b *Binding) join(met []encounter) {
	for i := range met {
		b.met[i].join(met[i])
	}
}
