package onnx_test

import (
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/gradus-nn/gradus/format/onnx"
)

// b is a message in the making.
type b []byte

func (m b) int(n protowire.Number, v uint64) b {
	return protowire.AppendVarint(protowire.AppendTag(m, n, protowire.VarintType), v)
}

func (m b) bytes(n protowire.Number, v []byte) b {
	return protowire.AppendBytes(protowire.AppendTag(m, n, protowire.BytesType), v)
}

func (m b) text(n protowire.Number, s string) b { return m.bytes(n, []byte(s)) }

// value is a named input or output of any float tensor.
func value(name string) b {
	return b{}.text(1, name).bytes(2, b{}.bytes(1, b{}.int(1, 1)))
}

func node(op, in, out string) b { return b{}.text(1, in).text(2, out).text(4, op) }

// model has a graph from x to y that tests add to.
func model(graph b) b {
	graph = graph.bytes(11, value("x")).bytes(12, value("y"))
	return b{}.int(1, 8).bytes(8, b{}.int(2, 17)).bytes(7, graph)
}

func tensor(name string, dtype uint64, dims ...uint64) b {
	var m b
	for _, d := range dims {
		m = m.int(1, d)
	}
	return m.int(2, dtype).text(8, name)
}

// TestHostile: every broken or refused file is a sentence that says what and where.
func TestHostile(t *testing.T) {
	good := b(node("Relu", "x", "y"))
	weight := func(w b) b { return model(b{}.bytes(1, good).bytes(5, w)) }
	deep := b{}
	for range 10_000 { // a graph in an attribute of a node of a graph ...
		deep = b{}.bytes(1, b{}.text(4, "If").bytes(5, b{}.text(1, "then_branch").bytes(6, deep).int(20, 5)))
	}
	for name, c := range map[string]struct {
		data []byte
		says string
	}{
		"empty":                  {nil, "the file is empty"},
		"one byte":               {[]byte{8}, "at byte 1: model: field 1: the file ends"},
		"truncated varint":       {[]byte{8, 0xff}, "at byte 1: model: field 1: the file ends"},
		"varint of 11 bytes":     {append([]byte{8}, append([]byte(strings.Repeat("\xff", 10)), 1)...), "more than 64 bits"},
		"length beyond the end":  {[]byte{8, 8, 0x3a, 0xff, 0xff, 0x03}, "the file ends"},
		"length of 2^63":         {append([]byte{8, 8, 0x3a}, protowire.AppendVarint(nil, 1<<63)...), "the file ends"},
		"group":                  {[]byte{8, 8, 0x3b, 0x3c}, "field 7 is a group"},
		"end of a group":         {[]byte{8, 8, 0x3c}, "field 7 is a group"},
		"wire type 6":            {[]byte{8, 8, 0x3e}, "reserved wire type"},
		"field 0":                {[]byte{8, 8, 0, 1}, "field number outside 1"},
		"graph as a number":      {b{}.int(1, 8).int(7, 3), "field 7 has wire type 0; want 2"},
		"no opset":               {b{}.int(1, 8).bytes(7, b{}.bytes(12, value("y"))), "opset_import is missing"},
		"two opsets":             {append(model(b{}.bytes(1, good)), b{}.bytes(8, b{}.int(2, 9))...), "says twice"},
		"no output":              {b{}.int(1, 8).bytes(8, b{}.int(2, 17)), "no output"},
		"training":               {append(model(b{}.bytes(1, good)), b{}.bytes(20, nil)...), "training_info"},
		"functions":              {append(model(b{}.bytes(1, good)), b{}.bytes(25, nil)...), "operators of its own"},
		"sparse":                 {model(b{}.bytes(1, good).bytes(15, nil)), "sparse"},
		"circle":                 {model(b{}.bytes(1, node("Relu", "a", "b")).bytes(1, node("Relu", "b", "a")).bytes(1, node("Relu", "a", "y"))), `node 0 ("Relu") reads "a", which node 1 makes only later: the graph runs in a circle`},
		"itself":                 {model(b{}.bytes(1, node("Relu", "y", "y"))), "which node 0 makes only later"},
		"missing":                {model(b{}.bytes(1, node("Relu", "z", "y"))), `reads "z", which nothing makes`},
		"made twice":             {model(b{}.bytes(1, good).bytes(1, good)), `makes "y", which the output of a node is called already`},
		"makes the input":        {model(b{}.bytes(1, node("Relu", "x", "x")).bytes(1, good)), `makes "x", which an input is called already`},
		"nothing makes it":       {model(nil), `nothing makes the graph's output "y"`},
		"output twice":           {model(b{}.bytes(1, good).bytes(12, value("y"))), "there twice"},
		"input twice":            {model(b{}.bytes(1, good).bytes(11, value("x"))), "there twice"},
		"no operator":            {model(b{}.bytes(1, node("", "x", "y"))), "no operator"},
		"attribute twice":        {model(b{}.bytes(1, append(good, b{}.bytes(5, b{}.text(1, "a").int(3, 1).int(20, 2)).bytes(5, b{}.text(1, "a").int(3, 1).int(20, 2))...))), "twice"},
		"attribute of no type":   {model(b{}.bytes(1, append(good, b{}.bytes(5, b{}.text(1, "a").int(3, 1))...))), `attribute "a" has type 0`},
		"attribute of type 99":   {model(b{}.bytes(1, append(good, b{}.bytes(5, b{}.text(1, "a").int(20, 99))...))), "has type 99"},
		"tensor attribute, none": {model(b{}.bytes(1, append(good, b{}.bytes(5, b{}.text(1, "a").int(20, 4))...))), "has type 4 and no such value"},
		"too few elements":       {weight(tensor("w", 1, 2, 3).bytes(9, make([]byte, 20))), `tensor "w" has shape [2 3] of float, 24 bytes, but holds 20`},
		"too many elements":      {weight(tensor("w", 1, 2).bytes(9, make([]byte, 20))), "8 bytes, but holds 20"},
		"too few in a list":      {weight(tensor("w", 1, 2).bytes(4, make([]byte, 4))), "2 elements, but holds 1"},
		"list of half a float":   {weight(tensor("w", 1, 2).bytes(4, make([]byte, 7))), "no whole number"},
		"list of another type":   {weight(tensor("w", 1, 1).bytes(10, make([]byte, 8))), "list of another type"},
		"both lists and raw":     {weight(tensor("w", 1, 1).bytes(4, make([]byte, 4)).bytes(9, make([]byte, 4))), "twice, as raw_data and as a list"},
		"negative axis":          {weight(tensor("w", 1, math.MaxUint64)), "an axis of length -1"},
		"product of 2^64":        {weight(tensor("w", 1, 1<<32, 1<<32)), "more elements than can be counted"},
		"bytes of 2^64":          {weight(tensor("w", 11, 1<<61)), "more elements than can be counted"},
		"a trillion elements":    {weight(tensor("w", 1, 1e12)), "1000000000000 elements, but holds 0"},
		"17 axes":                {weight(tensor("w", 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)), "more than 16 axes"},
		"texts as numbers":       {weight(tensor("w", 1, 1).text(6, "x")), `"w" of float holds texts`},
		"too few texts":          {weight(tensor("w", 8, 2).text(6, "x")), "2 elements, but holds 1"},
		"texts as raw data":      {weight(tensor("w", 8, 1).text(9, "x")), "want them as a list"},
		"unknown type":           {weight(tensor("w", 77, 1)), "type 77"},
		"external":               {weight(tensor("w", 1, 1).bytes(13, b{}.text(1, "location").text(2, "../../etc/passwd"))), "never opened"},
		"external by location":   {weight(tensor("w", 1, 1).int(14, 1)), "never opened"},
		"segments":               {weight(tensor("w", 1, 1).bytes(3, nil)), "segments"},
		"initializer twice":      {model(b{}.bytes(1, good).bytes(5, tensor("w", 1, 0)).bytes(5, tensor("w", 1, 0))), `two initializers are called "w"`},
		"initializer, no name":   {weight(tensor("", 1, 0)), "has no name"},
		"escape sequence":        {model(b{}.bytes(1, node("Relu", "\x1b[31m", "y"))), `"\x1b[31m"`},
	} {
		m, err := onnx.Read(c.data)
		if err == nil || !strings.HasPrefix(err.Error(), "onnx: ") || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%s: %v; want %q (%v)", name, err, c.says, m)
		}
	}
	// Graphs within graphs are not entered, however deep they are: the node that has one is refused by package run.
	m, err := onnx.Read(model(b{}.bytes(1, b{}.text(1, "x").text(2, "y").text(4, "If").bytes(5, b{}.text(1, "then_branch").bytes(6, deep).int(20, 5)))))
	if err != nil || m.Graph.Nodes[0].Attributes[0].Value != onnx.Unsupported("graph") {
		t.Errorf("%v %v", m, err)
	}
}

