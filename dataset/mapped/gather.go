package mapped

import (
	"encoding/binary"
	"fmt"
	"math"
	"runtime/debug"
	"unsafe"

	"github.com/gradus-nn/gradus/kernel"
)

// Gather32 is: for i, r := range rows { copy(dst[i*Width:], features of row r) }
// Rows that cannot be read are NaN; see Err.
func (r *Rows) Gather32(dst []float32, rows []int) { gather(r, dst, rows, r.table.single) }

// Gather64 is Gather32 in float64, with the same features.
func (r *Rows) Gather64(dst []float64, rows []int) { gather(r, dst, rows, r.table.double) }

// gather asks for rows of the memory that the file is mapped to, or reads them.
func gather[F kernel.Float](r *Rows, dst []F, rows []int, table *kernel.ByteTable[F]) {
	for _, i := range rows {
		if uint(i) >= uint(r.n) {
			panic(fmt.Sprintf("mapped: row %d of %d", i, r.n))
		}
	}
	if r.file.broken.Load() != nil {
		fillNaN(dst)
		return
	}
	if r.file.data == nil {
		gatherFile(r, dst, rows, table)
		return
	}
	old := debug.SetPanicOnFault(true)
	defer restore(r, dst, old)
	data := r.file.data[r.layout.offset:]
	data = data[r.lo*r.layout.stride : (r.lo+r.n)*r.layout.stride]
	switch l := &r.layout; {
	case !l.floats:
		kernel.GatherBytes(dst, data, l.width, rows, table)
	case l.bigEndian != nativeBigEndian || uintptr(unsafe.Pointer(unsafe.SliceData(data)))%4 != 0:
		for i, row := range rows {
			decode(dst[i*l.width:(i+1)*l.width], data[row*l.stride:(row+1)*l.stride], l.bigEndian)
		}
	default:
		// float32 of the machine's own order, and aligned: headers of npy are filled up to 64 bytes.
		x := unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(data))), r.n*l.width)
		switch d := any(dst).(type) {
		case []float32:
			kernel.Gather(d, x, l.width, rows)
		default:
			for i, row := range rows {
				to := dst[i*l.width : (i+1)*l.width]
				for j, v := range x[row*l.width : (row+1)*l.width] {
					to[j] = F(v)
				}
			}
		}
	}
}

// nativeBigEndian reports the byte order of this machine.
var nativeBigEndian = binary.NativeEndian.Uint16([]byte{0, 1}) == 1

// restore is deferred around reads of mapped memory: a page that the file no longer has makes NaN of the whole batch, and not
// an end of the program.
func restore[F kernel.Float](r *Rows, dst []F, old bool) {
	debug.SetPanicOnFault(old)
	switch p := recover().(type) {
	case nil:
	case interface{ Addr() uintptr }: // as runtime.Error says for faults, and for nothing else
		fillNaN(dst)
		r.file.fail(fmt.Errorf("mapped: %s can no longer be read: it has become shorter, or its disk fails; leave it alone while it is in use", r.file.name))
	default:
		panic(p)
	}
}

func fillNaN[F kernel.Float](dst []F) {
	nan := F(math.NaN())
	for i := range dst {
		dst[i] = nan
	}
}

// gatherFile reads row by row, where nothing is mapped.
func gatherFile[F kernel.Float](r *Rows, dst []F, rows []int, table *kernel.ByteTable[F]) {
	l := &r.layout
	buffer := r.file.scratch.Get().(*[]byte)
	defer r.file.scratch.Put(buffer)
	for i, row := range rows {
		to := dst[i*l.width : (i+1)*l.width]
		if _, err := r.file.file.ReadAt(*buffer, l.offset+int64(r.lo+row)*int64(l.stride)); err != nil {
			fillNaN(dst)
			r.file.fail(fmt.Errorf("mapped: %s: row %d can no longer be read: %w; leave the file alone while it is in use", r.file.name, r.lo+row, err))
			return
		}
		if l.floats {
			decode(to, *buffer, l.bigEndian)
		} else {
			kernel.GatherBytes(to, *buffer, l.width, first, table)
		}
	}
}

// first names the only row of a buffer.
var first = []int{0}

// decode is: for i := range dst { dst[i] = the float32 in raw[4*i:] }
func decode[F kernel.Float](dst []F, raw []byte, bigEndian bool) {
	if bigEndian {
		for i := range dst {
			dst[i] = F(math.Float32frombits(binary.BigEndian.Uint32(raw[4*i:])))
		}
		return
	}
	for i := range dst {
		dst[i] = F(math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:])))
	}
}
