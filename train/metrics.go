package train

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// columns are the figures of metrics.csv, in order, after epoch and step.
var columns = []string{
	string(TrainLoss), string(TrainAcc), string(ValLoss), string(ValAcc), "val_mae", "val_rmse", "val_r2",
	"lr", "samples_per_s", "seconds",
}

// CSV returns a Monitor that writes a table with a line an epoch: epoch, step, and the figures of [Epoch.Figures]. A
// figure that an epoch does not have is an empty cell. A training that goes on begins with the epochs of before, so that
// the table is whole.
func CSV(w io.Writer) Monitor {
	return &table{w: w, header: "epoch,step," + strings.Join(columns, ",") + "\n", row: csvRow}
}

// JSONL returns a Monitor like [CSV] that writes a JSON object an epoch, each on a line of its own, with the figures that
// the epoch has. NaN and infinities are null.
func JSONL(w io.Writer) Monitor { return &table{w: w, row: jsonRow} }

// A table writes one row an epoch. A failure does not end the training: it is a warning at once and an error at the end.
type table struct {
	w      io.Writer
	header string
	row    func(*Epoch) string
	err    error
}

func (t *table) Start(_ context.Context, s *Start) error {
	text := t.header
	for i := range s.History {
		text += t.row(&s.History[i])
	}
	t.write(s.Live, text)
	return nil
}

func (t *table) Epoch(_ context.Context, e *Epoch) error {
	t.write(e.Live, t.row(e))
	return nil
}

func (t *table) Finish(*Finish) error { return t.err }

func (t *table) write(live Live, text string) {
	if t.err != nil || text == "" {
		return
	}
	if _, err := io.WriteString(t.w, text); err != nil {
		t.err = fmt.Errorf("train: metrics: %w", err)
		live.Warn(Warning{SaveFailed, fmt.Sprintf("the metrics could not be written, and no more will be: %v", err)})
	}
}

func csvRow(e *Epoch) string {
	cells := make([]string, len(columns))
	for _, f := range e.Figures() {
		for i, c := range columns {
			if c == f.Name {
				cells[i] = strconv.FormatFloat(f.Value, 'g', -1, 64)
			}
		}
	}
	return fmt.Sprintf("%d,%d,%s\n", e.Number, e.Step, strings.Join(cells, ","))
}

func jsonRow(e *Epoch) string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"epoch":%d,"step":%d`, e.Number, e.Step)
	for _, f := range e.Figures() {
		var value any
		if finite(f.Value) {
			value = f.Value
		}
		data, _ := json.Marshal(value) // a finite number or null
		fmt.Fprintf(&b, `,%q:%s`, f.Name, data)
	}
	b.WriteString("}\n")
	return b.String()
}
