package kernel

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// taskFunc makes a function a Task, for tests.
type taskFunc func(w *Worker)

func (f taskFunc) Work(w *Worker) { f(w) }

func TestTeamRunsEveryWorkerOnce(t *testing.T) {
	for _, size := range []int{1, 2, 3, 8, 33} { // far more workers than processors as well
		team := NewTeam(size)
		var ran [33]atomic.Int32
		for range 200 {
			team.Run(taskFunc(func(w *Worker) {
				if w.Count != size {
					t.Errorf("worker says the team has %d workers; want %d", w.Count, size)
				}
				ran[w.Index].Add(1)
			}))
		}
		for i := range size {
			if n := ran[i].Load(); n != 200 {
				t.Errorf("team of %d: worker %d ran %d times; want 200", size, i, n)
			}
		}
		team.Close()
	}
}

// Between two barriers every worker sees what all others wrote before the first.
func TestBarrier(t *testing.T) {
	for _, size := range []int{2, 5} {
		team := NewTeam(size)
		defer team.Close()
		var cells [5]int
		for round := range 300 {
			team.Run(taskFunc(func(w *Worker) {
				for phase := range 3 {
					cells[w.Index] = round*10 + phase
					w.Barrier()
					for i := range size {
						if cells[i] != round*10+phase {
							t.Errorf("worker %d past the barrier sees %d of worker %d; want %d", w.Index, cells[i], i, round*10+phase)
						}
					}
					w.Barrier()
				}
			}))
		}
	}
}

// A sleeping team wakes up.
func TestTeamSleepsAndWakes(t *testing.T) {
	team := NewTeam(2)
	defer team.Close()
	var ran atomic.Int32
	count := taskFunc(func(*Worker) { ran.Add(1) })
	for range 5 {
		team.Run(count)
		for deadline := time.Now().Add(5 * time.Second); !team.crew.workers[1].parked.Load(); {
			if time.Now().After(deadline) {
				t.Fatal("an idle worker still loops after 5 s")
			}
			time.Sleep(time.Millisecond)
		}
	}
	if ran.Load() != 10 {
		t.Errorf("ran %d shares; want 10", ran.Load())
	}
}

func TestSpansCoverEverythingOnce(t *testing.T) {
	for _, count := range []int{1, 2, 3, 7} {
		for _, n := range []int{0, 1, 2, 5, 16, 17, 100} {
			for _, grain := range []int{1, 4, 16} {
				next := 0
				for i := range count {
					w := &Worker{Index: i, Count: count}
					lo, hi := w.SpanBy(n, grain)
					if lo != next || hi < lo || lo%grain != 0 && lo != n {
						t.Fatalf("%d things by %d among %d: worker %d has [%d, %d) after %d", n, grain, count, i, lo, hi, next)
					}
					next = hi
				}
				if next != n {
					t.Fatalf("%d things by %d among %d: covered %d", n, grain, count, next)
				}
			}
		}
	}
}

// A panic in any worker reaches the caller, frees those who wait at a barrier, and leaves the team usable.
func TestPanicReachesTheCaller(t *testing.T) {
	team := NewTeam(4)
	defer team.Close()
	for culprit := range 4 {
		func() {
			defer func() {
				if got := recover(); got != "layer 2 is on fire" {
					t.Errorf("worker %d panicked; the caller recovered %v", culprit, got)
				}
			}()
			team.Run(taskFunc(func(w *Worker) {
				w.Barrier()
				if w.Index == culprit {
					panic("layer 2 is on fire")
				}
				w.Barrier()
			}))
		}()
		var ran atomic.Int32
		team.Run(taskFunc(func(w *Worker) { w.Barrier(); ran.Add(1); w.Barrier() }))
		if ran.Load() != 4 {
			t.Errorf("after a panic %d of 4 workers ran", ran.Load())
		}
	}
}

func TestRunDoesNotAllocate(t *testing.T) {
	team := NewTeam(2)
	defer team.Close()
	var task Task = taskFunc(func(w *Worker) { w.Barrier() })
	if n := testing.AllocsPerRun(200, func() { team.Run(task) }); n != 0 {
		t.Errorf("Run allocates %v times; want 0", n)
	}
}

func TestNoGoroutineOutlivesATeam(t *testing.T) {
	before := runtime.NumGoroutine()
	team := NewTeam(9)
	team.Run(taskFunc(func(*Worker) {}))
	team.Close()
	team.Close() // twice is allowed
	forgotten := NewTeam(9)
	forgotten.Run(taskFunc(func(*Worker) {}))
	runtime.KeepAlive(forgotten) // from here on only the collector knows it
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines before, %d after two teams were closed and forgotten", before, runtime.NumGoroutine())
		}
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
}

func BenchmarkTeamRun(b *testing.B) {
	team := NewTeam(2)
	defer team.Close()
	var task Task = taskFunc(func(*Worker) {})
	for b.Loop() {
		team.Run(task)
	}
}

func BenchmarkBarrier(b *testing.B) {
	team := NewTeam(2)
	defer team.Close()
	const barriers = 1000
	var task Task = taskFunc(func(w *Worker) {
		for range barriers {
			w.Barrier()
		}
	})
	for b.Loop() {
		team.Run(task)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/barriers, "ns/barrier")
}
