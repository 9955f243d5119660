package imagefolder

import (
	"errors"
	"fmt"
	"testing"
)

// Who watches is told of every image, one after the other, and what he returns ends the reading at once.
func TestWatch(t *testing.T) {
	files := map[string][]byte{}
	const n = 200
	for i := range n {
		files[fmt.Sprintf("%d/%d.png", i%2, i)] = shade(4, 4, uint8(i))
	}
	dir := folder(t, files)
	last, told := 0, 0
	watch := func(done, of int) error {
		if done < last || of != n {
			t.Errorf("%d of %d after %d of %d", done, of, last, n)
		}
		last, told = done, told+1
		return nil
	}
	if _, err := Load(dir, Options{Width: 4, Height: 4, Channels: 1, Watch: watch, Threads: 4}); err != nil || last != n || told < n {
		t.Errorf("%v; told %d times, at last of %d", err, told, last)
	}

	enough := errors.New("enough")
	for _, o := range []Options{{Width: 4, Height: 4, Channels: 1}, {}} { // while they are read, and while form and size are chosen
		calls := 0
		o.Threads = 1
		o.Watch = func(done, of int) error {
			if calls++; done >= 10 || o.Width == 0 && calls == 10 {
				return enough
			}
			return nil
		}
		if f, err := Load(dir, o); !errors.Is(err, enough) {
			t.Errorf("%v, %v; want the watch's own error", f, err)
		}
		if calls > 21 { // before and after each of ten
			t.Errorf("told %d times: it went on", calls)
		}
	}
}
