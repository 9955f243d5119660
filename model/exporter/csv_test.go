package exporter_test

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/model/exporter"
)

// What is written comes back to the bit: a matrix of one row, a vector, NaN and infinity.
func TestCSV(t *testing.T) {
	list := []npy.Named{
		{Name: "W1", Array: npy.Of([]float64{0.25, 1. / 3, -1e-300, math.Inf(1), 5, 6}, 2, 3)},
		{Name: "one, row", Array: npy.Of([]float64{1, 2}, 1, 2)},
		{Name: "b1", Array: npy.Of([]float64{-1, 2}, 2)},
		{Name: "empty", Array: npy.Of([]float64{7}, 1)},
	}
	data, err := exporter.CSV(list)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(data), "tensor,row,column,value\nW1,0,0,0.25\nW1,0,1,0.3333333333333333\n") || !strings.Contains(string(data), "\nb1,,0,-1\n") {
		t.Errorf("%s", data)
	}
	back, err := exporter.FromCSV(data)
	if err != nil || !reflect.DeepEqual(back, list) {
		t.Errorf("%v (%v), want %v", back, err, list)
	}
	small, err := exporter.CSV([]npy.Named{{Name: "w", Array: npy.Of([]float32{0.1}, 1)}})
	if err != nil || !strings.HasSuffix(string(small), "w,,0,0.1\n") { // no more digits than float32 has
		t.Errorf("%s (%v)", small, err)
	}
	if _, err := exporter.CSV([]npy.Named{{Name: "cube", Array: npy.Of([]float64{1}, 1, 1, 1)}}); err == nil || !strings.Contains(err.Error(), `"cube" has 3 axes`) {
		t.Error(err)
	}
}

func TestHostileCSV(t *testing.T) {
	for text, says := range map[string]string{
		"":                                   "does not begin with tensor,row,column,value",
		"a,b,c,d\n":                          "does not begin with",
		"W,0,0,x\n":                          `"x" is no number`,
		"W,0,1,1\n":                          `row "0", column "1" is not what follows`,
		"W,1,0,1\n":                          "is not what follows",
		"W,0,0,1\nW,0,0,1\n":                 "is not what follows",
		"W,0,0,1\nW,0,1,1\nW,1,0,1\n":        "has 3 numbers in rows of 2",
		"W,0,0,1\nW,1,1,1\n":                 "is not what follows",
		"W,0,0,1\nW,-1,0,1\n":                "is not what follows",
		"b,,0,1\nb,0,1,1\n":                  `row "0" in an array without rows`,
		"W,0,0,1\nV,0,0,1\nW,0,1,1\n":        `"W" is there twice`,
		",0,0,1\n":                           "has no name",
		"W,0,0\n":                            "wrong number of fields",
		"W,9999999999999999999,0,1\n":        "is not what follows",
		"W,0,0,1\nW,4611686018427387904,0,1": "is not what follows",
	} {
		if text != "" && !strings.HasPrefix(text, "a,b") {
			text = "tensor,row,column,value\n" + text
		}
		if _, err := exporter.FromCSV([]byte(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v; want %s", text, err, says)
		}
	}
}

func FuzzFromCSV(f *testing.F) {
	f.Add([]byte("tensor,row,column,value\nW,0,0,1\nW,0,1,2\nb,,0,1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := exporter.FromCSV(data)
		if err != nil {
			return
		}
		written, err := exporter.CSV(list)
		if err != nil {
			t.Fatal(err)
		}
		back, err := exporter.FromCSV(written)
		if err != nil || len(back) != len(list) {
			t.Fatalf("written again, it is something else: %v", err)
		}
	})
}
