package recipe

import "io"

// watched returns the reader of a file that tells the request's watch how much has been read, and ends with its error.
func (q *Request) watched(f *RowFile) io.Reader {
	if q.Watch == nil {
		return f
	}
	w := &watched{Reader: f, watch: q.Watch, at: Reading{Unit: "bytes"}}
	if f.read != nil && f.file != nil { // what is read is the file itself, byte for byte
		if info, err := f.file.Stat(); err == nil {
			w.at.Of = info.Size()
		}
	}
	return w
}

type watched struct {
	io.Reader
	watch Watcher
	at    Reading
}

func (w *watched) Read(p []byte) (int, error) {
	if err := w.watch.At(w.at); err != nil {
		return 0, err
	}
	n, err := w.Reader.Read(p)
	w.at.Done += int64(n)
	return n, err
}
