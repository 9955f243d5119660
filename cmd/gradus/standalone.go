package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/prediction"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/saved"
	"github.com/gradus-nn/gradus/internal/session"
	"github.com/gradus-nn/gradus/internal/standalone"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/model"
	table "github.com/gradus-nn/gradus/preprocess/columns"
)

// own returns the model that this program carries at its end, and nil for gradus itself: see export --to binary.
func own(c *console) (*saved.File, error) {
	payload, err := standalone.Own()
	if payload == nil || err != nil {
		return nil, err
	}
	c.name = strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	m, err := model.Read(bytes.NewReader(payload), int64(len(payload)))
	if err != nil {
		return nil, err
	}
	return &saved.File{Path: c.name, Model: m}, nil
}

// executeOwn runs the command line of a program that carries a model.
func executeOwn(c *console, u *saved.File, args []string) error {
	root := newOwn(c, u)
	root.SetArgs(args)
	root.SetIn(c.in)
	root.SetOut(c.out)
	root.SetErr(c.err)
	return root.Execute()
}

// newOwn is the root of such a program: predict, schema, version.
func newOwn(c *console, u *saved.File) *cobra.Command {
	root := &cobra.Command{
		Use: c.name, Short: purpose(u.Model), Long: ownHelp(c.name, u.Model),
		SilenceErrors: true, SilenceUsage: true, Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	manners(c, root)
	root.AddCommand(newOwnPredict(c, u), newSchema(c, u), newVersion(c))
	for _, cmd := range root.Commands() {
		prepare(c, cmd)
	}
	return root
}

// purpose says in a line what a model does.
func purpose(m *model.Model) string {
	what := "answers with numbers"
	switch s := m.Columns; {
	case s != nil:
		what = "predicts " + strings.Join(s.TargetNames(), ", ")
	case len(m.Classes) > 0:
		what = "tells " + few(m.Classes) + " apart"
	}
	if m.Data != "" {
		what += ", as learnt from " + filepath.Base(m.Data)
	}
	return terminal.Clean(what)
}

// few writes the first names of many.
func few(names []string) string {
	const most = 6
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " ..."
	}
	return strings.Join(names, ", ")
}

func ownHelp(name string, m *model.Model) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s.\n\n", name, purpose(m))
	fmt.Fprintf(&b, "network  %s\n", terminal.Clean(recipe.Sketch(m.Spec)))
	writeSchema(&b, m)
	return b.String()
}

// writeSchema writes what a row consists of, and what the answer is.
func writeSchema(b *strings.Builder, m *model.Model) {
	s := m.Columns
	if s == nil {
		if u := (&saved.File{Model: m}); u.Photos() {
			fmt.Fprintf(b, "takes    pictures of any size, PNG, JPEG and others, or folders of them;\n         or their pixels [%v], a row of numbers each\n", m.Spec.Input)
		} else {
			fmt.Fprintf(b, "takes    %d numbers a row, as they were measured [%v]\n", m.Spec.Input.Size(), m.Spec.Input)
		}
		if len(m.Features) > 0 {
			fmt.Fprintf(b, "         %s\n", terminal.Clean(few(m.Features)))
		}
		if len(m.Classes) > 0 {
			fmt.Fprintf(b, "answers  one of %s\n", terminal.Clean(few(m.Classes)))
		}
		return
	}
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for i, l := range s.Table() {
		if s.Columns[i].Kind != table.Ignored {
			fmt.Fprintf(w, "%s\t%s\t%s\n", terminal.Clean(l[0]), l[1], terminal.Clean(l[2]))
		}
	}
	w.Flush()
	subject := "takes"
	for _, line := range strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n") {
		fmt.Fprintf(b, "%-9s%s\n", subject, strings.TrimRight(line, " "))
		subject = ""
	}
	for _, line := range session.DescribeTask(s) {
		fmt.Fprintf(b, "%-9s%s\n", "answers", line)
	}
}

func newSchema(c *console, u *saved.File) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "what a row consists of, and what the answer is",
		Long:  "schema lists the columns that a table must have, and what is answered.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := noArguments(cmd, args); err != nil {
				return err
			}
			if asJSON {
				m := u.Model
				return c.printJSON(struct {
					Schema   string        `json:"schema"`
					Table    *table.Schema `json:"table,omitempty"`
					Inputs   []int         `json:"inputs"` // the shape of a row of numbers, after the columns
					Features []string      `json:"features,omitempty"`
					Classes  []string      `json:"classes,omitempty"`
				}{"gradus.schema/1", m.Columns, m.Spec.Input, m.Features, m.Classes})
			}
			var b strings.Builder
			writeSchema(&b, u.Model)
			fmt.Fprint(c.out, b.String())
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as one JSON document")
	return cmd
}

func newOwnPredict(c *console, u *saved.File) *cobra.Command {
	var (
		top         int
		asJSON, yes bool
		out         string
	)
	what := "FILE is a table with a row of numbers an example."
	short := "what the model says about rows of numbers"
	if u.Photos() {
		what, short = "FILE is a picture, a folder of them, or a table with a row of pixels each.", "what the model says about pictures"
	}
	if u.Model.Columns != nil {
		short = "what the model says about the rows of a table"
		what = `FILE is a table. Its rows come back with their predictions. Columns are found by
name, in any order; the target is not needed.`
	}
	cmd := &cobra.Command{
		Use:     "predict [FILE | -] [-o FILE]",
		Short:   short,
		Long:    "predict asks the model.\n\n" + what + "\n- and nothing at all read the standard input.",
		Example: fmt.Sprintf("  %s predict new.csv -o out.csv\n  %s predict - < new.csv", c.name, c.name),
		RunE: func(cmd *cobra.Command, args []string) error {
			if top < 1 {
				return exit.Usagef("gradus predict: --top is %d; want 1 or more", top)
			}
			if err := useKernel(""); err != nil {
				return err
			}
			p, err := prediction.Of(u, top)
			if err != nil {
				return err
			}
			defer p.Close()
			switch {
			case u.Model.Columns != nil:
				return predictTable(c, p, args, out, yes, asJSON)
			case out != "":
				return predictInto(c, p, args, out, yes, asJSON, false)
			}
			return reportPredictions(c, p, asJSON, func(answer func(prediction.Prediction) error) error {
				return predict(c, p, args, "", "", 0, false, answer)
			})
		},
	}
	groups(cmd, "Results", func(f *pflag.FlagSet) {
		f.IntVar(&top, "top", 3, "`N` likeliest classes to list; 3 if not given")
		f.StringVarP(&out, "out", "o", "", "`FILE` for the rows with their predictions; the standard output if not given")
		f.BoolVar(&yes, "yes", false, "replace the file of --out if it exists")
		f.BoolVar(&asJSON, "json", false, "results as one JSON document")
	})
	return cmd
}
