package main

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
)

// The tables stand between markers in files that people write.
const (
	begin = "<!-- performance: written by make bench, from bench/results/reference.json -->"
	end   = "<!-- end of performance -->"
)

func (r *Results) writeTables() error {
	if len(r.Growth) > 0 {
		if err := drawGrowth(r.Growth); err != nil {
			return err
		}
	}
	if err := replaceMarked("README.md", r.summary()); err != nil {
		return err
	}
	return replaceMarked("docs/performance.md", r.details())
}

func replaceMarked(file, text string) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(old), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return fmt.Errorf("bench: %s: want the two lines between which the tables go:\n%s\n%s", file, begin, end)
	}
	text = before + begin + "\n\n" + strings.TrimSpace(text) + "\n\n" + end + after
	if text == string(old) {
		return nil
	}
	return os.WriteFile(file, []byte(text), 0o644)
}

// summary is the README's part: how many times faster than the fastest variant of each peer.
func (r *Results) summary() string {
	if len(r.Works) == 0 {
		return "Not measured yet: `make bench`.\n"
	}
	var b strings.Builder
	b.WriteString("How many times faster than others on the same work: the median of rounds in which all took turns, and the range. Peers have\n")
	b.WriteString("their best settings. \"Of the peak\": of the processor's fused multiply-adds on the same threads.\n\n")
	fmt.Fprintf(&b, "Machine: %s; %s.\n\n", r.Machine, r.versions())
	trainings, products := r.split()
	writeSummary(&b, trainings, []string{torch, numpy, cOpenBLAS})
	if len(trainings) > 0 && len(products) > 0 {
		b.WriteString("\n")
	}
	writeSummary(&b, products, []string{"oneDNN", "OpenBLAS", "BLIS"})
	if behind := r.behind(); len(behind) > 0 {
		fmt.Fprintf(&b, "\nBelow 1 the peer is ahead: %s.\n", strings.Join(behind, "; "))
	}
	return b.String()
}

