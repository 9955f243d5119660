package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/bench/ours"
	machineinfo "github.com/gradus-nn/gradus/internal/machine"
	"github.com/gradus-nn/gradus/kernel"
)

// An environment is what is there to measure with.
type environment struct {
	folder  string // absolute, of what is built
	threads int
	blas    []string // settings without which the libraries take slower kernels than the processor has
	modules map[string]bool
}

// prepare builds our side and the peers, and writes the data that they read.
func prepare(ctx context.Context) (*environment, error) {
	folder, err := filepath.Abs(outFolder)
	if err != nil {
		return nil, err
	}
	env := &environment{folder: folder, threads: runtime.GOMAXPROCS(0), modules: map[string]bool{}}
	data := env.out("data")
	if err := os.MkdirAll(data, 0o755); err != nil {
		return nil, err
	}
	fmt.Println("building")
	for program, source := range map[string]string{"gradus": "./cmd/gradus", "bench": "./bench/cmd"} {
		if out, err := exec.CommandContext(ctx, "go", "build", "-o", env.out(program), source).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("bench: go build %s: %w\n%s", source, err, out)
		}
	}
	// What cannot be built is missing below, by name.
	exec.CommandContext(ctx, "make", "-k", "-s", "-C", "bench/peers/c", "O="+folder).Run()
	for _, module := range []string{"numpy", "torch"} {
		env.modules[module] = exec.CommandContext(ctx, interpreter, "-c", "import "+module).Run() == nil
	}
	env.chooseKernels(ctx)
	return env, ours.WriteData(data)
}

// interpreter is the system's own: its modules are those that its package manager installs.
const interpreter = "/usr/bin/python3"

func (env *environment) out(name string) string { return filepath.Join(env.folder, name) }

// chooseKernels gives the libraries the fastest kernels of the processor where they do not know it by themselves: an
// OpenBLAS older than the processor takes it for one of many years ago, and is three to five times slower.
func (env *environment) chooseKernels(ctx context.Context) {
	core := "Haswell"
	if slices.Contains(kernel.Paths(), "avx512") {
		core = "SkylakeX"
		env.blas = append(env.blas, "BLIS_ARCH_TYPE=skx")
	} else if !slices.Contains(kernel.Paths(), "avx2") {
		return
	}
	cmd := exec.CommandContext(ctx, env.out("product_openblas"), "core")
	cmd.Env = cleanEnviron()
	found, err := cmd.Output()
	known := []string{"SkylakeX", "Cooperlake", "Sapphirerapids", "Zen"}
	if core == "Haswell" {
		known = append(known, "Haswell")
	}
	if err != nil || !slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, strings.TrimSpace(string(found))) }) {
		env.blas = append(env.blas, "OPENBLAS_CORETYPE="+core)
	}
}

// cleanEnviron is the environment without anybody's settings of threads and kernels.
func cleanEnviron() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		for _, prefix := range []string{"OMP_", "GOMP_", "OPENBLAS_", "BLIS_", "MKL_", "DNNL_", "ONEDNN_", "GRADUS_", "GOMAXPROCS=", "PYTHONPATH="} {
			if strings.HasPrefix(v, prefix) {
				return true
			}
		}
		return false
	})
}

// settings are those of env.blas that matter to a library.
func (env *environment) settings(more ...string) []string {
	return append(slices.Clone(env.blas), more...)
}

func (env *environment) ours(name string, args ...string) side {
	argv := append([]string{env.out("bench"), "side", name, "data=" + env.out("data")}, args...)
	return side{Name: gradusName, Peer: gradusName, Argv: argv}
}

// c is a side in C.
func (env *environment) c(peer, program string, settings ...string) side {
	s := side{Name: peer, Peer: peer, Argv: []string{env.out(program), "data=" + env.out("data")}}
	for _, v := range env.settings(settings...) {
		if !strings.HasPrefix(v, "BLIS_") || peer == "BLIS" {
			s.Env = append(s.Env, v)
		}
	}
	switch peer {
	case "oneDNN": // picks its kernels by itself
		s.Env = settings
	case "BLIS":
		s.Env = slices.DeleteFunc(s.Env, func(v string) bool { return strings.HasPrefix(v, "OPENBLAS_") })
	}
	if _, err := os.Stat(s.Argv[0]); errors.Is(err, os.ErrNotExist) {
		s.Needs = "gcc and the library's -dev package"
	}
	return s
}

func (s side) with(args ...string) side {
	s.Argv = append(slices.Clone(s.Argv), args...)
	return s
}

func (s side) fromStart() side {
	s.Start = true
	return s
}

// A python is an interpreter with its setting of threads.
type python struct {
	env      *environment
	peer     string
	name     string
	module   string
	settings []string
	args     []string
}

func (env *environment) numpy(threads int) python {
	return python{env: env, peer: numpy, name: numpy, module: "numpy", settings: []string{fmt.Sprintf("OPENBLAS_NUM_THREADS=%d", threads)}}
}

func (env *environment) torch(own, blas int) python {
	settings := []string{fmt.Sprintf("OMP_NUM_THREADS=%d", own), fmt.Sprintf("OPENBLAS_NUM_THREADS=%d", blas)}
	if own > 1 {
		settings = append(settings, "OMP_WAIT_POLICY=passive")
	}
	return python{env: env, peer: torch, name: torch, module: "torch", settings: settings, args: []string{fmt.Sprintf("threads=%d", own)}}
}

func (p python) named(name string) python {
	p.name = name
	return p
}

func (p python) base(argv ...string) side {
	s := side{Name: p.name, Peer: p.peer, Argv: append([]string{interpreter}, argv...)}
	for _, v := range p.env.settings(p.settings...) {
		if !strings.HasPrefix(v, "BLIS_") {
			s.Env = append(s.Env, v)
		}
	}
	if !p.env.modules[p.module] {
		s.Needs = "python3-" + p.module
	}
	return s
}

func (p python) side(program string, args ...string) side {
	return p.base(filepath.Join("bench/peers/python", program), "data="+p.env.out("data")).with(p.args...).with(args...)
}

func (p python) inline(code string) side { return p.base("-c", code) }

// machine describes the computer.
func (env *environment) machine() Machine {
	info := machineinfo.Describe()
	m := Machine{
		Processor: info.Model, CPUs: info.CPUs, Threads: info.Used, Go: runtime.Version(), Kernel: kernel.Active(),
		Peak1: round(peak(1)), Peak: round(peak(env.threads)), Bandwidth: round(machineinfo.Bandwidth(env.threads)),
	}
	if text, err := os.ReadFile("/etc/os-release"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, ok := strings.CutPrefix(line, "PRETTY_NAME="); ok {
				m.System = strings.Trim(name, "\"\n")
			}
		}
	}
	if text, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		release, _, _ := strings.Cut(string(bytes.TrimSpace(text)), "-")
		m.System = strings.TrimPrefix(m.System+", Linux "+release, ", ")
	}
	return m
}

// peak is the best of some measurements: a disturbed one would flatter our share.
func peak(threads int) float64 {
	best := 0.0
	for range 5 {
		best = max(best, machineinfo.Peak(threads))
	}
	return best
}
