// Command w3 compares the numerical gradient of all 39,760 parameters of 784-50-10 on 100 digits, in float64, with a
// program in NumPy, in turns in one run:
//
//	go run ./bench/w3
package main

import (
	"bufio"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/mnist"
	"github.com/gradus-nn/gradus/gradcheck"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/numdiff"
	"github.com/gradus-nn/gradus/tensor"
)

func main() {
	python := flag.String("python", "/usr/bin/python3", "`PROGRAM` with NumPy")
	script := flag.String("peer", "bench/peers/w3_numpy.py", "`SCRIPT` of the peer")
	rounds := flag.Int("rounds", 5, "turns of each")
	params := flag.Int("params", 1000, "parameters that the peer times and scales up; 39760 for all")
	flag.Parse()
	if err := run(*python, *script, *rounds, *params); err != nil {
		fmt.Fprintln(os.Stderr, "w3:", err)
		os.Exit(1)
	}
}

func run(python, script string, rounds, params int) error {
	digits, err := mnist.Load()
	if err != nil {
		return err
	}
	batch := digits.Train.Head(100).All()
	net, err := nn.Compile[float64](nn.Spec{
		Input: tensor.Shape{784},
		Layers: []layer.Layer{
			layer.Dense{Units: 50, Init: initializer.Normal{Std: 0.01}}, layer.Sigmoid{},
			layer.Dense{Units: 10, Init: initializer.Normal{Std: 0.01}},
		},
		Loss: loss.SoftmaxCrossEntropy{},
	}, nn.Config{Batch: 100, Seed: 1})
	if err != nil {
		return err
	}
	defer net.Close()
	peer, err := start(python, script, batch, params)
	if err != nil {
		return fmt.Errorf("the peer: %w", err)
	}
	defer peer.stop()
	var ours, theirs, ratios []float64
	for range rounds {
		begun := time.Now()
		if _, err := gradcheck.Numerical(net, batch, numdiff.BookStep, gradcheck.Config{}); err != nil {
			return err
		}
		a := time.Since(begun).Seconds()
		b, err := peer.round()
		if err != nil {
			return fmt.Errorf("the peer: %w", err)
		}
		ours, theirs, ratios = append(ours, a), append(theirs, b), append(ratios, b/a)
		fmt.Printf("gradus %.3f s   NumPy %.2f s   ratio %.0f\n", a, b, b/a)
	}
	fmt.Printf("median of %d: gradus %.3f s, NumPy %.2f s (%d of 39,760 parameters, scaled up), ratio %.0f\n",
		rounds, median(ours), median(theirs), params, median(ratios))
	return nil
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

// A peer is the other program, which waits between its turns.
type peer struct {
	cmd *exec.Cmd
	in  *bufio.Writer
	out *bufio.Reader
	dir string
}

func start(python, script string, b dataset.Batch, params int) (*peer, error) {
	dir, err := os.MkdirTemp("", "w3-")
	if err != nil {
		return nil, err
	}
	x := make([]float64, b.Len()*784)
	dataset.GatherX(b, x, 0, b.Len())
	for i := range b.Len() {
		x = append(x, float64(b.Set.Label(i)))
	}
	name := filepath.Join(dir, "batch")
	raw, err := binary.Append(nil, binary.LittleEndian, x)
	if err == nil {
		err = os.WriteFile(name, raw, 0o666)
	}
	p := &peer{cmd: exec.Command(python, script, name, strconv.Itoa(params)), dir: dir}
	p.cmd.Stderr = os.Stderr
	in, errIn := p.cmd.StdinPipe()
	out, errOut := p.cmd.StdoutPipe()
	for _, e := range []error{err, errIn, errOut} {
		if e != nil {
			os.RemoveAll(dir)
			return nil, e
		}
	}
	p.in, p.out = bufio.NewWriter(in), bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	return p, nil
}

// round lets the peer work once and returns its seconds.
func (p *peer) round() (float64, error) {
	p.in.WriteString("go\n")
	if err := p.in.Flush(); err != nil {
		return 0, err
	}
	line, err := p.out.ReadString('\n')
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(strings.TrimSpace(line), 64)
}

// stop ends the peer, which waits for a line.
func (p *peer) stop() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
	os.RemoveAll(p.dir)
}
