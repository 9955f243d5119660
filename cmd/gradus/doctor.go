package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gradus-nn/gradus/internal/build"
	"github.com/gradus-nn/gradus/internal/doctor"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/machine"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/kernel"
)

// diagnosis is what doctor finds, as --json prints it.
type diagnosis struct {
	Schema    string           `json:"schema"`
	Gradus    build.Info       `json:"gradus"`
	Machine   machine.Info     `json:"machine"`
	Kernel    string           `json:"kernel"`
	Kernels   []string         `json:"kernels"`
	Peak1     float64          `json:"peak_1_thread_gflops"`
	Peak      float64          `json:"peak_all_threads_gflops"`
	Bandwidth float64          `json:"memory_gbytes_per_s"`
	Terminal  terminal.Caps    `json:"terminal"`
	Checks    []doctor.Finding `json:"checks"`
	Healthy   bool             `json:"healthy"`
}

func newDoctor(c *console) *cobra.Command {
	var asJSON, onlyPaths bool
	var tests string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "what this machine can do, and whether gradus works on it",
		Long: `doctor tells which arithmetic gradus uses on this machine and how fast that can
be, and checks that everything works: that all paths give the same bits, that
the data inside are whole, that the folder can be written to. It exits with 1
if not.

The peak is that of fused multiply-adds on registers: no product can exceed it.

With --onnx it runs ONNX's own tests of its operators instead, those of Debian's
package libonnx-testdata for example, and says how many of the tests of
operators that gradus claims it passes. It exits with 4 unless those are all.`,
		Example: `  gradus doctor
  gradus doctor --onnx /usr/share/libonnx-testdata/data`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := noArguments(cmd, args); err != nil {
				return err
			}
			if onlyPaths {
				_, err := fmt.Fprintln(c.out, strings.Join(kernel.Paths(), "\n"))
				return err
			}
			if tests != "" {
				return examineONNX(c, tests, asJSON)
			}
			d := diagnosis{
				Schema: "gradus.doctor/1", Gradus: build.Read(), Machine: machine.Describe(), Kernel: kernel.Active(), Kernels: kernel.Paths(),
				Terminal: c.caps(), Checks: doctor.Examine(), Healthy: true,
			}
			threads := d.Machine.Used
			d.Peak1, d.Peak, d.Bandwidth = machine.Peak(1), machine.Peak(threads), machine.Bandwidth(threads)
			for _, f := range d.Checks {
				d.Healthy = d.Healthy && f.OK
			}
			if asJSON {
				if err := c.printJSON(d); err != nil {
					return err
				}
			} else {
				showDiagnosis(c, d)
			}
			if !d.Healthy {
				return &exit.Error{Code: exit.Failed, Err: fmt.Errorf("something is wrong on this machine: see above")}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as one JSON document")
	cmd.Flags().StringVar(&tests, "onnx", "", "`FOLDER` with ONNX's tests of its operators, to run them")
	cmd.Flags().BoolVar(&onlyPaths, "paths", false, "only the names for GRADUS_KERNEL, for make test-paths")
	_ = cmd.Flags().MarkHidden("paths")
	return cmd
}

func showDiagnosis(c *console, d diagnosis) {
	line := func(subject, format string, args ...any) {
		fmt.Fprintf(c.out, "%-10s%s\n", subject, fmt.Sprintf(format, args...))
	}
	line("gradus", "%v   %s   %s/%s", d.Gradus, d.Gradus.Go, d.Gradus.OS, d.Gradus.Arch)
	line("processor", "%s", terminal.Clean(d.Machine.Model))
	line("threads", "%d of %d processors", d.Machine.Used, d.Machine.CPUs)
	line("kernel", "%s   (this machine can run %s)", d.Kernel, strings.Join(d.Kernels, ", "))
	line("peak", "%.0f GFLOP/s on 1 thread, %.0f on %d   float32 multiply-adds", d.Peak1, d.Peak, d.Machine.Used)
	line("memory", "%.1f GB/s copied, read and written together", d.Bandwidth)
	line("terminal", "%s", describeTerminal(d.Terminal))
	home, err := os.UserHomeDir()
	if err != nil {
		home = "none ($HOME is not set); gradus needs none"
	}
	line("home", "%s", terminal.Clean(home))
	if len(d.Kernels) == 1 {
		line("note", "no assembly for this processor (%s): the reference runs, with the same bits, slower", runtime.GOARCH)
	}
	for _, f := range d.Checks {
		mark := d.Terminal.Paint(terminal.Green, "ok   ")
		if !f.OK {
			mark = d.Terminal.Paint(terminal.Red, "WRONG")
		}
		line("check", "%s %s", mark, terminal.Clean(f.Text))
	}
}

func describeTerminal(t terminal.Caps) string {
	if !t.TTY {
		return "the output is no terminal"
	}
	words := []string{fmt.Sprintf("%d columns", t.Width)}
	words = append(words, map[bool]string{true: "UTF-8", false: "ASCII"}[t.UTF8])
	words = append(words, map[terminal.Color]string{
		terminal.NoColor: "no colours", terminal.Color16: "16 colours", terminal.Color256: "256 colours", terminal.TrueColor: "24-bit colours",
	}[t.Color])
	words = append(words, map[terminal.Graphics]string{
		terminal.NoGraphics: "pictures in half-blocks", terminal.Sixel: "pictures by sixel", terminal.Kitty: "pictures by kitty's protocol",
	}[t.Graphics])
	return strings.Join(words, ", ")
}