// An initializer may stand behind an input, as its usual value.
func TestShadow(t *testing.T) {
	m, err := onnx.Read(model(b{}.bytes(1, node("Relu", "x", "y")).bytes(5, tensor("x", 1, 1).bytes(9, make([]byte, 4)))))
	if err != nil || len(m.Graph.Initializers) != 1 {
		t.Errorf("%v %v", m, err)
	}
}

// What is packed, and what is not, means the same; of a number that is there twice the last counts.
func TestPacked(t *testing.T) {
	packed := b{}.bytes(1, []byte{2, 1}).int(2, 7).int(2, 6).bytes(5, append(protowire.AppendVarint(nil, 5), protowire.AppendVarint(nil, math.MaxUint64)...))
	loose := b{}.int(1, 2).int(1, 1).int(2, 6).int(5, 5).int(5, math.MaxUint64)
	for _, data := range [][]byte{packed, loose} {
		x, err := onnx.ReadTensor(data)
		if err != nil {
			t.Fatal(err)
		}
		if v := x.Data.([]int32); len(x.Shape) != 2 || len(v) != 2 || v[0] != 5 || v[1] != -1 {
			t.Errorf("%+v", x)
		}
	}
}

// A file of a few megabytes cannot ask for more than 64 MiB and four times its size.
func TestMemory(t *testing.T) {
	const size = 8 << 20
	fill := func(of []byte) (m b) {
		for len(m) < size {
			m = append(m, of...)
		}
		return m
	}
	for name, data := range map[string][]byte{
		"small numbers as int64": model(b{}.bytes(1, node("Relu", "x", "y")).bytes(5, tensor("w", 7, size).bytes(7, make([]byte, size)))),
		"empty nodes":            model(fill(b{}.bytes(1, nil))),
		"empty inputs":           model(fill(b{}.bytes(11, nil))),
		"empty metadata":         fill(b{}.bytes(14, nil)),
		"empty initializers":     model(fill(b{}.bytes(5, b{}.int(2, 1)))),
		"empty names":            model(b{}.bytes(1, fill(b{}.bytes(1, nil)))),
		"empty attributes":       model(b{}.bytes(1, fill(b{}.bytes(5, b{}.int(20, 2))))),
		"empty axes":             model(b{}.bytes(11, b{}.bytes(2, b{}.bytes(1, b{}.bytes(2, fill(b{}.bytes(1, nil))))))),
		"loose numbers":          model(b{}.bytes(1, b{}.bytes(5, b{}.int(20, 7).bytes(8, nil)).bytes(5, append(b{}.int(20, 7), fill(b{}.int(8, 1))...)))),
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		_, err := onnx.Read(data)
		runtime.ReadMemStats(&after)
		// All that was ever allocated, including what lists have outgrown, which the collector may leave for a while.
		if took := after.TotalAlloc - before.TotalAlloc; took > 2*(64<<20+4*uint64(len(data))) {
			t.Errorf("%s: %d MiB for a file of %d MiB (%v)", name, took>>20, len(data)>>20, err)
		}
	}
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	if _, err := onnx.ReadFile(dir); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Error(err)
	}
	path := filepath.Join(dir, "a.onnx")
	if err := os.WriteFile(path, []byte{8}, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := onnx.ReadFile(path); err == nil || !strings.Contains(err.Error(), "a.onnx: at byte 1: ") {
		t.Error(err)
	}
}
