// Package spill keeps large pieces of memory outside of the heap, and in a temporary file once they are more than a limit: the file is
// mapped to memory, so that the operating system holds what is in use and nothing of it has to fit.
package spill

import (
	"fmt"
	"os"
	"runtime"
	"sync"
)

// A Store keeps pieces. Several goroutines may add to it at once.
type Store struct {
	limit int64
	dir   string

	mu     sync.Mutex
	pieces []*Piece // in memory
	held   int64    // their bytes
	taken  int64    // bytes of all pieces
	arena  arena
	file   *os.File
	size   int64 // of the file
	mapped *mapping
}

// A Piece is bytes that were added; Bytes returns them once the store is sealed.
type Piece struct {
	store *Store
	data  []byte // in memory; otherwise nil
	chunk *chunk // that has them, or nil
	at    int64  // in the file
	n     int
}

// A mapping ends with the last piece that refers to it.
type mapping struct{ data []byte }

// New returns a store that keeps up to limit bytes in memory, and then a file in dir; "" means the usual folder of temporary files.
func New(dir string, limit int64) *Store { return &Store{dir: dir, limit: limit} }

// Add keeps a copy of data. Pieces begin at multiples of 8 bytes.
func (s *Store) Add(data []byte) (*Piece, error) {
	p := &Piece{store: s, n: len(data)}
	s.mu.Lock()
	if s.file != nil {
		defer s.mu.Unlock()
		return p, s.write(p, data)
	}
	p.data, p.chunk = s.place(p.n)
	s.mu.Unlock()
	copy(p.data, data) // others may copy theirs meanwhile
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pieces = append(s.pieces, p)
	s.held += int64(p.n)
	if !canMap || s.file == nil && s.held <= s.limit {
		return p, nil
	}
	return p, s.flush()
}

// place returns n bytes for a piece, and the chunk that they lie in.
func (s *Store) place(n int) ([]byte, *chunk) {
	if s.taken += int64(n); s.taken <= leastOutside {
		return make([]byte, n), nil
	}
	return s.arena.take(n)
}

// flush writes what is in memory to the file.
func (s *Store) flush() error {
	if s.file == nil {
		f, err := temporary(s.dir)
		if err != nil {
			return err
		}
		s.file, s.arena.chunk = f, nil
	}
	for _, p := range s.pieces {
		if err := s.write(p, p.data); err != nil {
			return err
		}
		s.held -= int64(p.n)
		p.chunk.drop()
		p.data, p.chunk = nil, nil
	}
	s.pieces = nil
	return nil
}

// write writes the bytes of a piece to the file.
func (s *Store) write(p *Piece, data []byte) error {
	if _, err := s.file.WriteAt(data, s.size); err != nil {
		return fmt.Errorf("spill: %d MB that do not fit into memory: %w; TMPDIR names another place for them", s.size>>20, err)
	}
	p.at = s.size
	s.size += int64((p.n + 7) / 8 * 8)
	return nil
}

// Seal ends adding. All pieces can be read after it.
func (s *Store) Seal() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		s.pieces, s.arena = nil, arena{} // which keep what pieces have
		return nil
	}
	if err := s.flush(); err != nil {
		return err
	}
	data, err := mapFile(s.file, int(s.size), false)
	if err != nil {
		return fmt.Errorf("spill: %w", err)
	}
	s.file.Close()
	s.mapped = &mapping{data}
	runtime.AddCleanup(s.mapped, unmap, data)
	return nil
}

// Close gives up what was added, where Seal was not reached.
func (s *Store) Close() {
	if s.file != nil && s.mapped == nil {
		s.file.Close()
	}
}

// OnDisk reports how many bytes are in the file.
func (s *Store) OnDisk() int64 { return s.size }

// Bytes returns the piece, which must not be changed. It is valid as long as the piece is in use.
func (p *Piece) Bytes() []byte {
	if p.data != nil || p.store.mapped == nil {
		return p.data
	}
	return p.store.mapped.data[p.at : p.at+int64(p.n) : p.at+int64(p.n)]
}
