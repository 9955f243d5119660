package figure

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gradus-nn/gradus/internal/durable"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/session"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/plot"
	"github.com/gradus-nn/gradus/plot/report"
)

// The places of the pictures of a run, inside its folder.
const (
	Plots  = "plots"
	Report = "report.html"
)

// A named picture is a file in the folder of plots.
type named struct {
	file, text, command string
	picture             plot.Picture
}

// WriteReport draws the pictures of a finished run into its folder, as plots/*.svg, and writes report.html, which holds
// them all. What a run does not have (classes, images) is left out. Judged is what there is to say about the test examples.
func WriteReport(_ context.Context, run *runs.Run, judged *session.EvalReport) error {
	r, err := readRun(run)
	if err != nil {
		return err
	}
	pictures := []named{{"history", "Loss and accuracy over the epochs.", "gradus plot history", plot.History(r)}}
	if p, err := confusionOf(judged); err == nil {
		pictures = append(pictures, named{"confusion", "Which class is taken for which, on the test examples.", "gradus plot confusion", p})
	}
	if p, err := rocOf(judged); err == nil {
		pictures = append(pictures, named{"roc", "How well its probabilities tell the two classes of the test examples apart, for every threshold.", "gradus plot roc", p})
	}
	if p, err := calibrationOf(judged); err == nil {
		pictures = append(pictures, named{"calibration", "Whether its probabilities come true: of the test examples, those of one probability, the share that is right.", "gradus plot calibration", p})
	}
	if p, err := mistakesOf(judged); err == nil {
		pictures = append(pictures, named{"mistakes", "Those of the test examples that it is most wrong about.", "gradus plot mistakes", p})
	}
	root := filepath.Dir(run.Dir)
	if p, err := Weights(root, run.Dir); err == nil {
		pictures = append(pictures, named{"weights", "What the units of the first layer look for.", "gradus plot weights", p})
	}
	if err := durable.MkdirAll(run.Path(Plots)); err != nil {
		return err
	}
	page := describe(run)
	for _, p := range pictures {
		if err := plot.Save(filepath.Join(run.Path(Plots), p.file+".svg"), p.picture, plot.DefaultSize); err != nil {
			return err
		}
		page.Figures = append(page.Figures, report.Figure{Picture: p.picture, Text: p.text, Command: p.command + " " + run.Ref(root)})
	}
	var b bytes.Buffer
	if err := report.Write(&b, page); err != nil {
		return err
	}
	return run.Write(Report, b.Bytes())
}

// describe says in words what the files of a run say.
func describe(run *runs.Run) report.Report {
	s := run.Summary()
	r := report.Report{Title: "Run " + run.Name()}
	fact := func(name, value string) {
		if value != "" {
			r.Facts = append(r.Facts, report.Fact{Name: name, Value: value})
		}
	}
	fact("data", s.Data)
	fact("layers", s.Layers)
	if s.Opt != "" {
		fact("optimiser", fmt.Sprintf("%s, learning rate %g", s.Opt, s.LR))
	}
	if o, err := run.Outcome(); err == nil {
		r.Result, r.Warnings = result(o), o.Warnings
		fact("parameters", nn.Thousands(o.Parameters))
		fact("training", fmt.Sprintf("%s after %d epochs, %s steps, %s", o.Status, o.Epochs, nn.Thousands(o.Steps), progress.Duration(o.Seconds)))
		fact("SHA-256 of the weights", o.SHA256)
	}
	var env session.Environment
	if content, err := os.ReadFile(run.Path(runs.Env)); err == nil && json.Unmarshal(content, &env) == nil {
		fact("seed", fmt.Sprint(env.Seed))
		fact("command", strings.Join(env.Command, " "))
		fact("machine", fmt.Sprintf("%s, %d threads, %s kernels", env.CPU, env.Threads, env.Kernel))
	}
	for _, name := range []string{runs.Config, runs.CSV} {
		if content, err := os.ReadFile(run.Path(name)); err == nil {
			r.Files = append(r.Files, report.File{Name: name, Text: string(content)})
		}
	}
	return r
}

// result is the outcome in a line.
func result(o *runs.Outcome) string {
	if o.Correct != nil {
		return "test " + progress.Counted(*o.Correct, o.Examples)
	}
	if v, ok := o.Metrics["test_rmse"]; ok {
		return fmt.Sprintf("test rmse %s, r2 %.4f", progress.Loss(v), o.Metrics["test_r2"])
	}
	return o.Status
}
