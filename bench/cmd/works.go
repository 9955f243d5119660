package main

import (
	"fmt"

	"github.com/gradus-nn/gradus/bench/ours"
)

// A work is one thing that is done by several sides, of which the first is ours.
type work struct {
	ID, Title string
	Unit      string  // of the values
	More      bool    // larger is better
	Flop      float64 // of products: in the whole work if values are seconds, in one item if they are items a second
	Threads   int     // that we use; 0 means all
	Rounds    int
	Args      []string // key=value, for every side
	Sides     []side
}

// A side is one implementation.
type side struct {
	Name, Peer string // "NumPy, a sample at a time" stands in the column "NumPy" of the table
	Argv       []string
	Env        []string // the setting at which the peer is fastest
	Needs      string   // what has to be there, "" if it is
	Start      bool     // a process is started for each round and timed until it says "reached", or ends
}

const (
	seconds    = "s"
	perSecond  = "/s"
	gigaflops  = "GFLOP/s"
	perSample  = "µs"
	torch      = "PyTorch"
	numpy      = "NumPy"
	cOpenBLAS  = "C + OpenBLAS"
	gradusName = "Gradus"
)

// works is what is measured, as one list.
func works(env *environment, quick bool) []work {
	// pick returns the size of a round.
	pick := func(full, short int) string {
		if quick {
			full = short
		}
		return fmt.Sprintf("n=%d", full)
	}
	cores := env.threads
	// PyTorch has two pools of threads, its own and that of the BLAS; on few cores they are in each other's way, and one
	// thread of its own with all of the BLAS's is fastest.
	blasThreads, oneThread := env.torch(1, cores), env.torch(1, 1)
	ownThreads := func(program string, args ...string) side {
		return env.c(cOpenBLAS, program, fmt.Sprintf("OMP_NUM_THREADS=%d", cores), "OPENBLAS_NUM_THREADS=1").with(append(args, fmt.Sprintf("threads=%d", cores))...)
	}
	list := []work{
		{
			ID: "W1", Title: "train 784-80-10, batch 512 of 30,000: 1000 × (gradient, update, second forward pass)", Unit: seconds,
			Flop: 1000 * 2 * 512 * (3*784*80 + 4*80*10), Rounds: 9, Args: []string{pick(250, 50)},
			Sides: []side{
				env.ours("training"),
				ownThreads("training_openblas"),
				blasThreads.side("training_torch.py"),
				env.numpy(cores).named("NumPy, float32").side("training_numpy.py", "dtype=float32"),
				env.numpy(cores).named("NumPy, float64").side("training_numpy.py", "dtype=float64"),
			},
		},
	}
	for _, batch := range []struct {
		rows, times, short int
		title              string
		threads            int
		torch              python
	}{
		{100, 10, 2, "100 at a time", cores, oneThread},
		{10_000, 10, 2, "all at once", cores, env.torch(cores, cores)},
		{1, 1, 1, "one at a time, one thread", 1, oneThread},
	} {
		rows := fmt.Sprintf("batch=%d", batch.rows)
		threads := fmt.Sprintf("threads=%d", batch.threads)
		list = append(list, work{
			ID: "W2 " + batch.title, Title: "predict 10,000 digits, 784-50-100-10, " + batch.title, Unit: perSecond, More: true,
			Flop: 2 * (784*50 + 50*100 + 100*10), Rounds: 9, Threads: batch.threads, Args: []string{rows, pick(batch.times, batch.short)},
			Sides: []side{
				env.ours("inference", threads),
				env.c(cOpenBLAS, "inference_openblas", fmt.Sprintf("OMP_NUM_THREADS=%d", batch.threads), "OPENBLAS_NUM_THREADS=1").with(threads),
				batch.torch.named("PyTorch, compiled by torch.jit").side("inference.py", "with=torch"),
				env.numpy(1).named("NumPy, float32").side("inference.py", "with=numpy"),
			},
		})
	}
	list = append(list,
		work{
			ID: "W3", Title: "numerical gradient of all 39,760 parameters of 784-50-10 on 100 digits, float64", Unit: seconds, Rounds: 5,
			Sides: []side{
				env.ours("numerical"),
				env.numpy(cores).named("NumPy, float64, 2000 of the parameters, scaled").side("numerical.py", pick(2000, 200)),
			},
		},
		work{
			ID: "W4 98 %", Title: "MNIST from the start of the process to 98 % of the test digits, evaluations included", Unit: seconds, Rounds: 5,
			Sides: []side{
				env.ours("accuracy", "goal=0.98").fromStart(),
				blasThreads.side("accuracy_torch.py", append(ours.AccuracyRecipe(), "goal=0.98")...).fromStart(),
			},
		},
		work{
			ID: "W4 epoch", Title: "an epoch of MNIST, 784-100-10, ReLU, Adam, batch 100", Unit: seconds,
			Flop: 60_000 * 2 * (2*784*100 + 3*100*10), Rounds: 7,
			Sides: []side{
				env.ours("epoch"),
				blasThreads.side("epoch_torch.py"),
				env.numpy(1).named("NumPy, float32").side("epoch_numpy.py"),
			},
		},
	)
	for _, p := range []struct{ m, n, k, ms int }{
		{512, 80, 784, 100}, {784, 80, 512, 100}, {100, 50, 784, 100}, {10_000, 128, 784, 100},
		{1024, 1024, 1024, 150}, {2048, 2048, 2048, 200}, {4096, 4096, 4096, 0}, {1, 4096, 4096, 100},
	} {
		if quick && p.m == 4096 {
			continue
		}
		all := fmt.Sprintf("OMP_NUM_THREADS=%d", cores)
		list = append(list, work{
			ID: fmt.Sprintf("W5 %d×%d×%d", p.m, p.n, p.k), Title: fmt.Sprintf("product %d × %d × %d", p.m, p.n, p.k), Unit: gigaflops, More: true, Flop: 1e9,
			Rounds: 7, Args: []string{fmt.Sprintf("m=%d", p.m), fmt.Sprintf("n=%d", p.n), fmt.Sprintf("k=%d", p.k), fmt.Sprintf("ms=%d", p.ms)},
			Sides: []side{
				env.ours("product"),
				env.c("oneDNN", "product_onednn", all),
				env.c("OpenBLAS", "product_openblas", fmt.Sprintf("OPENBLAS_NUM_THREADS=%d", cores)),
				env.c("BLIS", "product_blis", fmt.Sprintf("BLIS_NUM_THREADS=%d", cores)),
			},
		})
	}
	list = append(list,
		work{
			ID: "W6", Title: "an epoch of Nielsen's network2, 784-30-10, batch 10, 50,000 digits", Unit: seconds,
			Flop: 50_000 * 2 * (2*784*30 + 3*30*10), Rounds: 5,
			Sides: []side{
				env.ours("network2", pick(50_000, 10_000)),
				oneThread.side("network2.py", "with=torch", pick(25_000, 5000)),
				env.numpy(1).named("NumPy, float32, batches as matrices").side("network2.py", "with=numpy", pick(50_000, 5000)),
				env.numpy(1).named("NumPy, float64, an image at a time, as the book's program").side("network2.py", "with=sample", pick(10_000, 1000)),
			},
		},
		work{
			ID: "XOR", Title: "a sample of XOR, 2-4-1, batch 4: gradient and update", Unit: perSample, Rounds: 7, Args: []string{pick(5000, 500)},
			Sides: []side{
				env.ours("xor"),
				oneThread.side("xor.py", "with=torch"),
				env.numpy(1).named("NumPy, float32").side("xor.py", "with=numpy"),
			},
		},
		work{
			ID: "start", Title: "start of the program, until it has told its version", Unit: seconds, Rounds: 7,
			Sides: []side{
				{Name: gradusName, Peer: gradusName, Argv: []string{env.out("gradus"), "version"}, Start: true},
				oneThread.inline("import torch; print(\"reached\", torch.__version__, flush=True)").fromStart(),
				env.numpy(1).inline("import numpy; print(\"reached\", numpy.__version__, flush=True)").fromStart(),
			},
		},
		work{
			ID: "first batch", Title: "start of the program, until all of MNIST is read and one batch learnt from", Unit: seconds, Rounds: 7,
			Sides: []side{
				env.ours("first-batch").fromStart(),
				oneThread.side("first_batch_torch.py").fromStart(),
			},
		},
	)
	if quick {
		for i := range list {
			list[i].Rounds = min(3, list[i].Rounds)
		}
	}
	return list
}
