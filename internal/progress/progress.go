// Package progress shows a training to the person who waits for it: a bar that is redrawn and one line kept an epoch on a
// terminal, plain lines elsewhere, or JSON lines for another program.
package progress

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/gradus-nn/gradus/train"
)

// A Mode is how progress is shown.
type Mode string

const (
	Auto  Mode = "auto"  // Bar on a terminal, Lines elsewhere
	Bar   Mode = "bar"   // one bar, redrawn, and a line an epoch above it
	Lines Mode = "lines" // a line an epoch
	JSON  Mode = "json"  // a line of JSON an epoch
	None  Mode = "none"  // warnings only
)

// Modes lists the modes as the command line knows them.
var Modes = []Mode{Auto, Bar, Lines, JSON, None}

// Config says where and how to show a training.
type Config struct {
	Mode  Mode
	To    io.Writer
	Width int       // columns of the terminal; 0 means 80
	ASCII bool      // no characters beyond ASCII
	Log   io.Writer // gets every line, whatever the mode; nil: nobody
	Judge string    // what the held-out examples are: test, or val
	Begun time.Time // when the training began
}

// New returns the monitor that shows a training. Call Close when it is over.
func New(c Config) *Monitor {
	if c.Width < 20 {
		c.Width = 80
	}
	if c.Log == nil {
		c.Log = io.Discard
	}
	return &Monitor{cfg: c}
}

// A Monitor shows a training: a train.Monitor, Starter, StepMonitor and Warner.
type Monitor struct {
	cfg    Config
	bar    *bar // nil unless one is shown
	epochs int

	kept    time.Time // when the bar's last line was kept
	waiting string    // the line of an epoch that was not
}

// Of more epochs than manyEpochs, a terminal keeps the line of one a second, and of the last: hundreds of short ones would push what was said before
// off the screen. The log has them all.
const manyEpochs = 40

var _ interface {
	train.Monitor
	train.Starter
	train.StepMonitor
	train.Warner
} = (*Monitor)(nil)

// Start begins the bar.
func (m *Monitor) Start(_ context.Context, s *train.Start) error {
	m.epochs = s.Epochs
	if m.cfg.Mode == Bar {
		m.bar = newBar(m.cfg, s)
	}
	return nil
}

// Step moves the bar.
func (m *Monitor) Step(_ context.Context, s *train.Step) error {
	if m.bar != nil {
		m.bar.step(s)
	}
	return nil
}

// Epoch writes the epoch's line.
func (m *Monitor) Epoch(_ context.Context, e *train.Epoch) error {
	line := Line(e, m.epochs, m.cfg.Judge)
	fmt.Fprintln(m.cfg.Log, line)
	switch m.cfg.Mode {
	case Bar:
		if m.waiting = line; m.epochs <= manyEpochs || time.Since(m.kept) >= time.Second {
			m.keep()
		}
	case Lines:
		fmt.Fprintln(m.cfg.To, line)
	case JSON:
		record := map[string]any{"schema": "gradus.epoch/1", "epoch": e.Number, "epochs": m.epochs, "step": e.Step}
		for _, f := range e.Figures() {
			record[f.Name] = f.Value
		}
		text, err := json.Marshal(record)
		if err != nil {
			return fmt.Errorf("progress: %w", err)
		}
		fmt.Fprintf(m.cfg.To, "%s\n", text)
	}
	return nil
}

// keep keeps the line of the last epoch above the bar, unless it stands there already.
func (m *Monitor) keep() {
	if m.waiting != "" {
		m.bar.keep(m.waiting)
		m.waiting, m.kept = "", time.Now()
	}
}

// Warn writes a warning.
func (m *Monitor) Warn(w train.Warning) { m.Note("warn", w.Text) }

// Note writes a line beside the progress, its subject in front.
func (m *Monitor) Note(subject, text string) {
	line := fmt.Sprintf("%-9s%s", subject, text)
	fmt.Fprintln(m.cfg.Log, line)
	switch m.cfg.Mode {
	case None:
		if subject == "warn" { // which is no progress
			fmt.Fprintln(m.cfg.To, line)
		}
	case JSON:
		record, _ := json.Marshal(map[string]string{"schema": "gradus.note/1", subject: text}) // strings always marshal
		fmt.Fprintf(m.cfg.To, "%s\n", record)
	default:
		if m.bar != nil {
			m.bar.keep(Wrap(line, m.cfg.Width))
			return
		}
		if m.cfg.Mode == Bar {
			line = Wrap(line, m.cfg.Width)
		}
		fmt.Fprintln(m.cfg.To, line)
	}
}

// Close takes the bar away.
func (m *Monitor) Close() {
	if m.bar != nil {
		m.keep()
		m.bar.close()
		m.bar = nil
	}
}
