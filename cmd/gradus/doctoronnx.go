package main

import (
	"fmt"
	"strings"

	"github.com/gradus-nn/gradus/format/onnx/run/conformance"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/terminal"
)

// examineONNX runs ONNX's tests and shows how many of what is claimed is kept.
func examineONNX(c *console, dir string, asJSON bool) error {
	r, err := conformance.Run(dir)
	if err != nil {
		return exit.With(exit.Data, err)
	}
	if asJSON {
		err = c.printJSON(struct {
			Schema string `json:"schema"`
			*conformance.Report
		}{"gradus.onnx/1", r})
	} else {
		showConformance(c, r)
	}
	if err == nil && !r.OK() {
		err = exit.Checkf("some of ONNX's tests failed: see above")
	}
	return err
}

func showConformance(c *console, r *conformance.Report) {
	claimed, passed := 0, 0
	for _, s := range r.Suites {
		for _, f := range s.Failures {
			fmt.Fprintf(c.out, "%s %s: %s\n", c.caps().Paint(terminal.Red, "WRONG"), terminal.Clean(f.Test), terminal.Clean(f.Text))
		}
		fmt.Fprintf(c.out, "%-18s %3d of %3d tests of claimed operators pass   %d others refused by name\n", terminal.Clean(s.Name), s.Passed, s.Claimed, s.Refused)
		claimed, passed = claimed+s.Claimed, passed+s.Passed
	}
	fmt.Fprintf(c.out, "%-18s %3d of %3d   |have - want| <= %g + %g·|want|\n", "together", passed, claimed, conformance.Absolute, conformance.Relative)
	tested := len(r.Claimed) - len(r.Untested)
	fmt.Fprintf(c.out, "%-18s %3d of %3d claimed operators have a test", "operators", tested, len(r.Claimed))
	if len(r.Untested) > 0 {
		fmt.Fprintf(c.out, "; without: %s", strings.Join(r.Untested, ", "))
	}
	fmt.Fprintln(c.out)
}
