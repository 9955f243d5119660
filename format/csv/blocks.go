package csv

import (
	"bufio"
	"bytes"
	"io"
	"runtime"
	"sync"
)

// blockSize is how much text one goroutine works on at a time, if nothing else is asked for.
const blockSize = 1 << 20

// Blocks reads the rest of the table in blocks of rows, with work called for several blocks at once, on several goroutines, and
// take called with what work returned, block after block in the order of the table. It returns the first error in the order of
// the table: of its text, of work or of take. threads is the number of goroutines; 0 means one a processor.
//
// The rows and errors are those of Read, however the table is cut into blocks. Memory is bounded by the number of
// threads and Options.MaxRow.
func Blocks[T any](r *Reader, threads int, work func(*Block) (T, error), take func(T) error) error {
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	c := &cutter{r: r}
	if r.lastCR { // the row of names ended in CR; the LF after it belongs to it
		if next, _ := r.in.Peek(1); bytes.Equal(next, []byte("\n")) {
			r.in.Discard(1)
		}
		r.lastCR = false
	}
	type job struct {
		block  *Block
		result T
		err    error
		done   chan struct{}
	}
	do := func(j *job) {
		if j.result, j.err = work(j.block); j.err == nil {
			j.err = j.block.err
		}
		close(j.done)
	}
	jobs := make(chan *job)
	var workers sync.WaitGroup
	for range threads {
		workers.Go(func() {
			for j := range jobs {
				j.block.check()
				do(j)
			}
		})
	}
	defer workers.Wait()
	defer close(jobs)

	var queue []*job // handed out, the oldest first
	var free []*Block
	takeOldest := func() error {
		j := queue[0]
		queue = queue[1:]
		<-j.done
		if j.err != nil {
			return j.err
		}
		free = append(free, j.block)
		return take(j.result)
	}
	for {
		// As many blocks wait as are worked on: nobody is idle while this goroutine reads or takes.
		for len(queue) >= 2*threads {
			if err := takeOldest(); err != nil {
				return err
			}
		}
		b := &Block{}
		if n := len(free); n > 0 {
			b, free = free[n-1], free[:n-1]
		}
		if !c.next(b) {
			break
		}
		j := &job{block: b, done: make(chan struct{})}
		queue = append(queue, j)
		if b.of != nil { // it reads from the table itself
			b.check()
			do(j)
		} else {
			jobs <- j
		}
	}
	for len(queue) > 0 {
		if err := takeOldest(); err != nil {
			return err
		}
	}
	return nil
}

// A cutter cuts the text of a table into blocks of whole rows.
type cutter struct {
	r      *Reader
	rest   []byte  // of the text that was read, the beginning of a row
	ended  bool    // nothing follows rest
	slow   *Reader // reads what is left, row by row
	blocks int     // so far
}

// next fills b with the next rows; false means that there are none.
func (c *cutter) next(b *Block) bool {
	r := c.r
	b.begin(r, c.blocks)
	c.blocks++
	if c.slow != nil {
		return c.slowly(b)
	}
	longest := 2*r.maxRow + 4*MaxCells // of text: no row is longer, unless it is full of spaces after quotes
	text := append(b.text[:0], c.rest...)
	c.rest = c.rest[:0]
	for !c.ended {
		n := len(text)
		want := min(n+max(r.block, n/2), longest+r.block)
		if cap(text) < want {
			text = append(make([]byte, 0, want), text...)
		}
		more, err := io.ReadFull(r.in, text[n:want])
		text = text[:n+more]
		c.ended = err == io.EOF || err == io.ErrUnexpectedEOF && r.atEnd()
		if err != nil && !c.ended {
			// Damage: the rows before it count, and Read finds the words for the rest.
			return c.slowFrom(b, io.MultiReader(bytes.NewReader(text), &failing{err, r.in}))
		}
		if c.ended {
			break
		}
		if end, unquoted := lastRow(text, r.separator); end > 0 {
			c.rest = append(c.rest, text[end:]...)
			if text = text[:end]; unquoted {
				b.unquoted = end
			}
			break
		}
		if len(text) > longest || len(text) > r.maxRow+MaxCells && bytes.IndexByte(text, '"') < 0 {
			return c.slowFrom(b, io.MultiReader(bytes.NewReader(text), r.in))
		}
	}
	b.text = text
	if len(text) == 0 {
		return false
	}
	lines, bare := lineEnds(text)
	r.line += lines
	b.bare = bare > 0
	return true
}

