package pickle

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/internal/quote"
)

// Write writes a dictionary of arrays by name, as Saito's sample_weight.pkl is: protocol 3, which every Python 3 reads with
// NumPy 1 or 2. The arrays are in C order, little-endian.
func Write(w io.Writer, arrays []npy.Named) error {
	seen := map[string]bool{}
	for _, a := range arrays {
		if seen[a.Name] {
			return fmt.Errorf("pickle: two arrays are called %s", quote.Short(a.Name))
		}
		seen[a.Name] = true
		if err := a.Check(); err != nil {
			return fmt.Errorf("pickle: %s: %w", quote.Short(a.Name), err)
		}
		if n := int64(a.Len()) * int64(a.Type().Size()); n > math.MaxUint32 || int64(len(a.Name)) > math.MaxUint32 {
			return fmt.Errorf("pickle: %s has %d bytes; protocol 3 holds 4 GiB an array: use an .npz archive", quote.Short(a.Name), n)
		}
	}
	out := bufio.NewWriter(w)
	out.WriteString("\x80\x03}(") // PROTO 3, EMPTY_DICT, MARK
	for _, a := range arrays {
		out.WriteByte('X') // BINUNICODE
		writeSize(out, len(a.Name))
		out.WriteString(a.Name)
		// _reconstruct(ndarray, (0,), b"b")
		out.WriteString("cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R")
		// BUILD with (1, shape, dtype, False, bytes)
		out.WriteString("(K\x01(")
		for _, d := range a.Shape {
			out.WriteString("\x8a\x08") // LONG1 of 8 bytes
			binary.Write(out, binary.LittleEndian, int64(d))
		}
		descr := a.Descr()
		fmt.Fprintf(out, "tcnumpy\ndtype\nX\x02\x00\x00\x00%sK\x00K\x01\x87R", descr[1:])
		fmt.Fprintf(out, "(K\x03X\x01\x00\x00\x00%cNNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89B", descr[0])
		writeSize(out, a.Len()*a.Type().Size())
		if err := a.WriteElements(out); err != nil {
			return err
		}
		out.WriteString("tb")
	}
	out.WriteString("u.") // SETITEMS, STOP
	return out.Flush()
}

func writeSize(w io.Writer, n int) { binary.Write(w, binary.LittleEndian, uint32(n)) }
