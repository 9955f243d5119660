package recipe

import "io"

// WatchImages is w as package imagefolder wants it; nil for nobody.
func WatchImages(w Watcher) func(done, of int) error {
	if w == nil {
		return nil
	}
	return func(done, of int) error { return w.At(Reading{int64(done), int64(of), "images"}) }
}

// Watched returns a reader of the file that tells w how much has been read, and ends with its error.
func (r *RowFile) Watched(w Watcher) io.Reader {
	if w == nil {
		return r
	}
	to := &watched{Reader: r, watch: w, at: Reading{Unit: "bytes"}}
	if r.read != nil && r.file != nil { // what is read is the file itself, byte for byte
		if info, err := r.file.Stat(); err == nil {
			to.at.Of = info.Size()
		}
	}
	return to
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
