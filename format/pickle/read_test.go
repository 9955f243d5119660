package pickle

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/format/npy"
)

func ExampleReadFile() {
	_, err := ReadFile("testdata/refused-system-4.pkl")
	fmt.Println(err)
	// Output:
	// pickle: testdata/refused-system-4.pkl: at byte 28: STACK_GLOBAL: the file asks for "posix.system"; only NumPy arrays in dicts, tuples and lists are read, and nothing in a pickle is ever run
}

func ExampleArrays() {
	v, err := ReadFile("testdata/nielsen.pkl.gz")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range Arrays(v) {
		fmt.Println(a.Name, a.Type(), a.Shape)
	}
	// Output:
	// 0.0 float32 [3 4]
	// 0.1 int64 [3]
	// 1.0 float32 [3 4]
	// 1.1 int64 [3]
	// 2.0 float32 [3 4]
	// 2.1 int64 [3]
}

// TestProtocols reads the same value in every protocol, as NumPy wrote it.
func TestProtocols(t *testing.T) {
	matrix := npy.Of([]float32{1, 2, 3, 4, 5, 6}, 2, 3)
	for protocol := range maxProtocol + 1 {
		v, err := ReadFile(fmt.Sprintf("testdata/protocol-%d.pkl", protocol))
		if err != nil {
			t.Errorf("protocol %d: %v", protocol, err)
			continue
		}
		d := v.(Dict)
		for key, want := range map[string]any{
			"matrix":   matrix,
			"fortran":  matrix,
			"scalar":   &npy.Array{Shape: []int{}, Data: []float64{0.1}},
			"axisless": &npy.Array{Shape: []int{}, Data: []int16{7}},
			"none":     npy.Of([]float64{}, 0, 3),
			"plain": []any{nil, true, false, int64(0), int64(-1), int64(255), int64(65536), int64(-1 << 31), int64(1 << 40), int64(-1 << 63),
				0.5, "é\n\\u", []byte{0, 255}, []byte{}, Tuple{}, Dict{}, int64(3)},
		} {
			if have, _ := d.Get(key); !reflect.DeepEqual(have, want) {
				t.Errorf("protocol %d: %s is %#v, want %#v", protocol, key, have, want)
			}
		}
		types, _ := d.Get("types")
		big, _ := d.Get("big")
		for k := range 12 {
			for _, v := range []any{types.([]any)[k], big.(Tuple)[k]} {
				a := v.(*npy.Array)
				if a.Type() != npy.Type(k+1) || !reflect.DeepEqual(a.Shape, []int{2, 3, 4}) {
					t.Errorf("protocol %d: type %d is %v %v", protocol, k+1, a.Type(), a.Shape)
				}
				for i, x := range a.Float64s() {
					want := float64(i)
					if a.Type() == npy.Bool {
						want = min(want, 1)
					}
					if x != want {
						t.Errorf("protocol %d: %v[%d] = %v", protocol, a.Type(), i, x)
					}
				}
			}
		}
		if n := len(Arrays(v)); n != 5+12+12 {
			t.Errorf("protocol %d: %d arrays", protocol, n)
		}
	}
	v, err := ReadFile("testdata/saito.pkl")
	if err != nil {
		t.Fatal(err)
	}
	if img, _ := v.(Dict).Get("test_img"); !reflect.DeepEqual(img, npy.Of([]uint8{0, 1, 2, 3}, 1, 4)) {
		t.Errorf("test_img is %v", img)
	}
}

