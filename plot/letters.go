package plot

import "math"

// letters is a map in characters, a row a line.
type letters [][]rune

// letterGrid writes into each place the sign of its middle, at shares of the axes.
func letterGrid(columns, rows int, of func(tx, ty float64) rune) letters {
	grid := make(letters, rows)
	for r := range grid {
		grid[r] = make([]rune, columns)
		for c := range grid[r] {
			grid[r][c] = of((float64(c)+0.5)/float64(columns), 1-(float64(r)+0.5)/float64(rows))
		}
	}
	return grid
}

// put writes a sign at shares of the axes, if that is on the map.
func (g letters) put(tx, ty float64, sign rune) {
	if math.IsNaN(tx) || math.IsNaN(ty) || tx < 0 || tx > 1 || ty < 0 || ty > 1 {
		return
	}
	r := min(int((1-ty)*float64(len(g))), len(g)-1)
	g[r][min(int(tx*float64(len(g[r]))), len(g[r])-1)] = sign
}

func (g letters) lines() []string {
	all := make([]string, len(g))
	for r, line := range g {
		all[r] = string(line)
	}
	return all
}
