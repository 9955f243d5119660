package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/gradus-nn/gradus/gradcheck"
	"github.com/gradus-nn/gradus/gradcheck/diagnose"
	"github.com/gradus-nn/gradus/gradcheck/preflight"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/nn"
)

// A checkReport is what check found, as JSON and for the table.
type checkReport struct {
	Network   string               `json:"network"`
	Batch     string               `json:"batch"`
	Cost      *float64             `json:"cost"` // null if it is no finite number
	Verdict   string               `json:"verdict"`
	Tensors   []checkTensor        `json:"tensors"`
	Diagnoses []diagnose.Diagnosis `json:"diagnoses,omitempty"`
	Other     []string             `json:"other,omitempty"` // mistakes beside those of gradients, and notes
	Before    []preflight.Finding  `json:"before_training,omitempty"`
	Seconds   float64              `json:"seconds"`
	Checked   int                  `json:"parameters_checked"`
}

type checkTensor struct {
	Name     string   `json:"name"`
	Shape    []int    `json:"shape"`
	Relative *float64 `json:"relative_error"` // null where nothing could be compared, or by no finite number
	Worst    []int    `json:"worst_element,omitempty"`
	Claimed  string   `json:"claimed,omitempty"` // there
	Numeric  string   `json:"numerical,omitempty"`
	Verdict  string   `json:"verdict"`
	Wrong    int      `json:"wrong"` // elements
	Count    int      `json:"checked"`
	Remark   string   `json:"remark,omitempty"`
}

func (r *checkReport) fill(report gradcheck.Report) {
	r.Verdict = report.Verdict().String()
	r.Cost = finite(report.Cost)
	for _, t := range report.Tensors {
		x := checkTensor{Name: t.Name, Shape: t.Shape, Verdict: t.Verdict().String(), Wrong: t.Wrong, Count: len(t.Index)}
		if t.Worst >= 0 && t.Misshapen == nil {
			x.Relative, x.Worst = finite(t.Relative), t.At(t.Worst)
			x.Claimed, x.Numeric = fmt.Sprintf("%.5g", t.Backprop[t.Worst]), fmt.Sprintf("%.5g", t.Numeric[t.Worst])
		}
		switch {
		case t.Misshapen != nil || t.Verdict() != gradcheck.Wrong:
			x.Remark = t.Remark()
		default:
			x.Remark = fmt.Sprintf("%d of %d", t.Wrong, len(t.Index))
		}
		r.Tensors = append(r.Tensors, x)
		r.Checked += len(t.Index)
	}
}

func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// conclude prints the report and ends with exit code 4 if something is wrong.
func (r *checkReport) conclude(c *console, asJSON, wrong bool) error {
	var err error
	if asJSON {
		err = c.printJSON(r)
	} else {
		err = r.show(c)
	}
	if err == nil && wrong {
		return exit.Checkf("%s", r.summary())
	}
	return err
}

// summary says in a sentence what is wrong.
func (r *checkReport) summary() string {
	count := 0
	for _, t := range r.Tensors {
		if t.Verdict == gradcheck.Wrong.String() {
			count++
		}
	}
	if count == 0 {
		return "the gradients are right, but something else is wrong: see above"
	}
	return fmt.Sprintf("%d of %d gradients are wrong", count, len(r.Tensors))
}

func (r *checkReport) show(c *console) error {
	cost := "not a finite number"
	if r.Cost != nil {
		cost = fmt.Sprintf("%.6g", *r.Cost)
	}
	fmt.Fprintf(c.out, "network  %s\nbatch    %s, cost %s\n\n", terminal.Clean(r.Network), terminal.Clean(r.Batch), cost)
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	wrong := slices.ContainsFunc(r.Tensors, func(t checkTensor) bool { return t.Wrong > 0 })
	claims := func(claimed, numeric string) string {
		if !wrong {
			return ""
		}
		return claimed + "\t" + numeric + "\t"
	}
	fmt.Fprintf(w, "tensor\tshape\trelative error\tworst at\t%sverdict\n", claims("claimed", "numerical"))
	for _, t := range r.Tensors {
		shape := strings.Trim(strings.ReplaceAll(fmt.Sprint(t.Shape), " ", "x"), "[]")
		relative, worst, remark := "-", "-", ""
		if t.Worst != nil {
			worst, relative = fmt.Sprint(t.Worst), "infinite"
		}
		if t.Relative != nil {
			relative = fmt.Sprintf("%.1e", *t.Relative)
		}
		if t.Remark != "" {
			remark = ": " + t.Remark
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s%s%s\n", terminal.Clean(t.Name), shape, relative, worst, claims(cmp.Or(t.Claimed, "-"), cmp.Or(t.Numeric, "-")), t.Verdict, terminal.Clean(remark))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s parameters in %.2f s\n", nn.Thousands(r.Checked), r.Seconds)
	for _, d := range r.Diagnoses {
		fmt.Fprintf(c.out, "\n%s in %s\n%s\n", d.Bug, strings.Join(d.Tensors, ", "), indent(d.Says))
		if d.Look != "" {
			fmt.Fprintf(c.out, "%s\n", indent("look at: "+d.Look))
		}
	}
	for _, text := range r.Other {
		fmt.Fprintf(c.out, "\n%s\n", strings.TrimPrefix(indent(text), "  "))
	}
	if len(r.Before) == 0 {
		return nil
	}
	fmt.Fprintf(c.out, "\nbefore training\n")
	w = tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	for _, d := range r.Before {
		mark := "ok"
		switch {
		case d.Bug:
			mark = "wrong"
		case !d.OK:
			mark = "warn"
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\n", mark, d.Name, d.Says)
	}
	return w.Flush()
}

// indent breaks text into lines that begin with two spaces.
func indent(text string) string {
	const subject = "\n         " // Wrap makes room for one
	return "  " + strings.ReplaceAll(progress.Wrap(terminal.Clean(text), columns), " "+subject, "\n  ")
}
