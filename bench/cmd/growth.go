package main

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"github.com/gradus-nn/gradus/bench/ours"
	"github.com/gradus-nn/gradus/plot"
)

// Growth is the time of a training step as one size grows.
type Growth struct {
	Varies  string  `json:"varies"` // width, batch or depth
	Threads int     `json:"threads"`
	Points  []Point `json:"points"`
}

// A Point is a network with as many hidden layers of that width as its depth says.
type Point struct {
	Width   int     `json:"width"`
	Batch   int     `json:"batch"`
	Depth   int     `json:"depth"`
	Seconds float64 `json:"seconds"` // median of a step
	Flop    float64 `json:"flop"`    // of the step's products
}

func (p Point) gigaflops() float64 { return p.Flop / p.Seconds * 1e-9 }

// Sizes that do not vary.
const (
	growthWidth = 256
	growthBatch = 128
	growthDepth = 2
)

func measureGrowth(ctx context.Context, quick bool) ([]Growth, error) {
	var all []Growth
	for _, threads := range slices.Compact([]int{1, runtime.GOMAXPROCS(0)}) {
		for _, series := range []struct {
			varies   string
			from, to int
			at       func(v int) Point
		}{
			{"width", 64, 8192, func(v int) Point { return Point{Width: v, Batch: growthBatch, Depth: growthDepth} }},
			{"batch", 1, 8192, func(v int) Point { return Point{Width: growthWidth, Batch: v, Depth: growthDepth} }},
			{"depth", 1, 32, func(v int) Point { return Point{Width: growthWidth, Batch: growthBatch, Depth: v} }},
		} {
			g := Growth{Varies: series.varies, Threads: threads}
			for v := series.from; v <= series.to; v *= 2 {
				if err := ctx.Err(); err != nil {
					return nil, err
				}
				if quick && v > 1024 {
					break
				}
				p := series.at(v)
				var err error
				if p.Seconds, p.Flop, err = ours.Step(p.Width, p.Batch, p.Depth, threads); err != nil {
					return nil, err
				}
				p.Seconds = round(p.Seconds)
				g.Points = append(g.Points, p)
				fmt.Printf("%-6s %5d  %d threads  %10.1f µs  %7.1f GFLOP/s\n", g.Varies, v, threads, p.Seconds*1e6, p.gigaflops())
			}
			all = append(all, g)
		}
	}
	return all, nil
}

const growthPicture = "bench/results/growth.svg"

// drawGrowth draws GFLOP/s over each size: where a curve does not fall, the cost of a FLOP does not rise.
func drawGrowth(all []Growth) error {
	panels := plot.Panels{Title: "GFLOP/s of a training step", Columns: 3}
	for _, varies := range []string{"width", "batch", "depth"} {
		curves := plot.Curves{XLabel: "log₂ of the " + varies, YLabel: "GFLOP/s"}
		for _, g := range all {
			if g.Varies != varies {
				continue
			}
			s := plot.Series{Name: fmt.Sprintf("threads: %d", g.Threads)}
			for _, p := range g.Points {
				size := map[string]int{"width": p.Width, "batch": p.Batch, "depth": p.Depth}[varies]
				s.X, s.Y = append(s.X, math.Log2(float64(size))), append(s.Y, p.gigaflops())
			}
			curves.Series = append(curves.Series, s)
		}
		panels.Plots = append(panels.Plots, curves)
	}
	return plot.Save(growthPicture, panels, plot.Size{Width: 1080, Height: 360})
}
