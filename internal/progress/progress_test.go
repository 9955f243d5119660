package progress

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/train"
)

var epoch = &train.Epoch{
	Number: 2, Step: 40, Loss: 0.27124, Improved: true, Seconds: 1.13, Measured: train.DefaultMeasure,
	HeldOut: &nn.Evaluation{Task: loss.Classification, Examples: 10_000, Correct: 9456, Loss: 0.2},
}

func TestLine(t *testing.T) {
	if have, want := Line(epoch, 30, "test"), "epoch  2/30  train_loss 0.2712  test 94.56 %  (9456 / 10000)  best 1.1 s"; have != want {
		t.Errorf("have %s\nwant %s", have, want)
	}
	four := *epoch
	four.Measured, four.Improved = train.AllFour, false
	four.Train = &nn.Evaluation{Task: loss.Classification, Examples: 60_000, Correct: 59_000, Loss: 0.0004}
	if have, want := Line(&four, 5, "val"), "epoch 2/5  train_loss 0.0004 98.33 %  val 94.56 %  (9456 / 10000)       1.1 s"; have != want {
		t.Errorf("have %s\nwant %s", have, want)
	}
	number := *epoch
	number.HeldOut = &nn.Evaluation{Task: loss.Regression, Examples: 10, RMSE: 12.5}
	if have, want := Line(&number, 5, "test"), "epoch 2/5  train_loss 0.2712  test_rmse 12.5000  best 1.1 s"; have != want {
		t.Errorf("have %s\nwant %s", have, want)
	}
}

func TestDuration(t *testing.T) {
	for seconds, want := range map[float64]string{0: "0 ms", 0.012: "12 ms", 0.85: "0.8 s", 9.94: "9.9 s", 33.4: "33 s", 59.7: "1 min 0 s", 125: "2 min 5 s", 12_000: "3 h 20 min"} {
		if have := Duration(seconds); have != want {
			t.Errorf("%v is %s; want %s", seconds, have, want)
		}
	}
}

func TestWrap(t *testing.T) {
	for line, want := range map[string]string{
		"warn     the learning rate is so high that nothing is learnt": "warn     the learning rate is so high\n         that nothing is learnt",
		"saved    runs/1": "saved    runs/1",
		"":                "",
		"useful   most: height, age   how much: gradus eval 3 --all": "useful   most: height, age\n         how much: gradus eval 3 --all",
		"train    adam · batch 32 · patience 20 · 12 threads":        "train    adam · batch 32 · patience 20 ·\n         12 threads",
		"next     gradus eval 2                 class by class":      "next     gradus eval 2\n         class by class",
		"         three words that are too long for one line":        "         three words that are too long\n         for one line",
		strings.Repeat("x", 100):                                     strings.Repeat("x", 100),
	} {
		if have := Wrap(line, 40); have != want {
			t.Errorf("have %q\nwant %q", have, want)
		}
	}
}

// Each mode writes what it promises, and the log everything.
func TestModes(t *testing.T) {
	for mode, want := range map[Mode]int{Lines: 2, JSON: 2, None: 1, Bar: 2} {
		var to, log bytes.Buffer
		m := New(Config{Mode: mode, To: &to, Log: &log, Judge: "test"})
		ctx := context.Background()
		m.Start(ctx, &train.Start{Epochs: 30, Steps: 600})
		for i := range 600 {
			m.Step(ctx, &train.Step{Epoch: 1, Epochs: 30, Step: i, Steps: 600, Loss: 2})
		}
		m.Epoch(ctx, epoch)
		m.Warn(train.Warning{Code: train.RateTooHigh, Text: "too fast"})
		m.Close()
		if mode == Bar {
			if text := to.String(); !strings.Contains(text, Line(epoch, 30, "test")) || !strings.Contains(text, "warn     too fast") {
				t.Errorf("bar: %q", text)
			}
		} else if n := strings.Count(to.String(), "\n"); n != want {
			t.Errorf("%s: %d lines; want %d:\n%s", mode, n, want, to.String())
		}
		if log.String() != Line(epoch, 30, "test")+"\nwarn     too fast\n" {
			t.Errorf("%s: the log is %q", mode, log.String())
		}
		if mode == JSON {
			for line := range strings.Lines(to.String()) {
				if !json.Valid([]byte(line)) {
					t.Errorf("json: %s", line)
				}
			}
		}
	}
}

// Of hundreds of short epochs a terminal keeps few lines, the last among them; of few epochs all.
func TestManyEpochs(t *testing.T) {
	for epochs, want := range map[int]int{manyEpochs: manyEpochs, 500: 2} {
		var to, log bytes.Buffer
		m := New(Config{Mode: Bar, To: &to, Log: &log, Judge: "test"})
		ctx := context.Background()
		m.Start(ctx, &train.Start{Epochs: epochs, Steps: epochs})
		last := ""
		for i := range epochs {
			e := *epoch
			e.Number = i + 1
			m.kept = m.kept.Add(time.Hour * time.Duration(min(i, 1))) // as if no second went by
			m.Epoch(ctx, &e)
			last = Line(&e, epochs, "test")
		}
		m.Close()
		if n := strings.Count(to.String(), "train_loss"); n != want || !strings.Contains(to.String(), last) {
			t.Errorf("%d epochs: %d lines, want %d and %q among them", epochs, n, want, last)
		}
		if n := strings.Count(log.String(), "\n"); n != epochs {
			t.Errorf("the log has %d lines of %d epochs", n, epochs)
		}
	}
}

// Between two redraws a step does nothing, and allocates nothing.
func TestStepIsCheap(t *testing.T) {
	m := New(Config{Mode: Bar, To: &bytes.Buffer{}, Judge: "test"})
	ctx := context.Background()
	m.Start(ctx, &train.Start{Epochs: 1, Steps: 1 << 30})
	defer m.Close()
	s := &train.Step{Epoch: 1, Epochs: 1, Step: 1, Steps: 1 << 30}
	m.Step(ctx, s)
	m.bar.next = m.bar.next.Add(1 << 40) // as if no redraw were due
	if n := testing.AllocsPerRun(100, func() { m.Step(ctx, s) }); n != 0 {
		t.Errorf("%v allocations a step", n)
	}
}
