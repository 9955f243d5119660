package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/prediction"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/terminal"
)

func newPredict(c *console) *cobra.Command {
	var (
		root, data, part string
		index, top       int
		asJSON, yes      bool
		out              string
	)
	cmd := &cobra.Command{
		Use:   "predict MODEL|RUN [FILE ... | -]",
		Short: "what a model says about pictures, rows of numbers, or an example",
		Long: `predict asks a model: a .gradus file, or a run by its number or folder.

FILE is a picture or a folder of them (PNG, JPEG, GIF, BMP, WebP, TIFF), or a
table with a row of numbers an example. A model that was trained on a folder of
images brings them into the same form; for others, a picture of a digit is
brought into MNIST's (light ink on dark, centred). - and nothing at all read
rows, or an image, from the standard input. --out writes a table.
What was done to the data before training is done here, too.

A model of a table (train FILE.csv --target COLUMN) takes one FILE or - and
writes its rows to --out or the standard output, with a column prediction and a
p_NAME for each class or label, or with a prediction_NAME for each of several
numbers. Columns are found by name, in any order; the target is not needed. Text
that a spreadsheet would run as a formula gets a ' in front.`,
		Example: `  gradus predict 3 --data mnist --index 7
  gradus predict latest seven.png photo.jpg
  gradus predict animals.gradus photos/ -o out.csv
  gradus predict houses.gradus new.csv -o out.csv
  echo 5.1,3.5,1.4,0.2 | gradus predict runs/4-iris-4-32-3`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return exit.Usagef("gradus predict: which model? Give a .gradus file, a run, or latest")
			}
			example := cmd.Flags().Changed("index")
			switch {
			case example && len(args) > 1:
				return exit.Usagef("gradus predict: both --index and %q; want one of them", args[1])
			case !example && data != "":
				return exit.Usagef("gradus predict: --data %s needs --index: the number of the example", data)
			case top < 1:
				return exit.Usagef("gradus predict: --top is %d; want 1 or more", top)
			}
			if err := useKernel(""); err != nil {
				return err
			}
			p, err := prediction.New(root, args[0], top)
			if err != nil {
				return err
			}
			defer p.Close()
			c.warnAll(p.Model.Warnings)
			if p.Model.Columns != nil && !example {
				return predictTable(c, p, args[1:], out, yes, asJSON)
			}
			if out != "" {
				return predictInto(c, p, args[1:], out, yes, asJSON, example)
			}
			return reportPredictions(c, p, asJSON, func(answer func(prediction.Prediction) error) error {
				return predict(c, p, args[1:], data, part, index, example, answer)
			})
		},
	}
	groups(cmd, "Data", func(f *pflag.FlagSet) {
		f.StringVar(&data, "data", "", "`NAME` of the data set, or a folder, that the example is from; what the model was trained on if none is named")
		f.IntVar(&index, "index", 0, "`NUMBER` of the example, from 0")
		f.StringVar(&part, "part", "test", "`PART` of the data: test (the usual), val or train")
	})
	groups(cmd, "Results", func(f *pflag.FlagSet) {
		f.IntVar(&top, "top", 3, "`N` likeliest classes to list; 3 if not given")
		f.StringVarP(&out, "out", "o", "", "`FILE` for a table of the predictions; the standard output if not given")
		f.BoolVar(&yes, "yes", false, "replace the file of --out if it exists")
		f.BoolVar(&asJSON, "json", false, "results as one JSON document")
	})
	groups(cmd, "Running", func(f *pflag.FlagSet) {
		f.StringVar(&root, "runs", runs.DefaultRoot, "`FOLDER` of the runs; runs if not given")
	})
	return cmd
}

// reportPredictions writes the answers that ask gives, one after the other or as one document.
func reportPredictions(c *console, p *prediction.Predictor, asJSON bool, ask func(answer func(prediction.Prediction) error) error) error {
	report := prediction.Report{Schema: prediction.Schema, Model: p.Path, Predictions: []prediction.Prediction{}, Warnings: p.Model.Warnings}
	err := ask(func(r prediction.Prediction) error {
		report.Predictions = append(report.Predictions, r)
		if !asJSON {
			showPrediction(c, r)
			report.Predictions = nil
		}
		return nil
	})
	c.warnAll(p.Notes)
	if err != nil || !asJSON {
		return err
	}
	return c.printJSON(report)
}

func predict(c *console, p *prediction.Predictor, files []string, data, part string, index int, example bool, answer func(prediction.Prediction) error) error {
	if example {
		r, err := p.Example(data, part, index)
		if err != nil {
			return err
		}
		return answer(r)
	}
	if len(files) == 0 {
		if f, ok := c.in.(*os.File); ok && terminal.Detect(f, terminal.Never).TTY {
			c.note("note", "reading rows of numbers from the keyboard; Ctrl-D ends them")
		}
		files = []string{"-"}
	}
	for _, name := range files {
		var err error
		if name == "-" {
			err = p.Input("standard input", c.in, answer)
		} else {
			err = p.All(name, answer)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// showPrediction writes an answer in a line: the answer first, its input last.
func showPrediction(c *console, r prediction.Prediction) {
	input := terminal.Clean(r.Input)
	if len(r.Did) > 0 {
		input += " (" + strings.Join(r.Did, ", ") + ")"
	}
	if r.Values != nil {
		var numbers []string
		for _, v := range r.Values {
			numbers = append(numbers, fmt.Sprintf("%.6g", float64(v)))
		}
		fmt.Fprintf(c.out, "%s   %s\n", strings.Join(numbers, " "), input)
		return
	}
	if r.Labels != nil {
		showLabels(c, r, input)
		return
	}
	var others []string
	for _, a := range r.Top[1:] {
		others = append(others, fmt.Sprintf("%s %s", terminal.Clean(a.Label), progress.Percent(a.Probability)))
	}
	truth := ""
	switch {
	case r.Truth == "":
	case r.Truth == r.Label:
		truth = "   right"
	default:
		truth = "   wrong: it is " + terminal.Clean(r.Truth)
	}
	fmt.Fprintf(c.out, "%-3s %8s   then %s   %s%s\n", terminal.Clean(r.Label), progress.Percent(r.Probability), strings.Join(others, ", "), input, truth)
}

// showLabels writes which labels an example has, and how likely those of them are that come next.
func showLabels(c *console, r prediction.Prediction, input string) {
	var likely []string
	for _, a := range r.Top {
		likely = append(likely, fmt.Sprintf("%s %s", terminal.Clean(a.Label), progress.Percent(a.Probability)))
	}
	answer, truth := "none of the labels", ""
	if len(r.Labels) > 0 {
		answer = terminal.Clean(strings.Join(r.Labels, ", "))
	}
	switch {
	case r.Truth == "":
	case terminal.Clean(r.Truth) == answer:
		truth = "   right"
	default:
		truth = "   wrong: it is " + terminal.Clean(r.Truth)
	}
	fmt.Fprintf(c.out, "%s   by %s   %s%s\n", answer, strings.Join(likely, ", "), input, truth)
}
