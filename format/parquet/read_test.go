package parquet_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/parquet"
)

func open(t testing.TB, data []byte) (*parquet.File, error) {
	t.Helper()
	return parquet.Open(bytes.NewReader(data), int64(len(data)), "x.parquet")
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func rows(t testing.TB, text io.Reader) [][]string {
	t.Helper()
	all, err := csv.NewReader(text).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Files of another writer, in every encoding, compression and version of pages, hold the rows that it wrote.
func TestFilesOfAnotherWriter(t *testing.T) {
	want := rows(t, bytes.NewReader(read(t, "rows.csv")))
	names, err := filepath.Glob("testdata/*.parquet")
	if err != nil || len(names) != 11 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			f, err := open(t, read(t, filepath.Base(name)))
			if err != nil {
				t.Fatal(err)
			}
			if int(f.Rows) != len(want)-1 || len(f.Columns) != len(want[0]) || !reflect.DeepEqual(f.Skipped, []string{"tags"}) {
				t.Fatalf("%d rows, %d columns, without %q", f.Rows, len(f.Columns), f.Skipped)
			}
			if strings.Contains(name, "brotli") {
				var unsupported *parquet.UnsupportedError
				if _, err := io.ReadAll(f.CSV()); !errors.As(err, &unsupported) || !strings.Contains(err.Error(), "compressed with Brotli; write it with Snappy") {
					t.Errorf("%v", err)
				}
				return
			}
			for range 2 { // a second stream begins anew
				got := rows(t, f.CSV())
				for i := range want {
					if !reflect.DeepEqual(got[i], want[i]) {
						for j := range want[i] {
							if got[i][j] != want[i][j] {
								t.Fatalf("row %d, %s: %q; want %q", i, want[0][j], got[i][j], want[i][j])
							}
						}
					}
				}
				if len(got) != len(want) {
					t.Errorf("%d rows; want %d", len(got), len(want))
				}
			}
		})
	}
}