// atEnd reports whether the end of the text was the end of the table, and no damage that looks alike.
func (r *Reader) atEnd() bool {
	_, err := r.in.Peek(1)
	return err == io.EOF
}

// failing gives the error that was met.
type failing struct {
	err error
	in  io.Reader
}

func (f *failing) Read(p []byte) (int, error) {
	if f.err == io.ErrUnexpectedEOF { // of ReadFull, or of the table: the next read tells
		f.err = nil
	}
	if f.err != nil {
		return 0, f.err
	}
	return f.in.Read(p)
}

// slowFrom reads all that is left row by row.
func (c *cutter) slowFrom(b *Block, rest io.Reader) bool {
	c.slow = c.r.over(bufio.NewReaderSize(rest, sniffed), c.r.line)
	return c.slowly(b)
}

// slowly gives the next rows of the slow reader.
func (c *cutter) slowly(b *Block) bool {
	if c.ended {
		return false
	}
	b.text = b.text[:0]
	b.slow, b.of, b.quota = c.slow, c, c.r.block
	return true
}

// over returns a reader of rows from another source that begins in the given line.
func (r *Reader) over(in *bufio.Reader, line int) *Reader {
	return &Reader{in: in, name: r.name, separator: r.separator, maxRow: r.maxRow, width: r.width, line: line, column: 1}
}

// lineEnds counts the ends of lines, LF, CR and CRLF, and those of them that are a CR alone.
func lineEnds(text []byte) (n, bare int) {
	n = bytes.Count(text, []byte{'\n'})
	if bare = bytes.Count(text, []byte{'\r'}); bare > 0 {
		bare -= bytes.Count(text, []byte("\r\n"))
	}
	return n + bare, bare
}

// lastRow returns the end of the last row that ends in the text, which begins with a row and has more after it; 0 if none ends. The
// text is unquoted if there is no quote in it.
func lastRow(text []byte, separator byte) (end int, unquoted bool) {
	if n := len(text); n > 0 && text[n-1] == '\r' { // an LF may follow
		text = text[:n-1]
	}
	if bytes.IndexByte(text, '"') < 0 {
		end := bytes.LastIndexByte(text, '\n') + 1
		return end + bytes.LastIndexByte(text[end:], '\r') + 1, true
	}
	last := 0
	for i := 0; i < len(text); {
		if text[i] == '"' { // a cell within quotes: find the one that ends it
			for i++; ; {
				j := bytes.IndexByte(text[i:], '"')
				if j < 0 {
					return last, false
				}
				i += j + 1
				next := i + spaces(text[i:])
				if next == len(text) {
					return last, false
				}
				if text[next] != '"' {
					break
				}
				i = next + 1 // two of them are one; and after spaces, the reader takes it for more of the cell
			}
		}
		for i < len(text) && text[i] != separator && text[i] != '\n' && text[i] != '\r' {
			i++
		}
		if i == len(text) {
			break
		}
		b := text[i]
		i++
		if b != separator {
			if b == '\r' && i < len(text) && text[i] == '\n' {
				i++
			}
			last = i
		}
	}
	return last, false
}

// spaces counts the spaces that the text begins with.
func spaces(text []byte) int {
	n := 0
	for n < len(text) && text[n] == ' ' {
		n++
	}
	return n
}