// TestNumPy2: the functions of NumPy 1 have moved from numpy.core to numpy._core.
func TestNumPy2(t *testing.T) {
	data, err := os.ReadFile("testdata/protocol-2.pkl")
	if err != nil {
		t.Fatal(err)
	}
	old, err := Read(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	moved := bytes.ReplaceAll(data, []byte("cnumpy.core."), []byte("cnumpy._core."))
	if v, err := Read(bytes.NewReader(moved)); err != nil || bytes.Equal(data, moved) || !reflect.DeepEqual(v, old) {
		t.Errorf("%v", err)
	}
	buffer := "cnumpy._core.numeric\n_frombuffer\n(C\x02ab" + u1 + "(K\x01K\x02tU\x01FtR."
	if v, err := Read(strings.NewReader(buffer)); err != nil || !reflect.DeepEqual(v, npy.Of([]uint8("ab"), 1, 2)) {
		t.Errorf("%v, %v", v, err)
	}
}

// TestPython2 reads what Python 2 writes: texts are bytes, and the content of arrays is a text.
func TestPython2(t *testing.T) {
	array := func(str func(string) string) string {
		return "(dp0\n" + str("W1") + "p1\ncnumpy.core.multiarray\n_reconstruct\np2\n(cnumpy\nndarray\np3\n(I0\ntp4\n" + str("b") + "p5\ntp6\nRp7\n" +
			"(I1\n(I1\nL2L\ntp8\ncnumpy\ndtype\np9\n(" + str("u2") + "p10\nI0\nI1\ntp11\nRp12\n(I3\n" + str("<") + "p13\nNNNI-1\nI-1\nI0\ntp14\nbI00\n" +
			str("\x01\x00\xff\x01") + "p15\ntp16\nbs."
	}
	want := Dict{{"W1", npy.Of([]uint16{1, 511}, 1, 2)}}
	repr := func(s string) string {
		b := "S'"
		for _, c := range []byte(s) {
			b += map[bool]string{true: string(rune(c)), false: fmt.Sprintf(`\x%02x`, c)}[c >= ' ' && c < 127]
		}
		return b + "'\n"
	}
	short := func(s string) string { return "U" + string(rune(len(s))) + s }
	long := func(s string) string { return "T" + string(rune(len(s))) + "\x00\x00\x00" + s }
	for _, str := range []func(string) string{repr, short, long} {
		if v, err := Read(strings.NewReader(array(str))); err != nil || !reflect.DeepEqual(v, want) {
			t.Errorf("%v, %v", v, err)
		}
	}
	for file, want := range map[string]any{
		`S'it\'s \\ \t\xe9'` + "\n.":                "it's \\ \té",
		`S"'"` + "\n.":                              "'",
		"U\x02\xe9\x41.":                            "éA",
		`V\u00e9\U0001F600\n` + "\n.":               "é😀\\n",
		"(I1\nI01\nF2.5\nL-3L\nl.":                  []any{int64(1), true, 2.5, int64(-3)},
		"(S'a'\nI1\nd.":                             Dict{{"a", int64(1)}},
		"(I1\n0I2\nI3\nt.":                          Tuple{int64(2), int64(3)},
		"(I1\n1I2\n.":                               int64(2),
		"I1\n2\x86.":                                Tuple{int64(1), int64(1)},
		"\x80\x02\x8a\x00.":                         int64(0),
		"\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80.": int64(-1 << 63),
		"G\x3f\xe0\x00\x00\x00\x00\x00\x00.":        0.5,
	} {
		if v, err := Read(strings.NewReader(file)); err != nil || !reflect.DeepEqual(v, want) {
			t.Errorf("%q: %#v, %v; want %#v", file, v, err, want)
		}
	}
}

// refused wants a FormatError or UnsupportedError that contains a text.
func refused(t *testing.T, name string, err error, says string) {
	t.Helper()
	var broken *FormatError
	var unsupported *UnsupportedError
	if !errors.As(err, &broken) && !errors.As(err, &unsupported) || !strings.Contains(err.Error(), says) {
		t.Errorf("%s: have %v; want an error that says %q", name, err, says)
	}
}

const (
	empty = "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R"
	u1    = "cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R"
	u2    = "cnumpy\ndtype\nU\x02u2K\x00K\x01\x87R"
	le    = "(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
)

// doubled is a value that holds itself twice, n times over: a tree of 2^n leaves in a few bytes.
func doubled(leaf string, n int) string {
	return leaf + strings.Repeat("2\x86", n) + "."
}

var hostile = map[string]struct{ file, says string }{
	// Names.
	"os.system":               {"cos\nsystem\n(S'true'\ntR.", `"os.system"`},
	"os.system, protocol 4":   {"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R.", `"os.system"`},
	"builtins.eval":           {"cbuiltins\neval\n(S'1'\ntR.", `"builtins.eval"`},
	"a look-alike":            {"cnumpy.core.multiarray\u200b\n_reconstruct\n.", `"numpy.core.multiarray\u200b._reconstruct"`},
	"an attribute":            {"\x8c\x05numpy\x8c\x11ndarray.__class__\x93.", `"numpy.ndarray.__class__"`},
	"numpy.load":              {"cnumpy\nload\n.", `"numpy.load"`},
	"an escape in a name":     {"c\x1b[2J\nx\n.", `"\x1b[2J.x"`},
	"INST":                    {"(ios\nsystem\n.", `INST: the file asks for "os.system"`},
	"OBJ":                     {"(cnumpy\nndarray\no.", "OBJ: it makes an object"},
	"NEWOBJ":                  {"cnumpy\nndarray\n)\x81.", "NEWOBJ: it makes an object"},
	"NEWOBJ_EX":               {"cnumpy\nndarray\n)}\x92.", "NEWOBJ_EX: it makes an object"},
	"EXT1":                    {"\x82\x01.", "EXT1"},
	"EXT2":                    {"\x83\x01\x00.", "EXT2"},
	"EXT4":                    {"\x84\x01\x00\x00\x00.", "EXT4"},
	"PERSID":                  {"Pstorage\n.", "PERSID"},
	"BINPERSID":               {"NQ.", "BINPERSID"},
	"NEXT_BUFFER":             {"\x97.", "NEXT_BUFFER"},
	"READONLY_BUFFER":         {"N\x98.", "READONLY_BUFFER"},
	"BUILD of a name":         {"cnumpy\nndarray\n)b.", "it gives a state to numpy.ndarray"},
	"BUILD of a dict":         {"}(tb.", "it gives a state to a dict"},
	"BUILD without a tuple":   {empty + "}b.", "want a tuple as the state"},
	"REDUCE of a text":        {"S'x'\n)R.", "want one of the known functions and a tuple, have a str"},
	"REDUCE of a class":       {"cnumpy\nndarray\n)R.", "have numpy.ndarray"},
	"REDUCE with a list":      {"cnumpy\ndtype\n]R.", "numpy.dtype and a list"},
	"a name as the result":    {"cnumpy\ndtype\n.", "numpy.dtype"},
	"a name in a dict":        {"}S'x'\ncnumpy\ndtype\ns.", "numpy.dtype"},
	"a dtype as the result":   {u1 + ".", "holds a dtype"},
	"STACK_GLOBAL of numbers": {"K\x01K\x02\x93.", "want a module and a name"},
	"_reconstruct of another": {"cnumpy.core.multiarray\n_reconstruct\ncnumpy\ndtype\nK\x00\x85C\x01b\x87R.", "want it of numpy.ndarray"},
	"_reconstruct of nothing": {"cnumpy.core.multiarray\n_reconstruct\n)R.", "_reconstruct()"},
	"encode in rot13":         {"c_codecs\nencode\nVx\nVrot13\n\x86R.", `("x", "rot13")`},
	"encode of a number":      {"c_codecs\nencode\nK\x01Vlatin1\n\x86R.", "want a text and 'latin1'"},
	"encode of three":         {"c_codecs\nencode\nVx\nVlatin1\nVx\n\x87R.", "want a text and 'latin1'"},
	"encode beyond latin-1":   {"c_codecs\nencode\nV\\u0100\nVlatin1\n\x86R.", "not one of Latin-1"},
	"bytes of a number":       {"c__builtin__\nbytes\nJ\xff\xff\xff\x7f\x85R.", "want no arguments"},

	// Arrays.
	"no content":               {empty + ".", "an array without its content"},
	"shape and bytes":          {empty + "(K\x01(K\x02K\x03t" + u1 + "\x89C\x05abcdetb.", "needs 6 bytes, have 5"},
	"a shape of 2^62":          {empty + "(K\x01(\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x40K\x04t" + u1 + "\x89C\x00tb.", "more bytes than"},
	"a negative shape":         {empty + "(K\x01(J\xff\xff\xff\xfft" + u1 + "\x89C\x00tb.", "want counts"},
	"a shape of texts":         {empty + "(K\x01(S'1'\nt" + u1 + "\x89C\x00tb.", "want counts"},
	"a shape of True":          {empty + "(K\x01(\x88t" + u1 + "\x89C\x01atb.", "want counts"},
	"a shape that is a list":   {empty + "(K\x01]" + u1 + "\x89C\x00tb.", "the shape is a list"},
	"100 axes":                 {empty + "(K\x01(" + strings.Repeat("K\x01", 100) + "t" + u1 + "\x89C\x01atb.", "100 axes"},
	"a dtype that is None":     {empty + "(K\x01)N\x89C\x00tb.", "the dtype is None"},
	"no byte order":            {empty + "(K\x01)" + u2 + "\x89C\x02abtb.", "no byte order"},
	"content that is a number": {empty + "(K\x01)" + u1 + "\x89K\x01tb.", "the content is an int"},
	"content that is a text":   {empty + "(K\x01)" + u1 + "\x89Va\ntb.", "the content is a text"},
	"an order of None":         {empty + "(K\x01)" + u1 + "NC\x01atb.", "the order is None"},
	"version 2":                {empty + "(K\x02)" + u1 + "\x89C\x01atb.", "want version 1"},
	"a short state":            {empty + "(K\x01)tb.", "want version 1"},
	"content twice":            {empty + "(K\x01)" + u1 + "\x89C\x01atb(K\x01)" + u1 + "\x89C\x01atb.", "has its content already"},
	"dtype O":                  {"cnumpy\ndtype\nU\x01O\x85R.", "Python objects"},
	"dtype of a name":          {"cnumpy\ndtype\ncnumpy\nndarray\n\x85R.", "want a code"},
	"dtype of nothing":         {"cnumpy\ndtype\n)R.", "want a code"},
	"dtype with fields":        {u2 + "(K\x03U\x01<N(S'x'\nt}K\x04K\x04K\x00tb.", "it has parts"},
	"dtype of version 9":       {u2 + "(K\x09U\x01<NNNtb.", "want 3 or 4"},
	"dtype without an order":   {u2 + "(K\x03U\x01|NNNtb.", "byte order"},
	"_frombuffer, order K":     {"cnumpy.core.numeric\n_frombuffer\n(C\x01a" + u1 + ")U\x01KtR.", "want 'C' or 'F'"},
	"_frombuffer of nothing":   {"cnumpy.core.numeric\n_frombuffer\n)R.", "want bytes, dtype"},
	"scalar of two":            {"cnumpy.core.multiarray\nscalar\n" + u1 + "C\x02ab\x86R.", "needs 1 bytes, have 2"},
	"scalar of nothing":        {"cnumpy.core.multiarray\nscalar\n)R.", "want dtype and bytes"},

	// Lengths.
	"LONG4 of 2 GB":         {"\x8b\xff\xff\xff\x7f\x01.", "LONG4: wants 2147483647 bytes, but 2 are left"},
	"BINBYTES of 4 GB":      {"B\xff\xff\xff\xffx.", "wants 4294967295 bytes"},
	"BINBYTES8 of 2^63":     {"\x8e\x00\x00\x00\x00\x00\x00\x00\x80x.", "wants 9223372036854775808 bytes"},
	"BINUNICODE8 of 2^64-1": {"\x8d\xff\xff\xff\xff\xff\xff\xff\xffx.", "wants 18446744073709551615 bytes"},
	"BYTEARRAY8 of 2^62":    {"\x96\x00\x00\x00\x00\x00\x00\x00\x40x.", "wants 4611686018427387904 bytes"},
	"FRAME beyond the file": {"\x80\x04\x95\xff\x00\x00\x00\x00\x00\x00\x00N.", "a frame of 255 bytes, but 2 are left"},
	"a large number":        {"\x8a\x09" + strings.Repeat("x", 9) + ".", "a whole number of 9 bytes"},
	"a long number":         {"L" + strings.Repeat("9", 100) + "L\n.", "at most 64 bits"},

	// Stack and memo.
	"empty":                    {"", "ends before the pickle does"},
	"no STOP":                  {"\x80\x02N", "ends before the pickle does"},
	"STOP alone":               {".", "want one value"},
	"two values":               {"NN.", "want one value"},
	"a mark at the end":        {"N(.", "want one value"},
	"bytes after":              {"N.x", "1 bytes follow"},
	"two pickles":              {"N.N.", "2 bytes follow"},
	"underflow":                {"N\x86.", "wants 2 values on the stack, but 1"},
	"below a mark":             {"NN(\x86.", "wants 2 values on the stack, but 0"},
	"no mark":                  {"Nt.", "there is no mark"},
	"DUP of nothing":           {"2.", "the stack is empty"},
	"memo of nothing":          {"q\x00.", "the stack is empty"},
	"no memo":                  {"h\x07.", "memo 7 is empty"},
	"memo -1":                  {"g-1\n.", "want the number of a memo"},
	"append to None":           {"NNa.", "want a list"},
	"append to nothing":        {"]0Na.", "the stack is empty"},
	"items into a list":        {"](NNu.", "want a dict"},
	"a key alone":              {"}(Nu.", "a key without a value"},
	"a key twice":              {"}(S'a'\nNVa\nNu.", `the key "\"a\"" occurs twice`},
	"a key that is a list":     {"}(]Nu.", "a key that is a list"},
	"a key that is NaN":        {"}(Fnan\nNu.", "NaN is no key"},
	"not an instruction":       {"\xff", "0xff is no instruction"},
	"JSON":                     {`{"a": 1}`, "is it a pickle?"},
	"protocol 6":               {"\x80\x06N.", "protocol 6"},
	"a line without end":       {"I1", "a line without its end"},
	"INT of a word":            {"Ione\n.", "want a whole number"},
	"FLOAT of a word":          {"Fone\n.", "want a number"},
	"STRING without quotes":    {"Sx\n.", "want a text in quotes"},
	"STRING of one quote":      {"S'\n.", "want a text in quotes"},
	"STRING with an escape":    {`S'\q'` + "\n.", "no escape"},
	"STRING with a backslash":  {`S'a\'` + "\n.", "backslash"},
	"STRING with half a digit": {`S'\x1'` + "\n.", "no escape"},
	"STRING with letters":      {`S'\xzz'` + "\n.", "hexadecimal"},
	"UNICODE of a surrogate":   {`V\ud800` + "\n.", "no character"},
	"UNICODE cut":              {`V\u00` + "\n.", "no character"},
	"UNICODE too large":        {`V\U00110000` + "\n.", "no character"},
	"text that is not UTF-8":   {"X\x01\x00\x00\x00\xff.", "not UTF-8"},

	// Bombs.
	"DUP doubled":              {doubled("N", 60), "stand in many places"},
	"a text doubled":           {doubled("X\x00\x10\x00\x00"+strings.Repeat("x", 4096), 18), "used again and again"},
	"an array doubled":         {doubled(empty+"(K\x01(M\x00\x10t"+u1+"\x89B\x00\x10\x00\x00"+strings.Repeat("x", 4096)+"tb", 18), "used again and again"},
	"one content, many arrays": {"B\x00\x10\x00\x00" + strings.Repeat("x", 4096) + "q\x00(" + strings.Repeat(empty+"(K\x01(M\x00\x10t"+u1+"\x89h\x00tb", 300) + "t.", "used again and again"},
	"a list within itself":     {"]q\x00h\x00a.", "within themselves"},
	"a dict within itself":     {"}q\x00S'x'\nh\x00s.", "within themselves"},
	"200 tuples deep":          {"N" + strings.Repeat("\x85", 200) + ".", "nested more than 100 deep"},
	"many instructions":        {strings.Repeat("N0", maxSteps/2) + "N.", "more than 524288 instructions"},
	"gzip of nothing":          {"\x1f\x8b", "gzip stream is damaged"},
}

func TestHostile(t *testing.T) {
	for name, c := range hostile {
		v, err := Read(strings.NewReader(c.file))
		if v != nil {
			t.Errorf("%s: a value beside the error: %v", name, v)
		}
		refused(t, name, err, c.says)
	}
}

func TestRefused(t *testing.T) {
	for name, says := range map[string]string{
		"system-0": `"posix.system"`, "system-4": `"posix.system"`,
		"class-0": `"copy_reg._reconstructor"`, "class-2": `"__main__.Plain"`, "class-4": `"__main__.Plain"`,
		"objects": "Python objects", "records": "records", "text": "texts", "complex": "complex",
		"subclass": `"numpy.matrix"`, "masked": `"numpy.ma.core._mareconstruct"`,
		"set": "sets are not read", "large": "13 bytes",
	} {
		_, err := ReadFile("testdata/refused-" + name + ".pkl")
		refused(t, name, err, says)
	}
	for _, name := range []string{"testdata", "testdata/missing.pkl", os.DevNull} {
		if _, err := ReadFile(name); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left, _ := filepath.Glob("pickle-was-run*"); len(left) > 0 {
		t.Error("a pickle was run")
	}
}

// TestErrorsOfReaders: what the reader says is passed on.
func TestErrorsOfReaders(t *testing.T) {
	broken := errors.New("the cable is out")
	for n := range 5 {
		r := io.MultiReader(strings.NewReader("\x80\x02N."[:n]), failing{broken})
		if _, err := Read(r); !errors.Is(err, broken) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func FuzzRead(f *testing.F) {
	for name, c := range hostile {
		if name != "many instructions" {
			f.Add([]byte(c.file))
		}
	}
	names, _ := filepath.Glob("testdata/*.pkl*")
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Read(bytes.NewReader(data))
		if err != nil {
			refused(t, "fuzz", err, "")
			return
		}
		arrays := Arrays(v)
		arrays = arrays[:min(len(arrays), 1000)] // an array without elements may stand in very many places
		for i, a := range arrays {
			if err := a.Check(); err != nil {
				t.Fatal(err)
			}
			arrays[i].Name = fmt.Sprint(i)
		}
		var b bytes.Buffer
		if err := Write(&b, arrays); err != nil {
			t.Fatal(err)
		}
		if back, err := Read(&b); err != nil || len(Arrays(back)) != len(arrays) {
			t.Fatalf("%d arrays came back as %d: %v", len(arrays), len(Arrays(back)), err)
		}
	})
}