// versions lists the peers, each once, as they call themselves.
func (r *Results) versions() string {
	var list []string
	for _, m := range r.Works {
		for _, s := range m.Sides[1:] {
			if s.Version != "" && !slices.Contains(list, s.Version) {
				list = append(list, s.Version)
			}
		}
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// split parts the products, which are compared with other libraries than the rest.
func (r *Results) split() (trainings, products []Measured) {
	for _, m := range r.Works {
		if m.Unit == gigaflops {
			products = append(products, m)
		} else {
			trainings = append(trainings, m)
		}
	}
	return trainings, products
}

func writeSummary(b *strings.Builder, works []Measured, peers []string) {
	if len(works) == 0 {
		return
	}
	fmt.Fprintf(b, "| | Gradus | of the peak | %s |\n|---|---:|---:|%s\n", strings.Join(peers, " | "), strings.Repeat("---:|", len(peers)))
	for _, m := range works {
		fmt.Fprintf(b, "| %s | %s | %s |", m.Title, m.format(median(m.Sides[0].Values)), m.shareText())
		for _, peer := range peers {
			fmt.Fprintf(b, " %s |", m.against(peer))
		}
		b.WriteString("\n")
	}
}

// against is the ratio to the fastest variant of a peer.
func (m *Measured) against(peer string) string {
	i := m.fastest(peer)
	if i < 0 {
		return ""
	}
	return m.ratio(i).String()
}

// fastest returns the side of a peer with the smallest ratio, or -1.
func (m *Measured) fastest(peer string) int {
	best := -1
	for i := 1; i < len(m.Sides); i++ {
		if m.Sides[i].Peer == peer && (best < 0 || m.ratio(i).median < m.ratio(best).median) {
			best = i
		}
	}
	return best
}

// behind lists where a peer is faster than we are.
func (r *Results) behind() []string {
	var list []string
	for _, m := range r.Works {
		for i := 1; i < len(m.Sides); i++ {
			if ratio := m.ratio(i).median; ratio < 1 {
				list = append(list, fmt.Sprintf("%s, %s (%s×)", m.ID, m.Sides[i].Name, threeDigits(ratio)))
			}
		}
	}
	return list
}

// details is everything that was measured, with settings and versions.
func (r *Results) details() string {
	if len(r.Works) == 0 {
		return r.summary()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Machine: %s. %s, %s kernels. Peak of fused multiply-adds: %.0f GFLOP/s on one thread, %.0f on %d; memory copied at %.0f GB/s.\n",
		r.Machine, r.Machine.Go, r.Machine.Kernel, r.Machine.Peak1, r.Machine.Peak, r.Machine.Threads, r.Machine.Bandwidth)
	for _, m := range r.Works {
		fmt.Fprintf(&b, "\n### %s: %s\n\n", m.ID, m.Title)
		fmt.Fprintf(&b, "%s, %d rounds", m.When, len(m.Sides[0].Values))
		if share := m.shareText(); share != "" {
			fmt.Fprintf(&b, "; %s of the peak of %.0f GFLOP/s (threads: %d)", share, m.Peak, m.Threads)
			if m.Sustained > 0 {
				fmt.Fprintf(&b, ", %.0f %% of the %.0f that the same loop kept up between the rounds", 100*m.share(m.Sustained), m.Sustained)
			}
		}
		fmt.Fprintf(&b, "; other processes used %.0f %% of the machine (median).\n\n", 100*m.othersShare())
		b.WriteString("| | median | range | Gradus is faster by | result | setting |\n|---|---:|---:|---:|---|---|\n")
		for i, s := range m.Sides {
			name, setting, ratio := s.Name, s.Setting, ""
			if s.Version != "" {
				name += " (" + s.Version + ")"
			}
			if setting != "" {
				setting = "`" + setting + "`"
			}
			if i > 0 {
				ratio = m.ratio(i).String()
			}
			values := spreadOf(s.Values)
			result := s.Check
			if values.n < values.of {
				result = fmt.Sprintf("reached in %d of %d", values.n, values.of)
			}
			fmt.Fprintf(&b, "| %s | %s | %s – %s | %s | %s | %s |\n", name, m.format(values.median), m.number(values.least), m.number(values.most), ratio, result, setting)
		}
		if len(m.Missing) > 0 {
			fmt.Fprintf(&b, "\nNot measured: %s.\n", strings.Join(m.Missing, ", "))
		}
	}
	if len(r.Profile) > 0 {
		fmt.Fprintf(&b, "\n### Where the time goes\n\n%s", r.Profile)
	}
	if len(r.Growth) > 0 {
		b.WriteString("\n### Growth\n\nA training step of so many hidden layers (2) of so many units (256), in batches of so many examples (128), as one of the three\ngrows: GFLOP/s of its products.\n\n![growth](../" + growthPicture + ")\n")
	}
	return b.String()
}

func (m *Measured) othersShare() float64 {
	var all []float64
	for _, s := range m.Sides {
		all = append(all, s.Others...)
	}
	return median(all)
}

func (m *Measured) shareText() string {
	share := m.share(m.Peak)
	if share == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f %%", 100*share)
}

// format writes a value with its unit.
func (m *Measured) format(v float64) string {
	switch {
	case math.IsNaN(v):
		return "not reached"
	case m.Unit == perSecond:
		return m.number(v) + m.Unit
	}
	return m.number(v) + " " + m.unit()
}

// unit is that in which numbers are legible: short times are in milliseconds.
func (m *Measured) unit() string {
	if m.Unit == seconds && m.smallest() < 0.1 {
		return "ms"
	}
	return m.Unit
}

func (m *Measured) number(v float64) string {
	if m.unit() != m.Unit {
		v *= 1000
	}
	switch {
	case m.Unit == perSecond && v >= 1e6:
		return fmt.Sprintf("%.2f M", v*1e-6)
	case m.Unit == perSecond && v >= 1e3:
		return fmt.Sprintf("%.0f k", v*1e-3)
	}
	return threeDigits(v)
}

func (m *Measured) smallest() float64 {
	least := math.Inf(1)
	for _, s := range m.Sides {
		least = min(least, spreadOf(s.Values).least)
	}
	return least
}

// threeDigits writes 0.752, 7.52, 75.2, 752, 7520.
func threeDigits(v float64) string {
	digits := 2 - int(math.Floor(math.Log10(math.Abs(v))))
	return fmt.Sprintf("%.*f", min(4, max(0, digits)), v)
}

// String writes 3.1 (2.9 – 3.4).
func (s spread) String() string {
	if s.n == 0 {
		return "–"
	}
	text := fmt.Sprintf("**%s** (%s – %s)", twoDigits(s.median), twoDigits(s.least), twoDigits(s.most))
	if s.n < s.of {
		text += fmt.Sprintf(", %d of %d rounds", s.n, s.of)
	}
	return text
}

// twoDigits writes a ratio: 0.95, 1.28, 3.1, 31, 312.
func twoDigits(v float64) string {
	switch {
	case v < 2:
		return fmt.Sprintf("%.2f", v)
	case v < 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

// String describes the machine in a sentence.
func (m Machine) String() string {
	text := fmt.Sprintf("%s, %d cores", m.Processor, m.Threads)
	return strings.Join(slices.DeleteFunc([]string{text, m.System}, func(s string) bool { return s == "" }), ", ")
}
