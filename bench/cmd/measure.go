package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	machineinfo "github.com/gradus-nn/gradus/internal/machine"
)

// measure runs all sides of the work in turns.
func (w work) measure(ctx context.Context, log io.Writer) (Measured, error) {
	m := Measured{ID: w.ID, Title: w.Title, Unit: w.Unit, More: w.More, Flop: w.Flop, When: now(), Threads: w.Threads}
	if m.Threads == 0 {
		m.Threads = runtime.GOMAXPROCS(0)
	}
	fmt.Fprintf(log, "\n%s  %s\n", w.ID, w.Title)
	var players []*player
	defer func() {
		for _, p := range players {
			p.stop()
		}
	}()
	for _, s := range w.Sides {
		if s.Needs != "" {
			m.Missing = append(m.Missing, fmt.Sprintf("%s (needs %s)", s.Name, s.Needs))
			fmt.Fprintf(log, "  %s is missing: it needs %s\n", s.Name, s.Needs)
			continue
		}
		p := &player{side: s.with(w.Args...)}
		if err := p.prepare(ctx); err != nil {
			return m, fmt.Errorf("bench: %s: %s: %w", w.ID, s.Name, err)
		}
		players = append(players, p)
	}
	if len(players) == 0 || players[0].side.Name != gradusName {
		return m, fmt.Errorf("bench: %s: our own side cannot run", w.ID)
	}
	series, sustained := make([]Series, len(players)), []float64{}
	for i, p := range players {
		series[i] = Series{Name: p.side.Name, Peer: p.side.Peer, Version: p.version, Setting: strings.Join(p.side.Env, " ")}
	}
	for r := range w.Rounds {
		if w.Flop > 0 {
			sustained = append(sustained, machineinfo.SustainedPeak(m.Threads))
		}
		for i, p := range players {
			turn, err := p.play(ctx, r)
			if err != nil {
				return m, fmt.Errorf("bench: %s: %s: %w", w.ID, p.side.Name, err)
			}
			s := &series[i]
			s.Values, s.Others, s.Check = append(s.Values, turn.value), append(s.Others, turn.others), turn.check
			if strings.HasPrefix(turn.check, "wrong") {
				return m, fmt.Errorf("bench: %s: %s is %s", w.ID, p.side.Name, turn.check)
			}
		}
	}
	m.Sides, m.Peak = series, round(peak(m.Threads))
	if len(sustained) > 0 {
		m.Sustained = round(median(sustained))
	}
	for i, s := range m.Sides {
		ratio := ""
		if i > 0 {
			ratio = m.ratio(i).String()
		}
		fmt.Fprintf(log, "  %-58s %12s  %-22s %s\n", s.Name, m.format(median(s.Values)), ratio, s.Check)
	}
	return m, nil
}

// A player is a side at work.
type player struct {
	side    side
	version string
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
}

type turn struct {
	value, others float64
	check         string
}

func (p *player) command(ctx context.Context, args ...string) *exec.Cmd {
	argv := append(p.side.Argv, args...)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = append(cleanEnviron(), p.side.Env...)
	cmd.Stderr = os.Stderr
	return cmd
}

// prepare starts the process and does a round that does not count.
func (p *player) prepare(ctx context.Context) (err error) {
	if p.side.Start {
		_, err := p.play(ctx, 0) // reads the files once, so that they are in memory for all
		return err
	}
	p.cmd = p.command(ctx)
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	p.out = bufio.NewScanner(out)
	if err := p.cmd.Start(); err != nil {
		return err
	}
	line, err := p.line()
	if err != nil {
		return err
	}
	version, ok := strings.CutPrefix(line, "ready ")
	if !ok {
		return fmt.Errorf("it said %q, not that it is ready", line)
	}
	p.version = version
	_, err = p.play(ctx, 0)
	return err
}

func (p *player) line() (string, error) {
	if !p.out.Scan() {
		if err := p.out.Err(); err != nil {
			return "", err
		}
		return "", fmt.Errorf("it ended early: %w", io.ErrUnexpectedEOF)
	}
	return p.out.Text(), nil
}

// settle lets the threads of the side before fall asleep.
const settle = 50 * time.Millisecond

func (p *player) play(ctx context.Context, round int) (turn, error) {
	time.Sleep(settle)
	if p.side.Start {
		return p.start(ctx, round)
	}
	watch := watchOthers(p.cmd.Process.Pid)
	if _, err := io.WriteString(p.in, "go\n"); err != nil {
		return turn{}, err
	}
	line, err := p.line()
	if err != nil {
		return turn{}, err
	}
	var answer struct {
		Value float64
		Check string
	}
	if err := json.Unmarshal([]byte(line), &answer); err != nil {
		return turn{}, fmt.Errorf("%q: %w", line, err)
	}
	return turn{answer.Value, watch.share(), answer.Check}, nil
}

// start times a process from its start until it says that it has reached what it was to reach, or until its end.
func (p *player) start(ctx context.Context, round int) (turn, error) {
	var args []string
	if slices.ContainsFunc(p.side.Argv, func(a string) bool { return strings.HasPrefix(a, "goal=") }) {
		args = []string{fmt.Sprintf("seed=%d", round)}
	}
	cmd := p.command(ctx, args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return turn{}, err
	}
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		return turn{}, err
	}
	watch := watchOthers(cmd.Process.Pid)
	t, reached := turn{}, false
	for lines := bufio.NewScanner(out); !reached && lines.Scan(); {
		t.check, reached = strings.CutPrefix(lines.Text(), "reached ")
	}
	t.value, t.others = time.Since(begun).Seconds(), watch.share()
	err = cmd.Wait()
	if args != nil && !reached { // the goal may be out of reach: that is a result
		t.value, t.check, err = math.NaN(), "not reached", ctx.Err()
	}
	return t, err
}

func (p *player) stop() {
	if p.cmd == nil {
		return
	}
	p.in.Close() // the side ends with its input
	p.cmd.Wait()
}

// An othersWatch tells how much of the machine other processes used meanwhile. Without Linux's /proc it says 0.
type othersWatch struct {
	pid        int
	begun      time.Time
	busy, mine float64
}

const clockTicks = 100 // a second, in /proc

func watchOthers(pid int) othersWatch {
	return othersWatch{pid, time.Now(), busySeconds(), ownSeconds(pid)}
}

func (o othersWatch) share() float64 {
	wall := time.Since(o.begun).Seconds() * float64(runtime.NumCPU())
	if wall < 0.1 { // too short for a clock of 100 Hz
		return 0
	}
	return round(min(1, max(0, (busySeconds()-o.busy-(ownSeconds(o.pid)-o.mine))/wall)))
}

// busySeconds of all processors, of all processes.
func busySeconds() float64 {
	text, _ := os.ReadFile("/proc/stat")
	first, _, _ := strings.Cut(string(text), "\n")
	sum := 0.0
	for i, f := range strings.Fields(first) {
		if i == 1 || i == 2 || i == 3 || i >= 6 && i <= 8 { // user nice system; irq softirq steal
			v, _ := strconv.ParseFloat(f, 64)
			sum += v
		}
	}
	return sum / clockTicks
}

// ownSeconds are those of a process and of its threads.
func ownSeconds(pid int) float64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	return (user + system) / clockTicks
}
