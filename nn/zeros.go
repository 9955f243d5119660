package nn

// The features of a table with categories are mostly zero, and a first product that skips these saves most of its work. No bit
// depends on whether it does: a workspace looks at its input now and then, and tells the steps that read it.

const (
	lookEvery = 256     // batches
	lookMost  = 1 << 12 // numbers that are looked at
)

// look counts the zeros of the input, of which so many rows have been read.
func (ws *workspace[F]) look(rows int) {
	ws.looks++
	if ws.looks%lookEvery != 1 || len(ws.steps) == 0 {
		return
	}
	x := ws.steps[0].view.X // the input, unless the step joins empty branches
	if len(x) == 0 {
		return
	}
	read := x[:rows*(len(ws.x)/ws.batch)]
	read = read[:min(lookMost, len(read))]
	zeros := 0
	for _, v := range read {
		if v == 0 {
			zeros++
		}
	}
	for i := range ws.steps {
		if v := &ws.steps[i].view; len(v.X) > 0 && &v.X[0] == &x[0] {
			v.Zeros = float64(zeros) / float64(len(read))
		}
	}
}
