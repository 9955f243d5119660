package pytorch

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Pieces of pickles in protocol 0, as texts.
const (
	noHooksText = "ccollections\nOrderedDict\n)R"
	floats6     = "(S'storage'\nctorch\nFloatStorage\nS'0'\nS'cpu'\nI6\ntQ" // the storage of most cases: six floats
)

// view is a tensor over a storage.
func view(storage, offset, shape, strides string) string {
	return "ctorch._utils\n_rebuild_tensor_v2\n(" + storage + "I" + offset + "\n" + tuple(shape) + tuple(strides) + "I00\n" + noHooksText + "tR"
}

func tuple(numbers string) string {
	s := "("
	for _, n := range strings.Fields(numbers) {
		s += "L" + n + "L\n"
	}
	return s + "t"
}

var good = view(floats6, "0", "2 3", "3 1") + "."

// archive is a zip of entries that are not compressed, in the order in which they are given: name, content, name, content ...
func archive(t testing.TB, entries ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(entries); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: entries[i], Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(entries[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var six = string(binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(make([]byte, 0, 24), 1), 2)) + "12345678"

// of is an archive with a pickle and the storage of six floats.
func of(t testing.TB, pickle string) []byte {
	return archive(t, "a/data.pkl", pickle, "a/data/0", six, "a/version", "3\n")
}

// raw is an archive of one entry whose header may lie.
func raw(t testing.TB, h zip.FileHeader, content string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateRaw(&h)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// hostile returns files and what is to be said about each.
func hostile(t testing.TB) map[string]struct {
	file []byte
	says string
} {
	honest := of(t, good)
	flipped := bytes.Clone(honest)
	flipped[bytes.Index(flipped, []byte("12345678"))] ^= 1
	lying := func(change func(*zip.FileHeader)) []byte {
		h := zip.FileHeader{
			Name: "a/data.pkl", Method: zip.Store, CRC32: crc32.ChecksumIEEE([]byte(good)),
			CompressedSize64: uint64(len(good)), UncompressedSize64: uint64(len(good)),
		}
		change(&h)
		return raw(t, h, good)
	}
	deflated := func() []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		w, _ := z.Create("a/data.pkl")
		w.Write([]byte(good))
		z.Close()
		return b.Bytes()
	}
	symlink := func(h *zip.FileHeader) { h.SetMode(fs.ModeSymlink | 0o777) }
	pickled := func(p string) []byte { return of(t, p) }
	storage := func(name, n string) string {
		return "(S'storage'\nctorch\n" + name + "\nS'0'\nS'cpu'\nL" + n + "L\ntQ"
	}
	double := "c__builtin__\nset\n(lI1\na\x85R"
	doubled := double + "p0\n"
	for i := range 40 {
		doubled += fmt.Sprintf("0c__builtin__\nset\n(lg%d\nag%d\na\x85Rp%d\n", i, i, i+1)
	}
	big := strings.Repeat("x", 1<<20)
	return map[string]struct {
		file []byte
		says string
	}{
		// Names and calls.
		"os.system":               {pickled("cos\nsystem\n(S'true'\ntR."), `the file asks for "os.system", and nothing in a pickle is ever run`},
		"eval":                    {pickled("c__builtin__\neval\n(S'1'\ntR."), `"__builtin__.eval"`},
		"torch.load itself":       {pickled("ctorch.storage\n_load_from_bytes\n(S''\ntR."), `"torch.storage._load_from_bytes"`},
		"a look-alike":            {pickled("ctorch._utils\n_rebuild_tensor_v2\u200b\n."), `_rebuild_tensor_v2\u200b"`},
		"a module of one's own":   {pickled("c__main__\nNet\n)\x81."), `"__main__.Net", and nothing in a pickle is ever run; want a state_dict`},
		"a class that is called":  {pickled("ctorch.nn.modules.linear\nLinear\n(I1\nI1\ntR."), "want one of the known functions and a tuple"},
		"a storage that is made":  {pickled("ctorch\nFloatStorage\n(I1000000000\ntR."), "want one of the known functions and a tuple"},
		"an object of a function": {pickled("ctorch._utils\n_rebuild_tensor_v2\n)\x81."), "it makes an object of torch._utils._rebuild_tensor_v2"},
		"an object of a text":     {pickled("S'x'\n)\x81."), "it makes an object of a str"},
		"arguments of an object":  {pickled("ctorch.nn.modules.linear\nLinear\nI1\n\x85\x81."), "with a tuple; want no arguments"},
		"NEWOBJ_EX":               {pickled("ctorch.nn.modules.linear\nLinear\n)}\x92."), "NEWOBJ_EX: it makes an object"},
		"attributes twice":        {pickled("ctorch.nn.modules.linear\nLinear\n)\x81}b}b."), "has its attributes already"},
		"attributes that call":    {pickled("ctorch.nn.modules.linear\nLinear\n)\x81N}\x86b."), "it gives a state to an object of torch.nn.modules.linear.Linear"},
		"attributes of a tensor":  {pickled(good[:len(good)-1] + "}b."), "want a tuple as the state of an object"},
		"an object in itself":     {pickled("ctorch.nn.modules.linear\nLinear\n)\x81p0\n}S'x'\ng0\nsb."), "within themselves"},
		"PERSID":                  {pickled("Pstorage\n."), "PERSID"},
		"OrderedDict of a text":   {pickled("ccollections\nOrderedDict\n(S'x'\ntR."), "want no arguments, or a list of pairs"},
		"OrderedDict of triples":  {pickled("ccollections\nOrderedDict\n((l(I1\nI2\nI3\ntatR."), "want pairs of a key and a value"},
		"sets of sets":            {pickled(doubled + "."), "set of 1 arguments; want a list of numbers and texts"},
		"a size of sizes":         {pickled("ctorch\nSize\n(((I1\ntttR."), "want a tuple of numbers"},

		// References.
		"a reference to a text":        {pickled("S'x'\nQ."), "a reference to something outside of the pickle that is no storage"},
		"a reference to a module":      {pickled("(S'module'\nctorch\nFloatStorage\nNNtQ."), "is no storage of numbers"},
		"an unknown type":              {pickled("(S'storage'\nctorch\nQUInt8Storage\nS'0'\nS'cpu'\nI6\ntQ."), `"torch.QUInt8Storage"`},
		"a function as the type":       {pickled("(S'storage'\nctorch._utils\n_rebuild_tensor\nS'0'\nS'cpu'\nI6\ntQ."), "is no storage of numbers"},
		"a key that is a number":       {pickled("(S'storage'\nctorch\nFloatStorage\nI0\nS'cpu'\nI6\ntQ."), "is no storage of numbers"},
		"a storage of -1":              {pickled(storage("FloatStorage", "-1") + "."), "is no storage of numbers"},
		"a storage of 2^62":            {pickled(storage("FloatStorage", "4611686018427387904") + "."), "4611686018427387904 elements, 4 bytes each, in a file of"},
		"a storage of two types":       {pickled("(" + floats6 + storage("IntStorage", "6") + "l."), "described in two ways"},
		"a storage of two sizes":       {pickled("(" + floats6 + storage("FloatStorage", "5") + "l."), "described in two ways"},
		"a part of a storage":          {pickled("(S'storage'\nctorch\nFloatStorage\nS'0'\nS'cpu'\nI6\n(S'0'\nI0\nI6\nttQ."), "is a part of another one"},
		"a storage by itself":          {pickled(floats6 + "."), "a storage by itself"},
		"a storage in a dict":          {pickled("}S'x'\n" + floats6 + "s."), "a storage by itself"},
		"a storage that is not there":  {archive(t, "a/data.pkl", good), `it refers to storage "0", which is not in the archive`},
		"a storage that is shorter":    {archive(t, "a/data.pkl", good, "a/data/0", six[:23]), `"a/data/0": has 23 bytes; the pickle says 24`},
		"a storage elsewhere":          {archive(t, "a/data.pkl", strings.ReplaceAll(good, "S'0'", "S'../../etc/passwd'"), "a/data/0", six), `"../../etc/passwd", which is not in the archive`},
		"a dictionary with an unknown": {pickled("}S'x'\n" + good[:len(good)-1] + "sS'x'\n."), "want one value on the stack"},

		// Tensors.
		"of nothing":             {pickled("ctorch._utils\n_rebuild_tensor_v2\n)R."), "_rebuild_tensor_v2 of 0 arguments"},
		"of a text":              {pickled(strings.Replace(good, floats6, "S'x'\n", 1)), "begins outside of its storage"},
		"an offset of -1":        {pickled(view(floats6, "-1", "2 3", "3 1") + "."), "begins outside of its storage"},
		"an offset of 7":         {pickled(view(floats6, "7", "", "") + "."), "begins outside of its storage"},
		"a scalar at 6":          {pickled(view(floats6, "6", "", "") + "."), "begins outside of its storage"},
		"a shape beyond":         {pickled(view(floats6, "0", "2 4", "4 1") + "."), "over a storage of 6 elements"},
		"a shape beyond, offset": {pickled(view(floats6, "1", "2 3", "3 1") + "."), "beyond the end of its storage of 6"},
		"strides beyond":         {pickled(view(floats6, "0", "2 3", "4 1") + "."), "beyond the end of its storage of 6"},
		"a stride of 2^62":       {pickled(view(floats6, "0", "2 3", "4611686018427387904 1") + "."), "beyond the end"},
		"a stride of -1":         {pickled(view(floats6, "5", "6", "-1") + "."), "want two tuples"},
		"a shape of -1":          {pickled(view(floats6, "0", "-1", "1") + "."), "want two tuples"},
		"a shape of 2^62":        {pickled(view(floats6, "0", "4611686018427387904 4", "0 0") + "."), "over a storage of 6 elements"},
		"an expanded one":        {pickled(view(floats6, "0", "3 3", "0 1") + "."), "want each element in one place at most"},
		"nothing of 2^62":        {pickled(view(floats6, "0", "0 4611686018427387904 4", "1 1 1") + "."), "more bytes than"},
		"shape and strides":      {pickled(view(floats6, "0", "2 3", "1") + "."), "want two tuples"},
		"65 axes":                {pickled(view(floats6, "0", strings.Repeat("1 ", 65), strings.Repeat("1 ", 65)) + "."), "at most 64 counts"},
		"hooks":                  {pickled(strings.Replace(good, noHooksText, "}I1\nI2\ns", 1)), "with hooks; want none"},
		"metadata":               {pickled(strings.Replace(good, noHooksText, noHooksText+"}S'conj'\nI01\ns", 1)), "with metadata"},
		"a parameter of a text":  {pickled("ctorch._utils\n_rebuild_parameter\n(S'x'\nI01\n" + noHooksText + "tR."), "want a tensor, whether it learns, and no hooks"},
		"a hooked parameter":     {pickled("ctorch._utils\n_rebuild_parameter\n(" + good[:len(good)-1] + "I01\n}I1\nI2\nstR."), "and no hooks"},
		"views upon views":       {archive(t, "a/data.pkl", "(l"+strings.Repeat(view("(S'storage'\nctorch\nByteStorage\nS'0'\nS'cpu'\nI1048576\ntQ", "0", "1048576", "1")+"a", 60)+".", "a/data/0", big), "used again and again"},

		// Archives.
		"cut":                 {honest[:len(honest)-9], "the zip archive is damaged"},
		"a flipped bit":       {flipped, `"a/data/0": the entry is damaged`},
		"bytes behind":        {pickled(good + "."), "1 bytes follow the end of the pickle"},
		"no pickle":           {archive(t, "a/data/0", six), "no file data.pkl"},
		"two pickles":         {archive(t, "a/data.pkl", good, "b/data.pkl", good), `two pickles, in "a/" and "b/"`},
		"a pickle without":    {archive(t, "data.pkl", good, "x/data/0", six), "no file data.pkl"},
		"twice":               {archive(t, "a/data.pkl", good, "a/data.pkl", good), "occurs twice"},
		"big endian":          {archive(t, "a/data.pkl", good, "a/byteorder", "big", "a/data/0", six), `in the order "big"; want little`},
		"parent":              {archive(t, "../data.pkl", good), "the name is not one of an array"},
		"an escape":           {archive(t, "a/data.pkl", good, "a/\x1b[2J", ""), "the name is not one of an array"},
		"compressed":          {deflated(), "it is compressed"},
		"a symlink":           {lying(symlink), "no plain file"},
		"encrypted":           {lying(func(h *zip.FileHeader) { h.Flags |= 1 }), "encrypted"},
		"a lying size":        {lying(func(h *zip.FileHeader) { h.UncompressedSize64 = 1 << 40 }), "it is compressed"},
		"a size of 2^40":      {lying(func(h *zip.FileHeader) { h.UncompressedSize64, h.CompressedSize64 = 1<<40, 1<<40 }), "reach beyond"},
		"a checksum":          {lying(func(h *zip.FileHeader) { h.CRC32++ }), "the entry is damaged"},
		"no file of any kind": {[]byte("hello"), `it begins with "hello"`},
		"nothing":             {nil, `it begins with ""`},
	}
}

// refused wants an error of this package that contains a text.
func refused(t *testing.T, name string, err error, says string) {
	t.Helper()
	var broken *FormatError
	var unsupported *UnsupportedError
	if !errors.As(err, &broken) && !errors.As(err, &unsupported) || !strings.Contains(err.Error(), says) {
		t.Errorf("%s: have %v; want an error that says %q", name, err, says)
	}
}

func TestHostile(t *testing.T) {
	for name, c := range hostile(t) {
		v, err := Read(bytes.NewReader(c.file), int64(len(c.file)))
		refused(t, name, err, c.says)
		if v != nil && err != nil {
			t.Errorf("%s: a value beside the error", name)
		}
	}
	v, err := Read(bytes.NewReader(of(t, good)), int64(len(of(t, good))))
	if err != nil || len(Tensors(v)) != 1 {
		t.Errorf("the honest one: %v, %v", v, err)
	}
}

// TestCutStream: the older format at every length, and with bytes behind it.
func TestCutStream(t *testing.T) {
	whole, err := os.ReadFile("testdata/state-legacy.pth")
	if err != nil {
		t.Fatal(err)
	}
	for n := range whole {
		_, err := Read(bytes.NewReader(whole[:n]), int64(n))
		refused(t, fmt.Sprint(n, " bytes"), err, "")
	}
	longer := append(bytes.Clone(whole), 0)
	_, err = Read(bytes.NewReader(longer), int64(len(longer)))
	refused(t, "one byte more", err, "1 bytes follow the last storage")

	for name, c := range map[string]struct{ from, to, says string }{
		"version":       {"M\xe9\x03.", "M\xea\x03.", `version "1002" of the format; want 1001`},
		"big endian":    {"little_endianq\x02\x88", "little_endianq\x02\x89", "little-endian"},
		"no endianness": {"little_endian", "little_indian", "little-endian"},
	} {
		broken := bytes.Replace(whole, []byte(c.from), []byte(c.to), 1)
		if bytes.Equal(broken, whole) {
			t.Fatalf("%s: %q is not in the file", name, c.from)
		}
		_, err := Read(bytes.NewReader(broken), int64(len(broken)))
		refused(t, name, err, c.says)
	}
	// The count before the first storage: 6 elements of layer 1.
	at := len(whole) - (8 + 6*4) - (8 + 3*4) - (8 + 6*4)
	broken := bytes.Clone(whole)
	broken[at]++
	_, err = Read(bytes.NewReader(broken), int64(len(broken)))
	refused(t, "a count", err, "elements; the values say")
}

// TestFlippedBytes: whatever byte of a file is another one, there is an answer and no panic, and a storage that does not have its
// checksum is refused.
func TestFlippedBytes(t *testing.T) {
	for _, name := range []string{"net.pt", "state-legacy.pth"} {
		whole, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for i := range whole {
			for _, flip := range []byte{1, 0x80, 0xff} {
				broken := bytes.Clone(whole)
				broken[i] ^= flip
				v, err := Read(bytes.NewReader(broken), int64(len(broken)))
				if err != nil {
					refused(t, fmt.Sprint(name, " byte ", i), err, "")
				}
				Tensors(v)
			}
		}
	}
}

func TestFiles(t *testing.T) {
	for _, path := range []string{"testdata/none.pt", "testdata", os.DevNull} {
		if _, err := ReadFile(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
	path := filepath.Join(t.TempDir(), "x.pt")
	if err := os.WriteFile(path, []byte("PK\x03\x04"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFile(path); err == nil || !strings.HasPrefix(err.Error(), "pytorch: "+path+": the zip archive is damaged") {
		t.Errorf("%v", err)
	}
}

// FuzzRead reads anything. The arrays of what is accepted hold what their shapes say.
func FuzzRead(f *testing.F) {
	for name, c := range hostile(f) {
		if name != "views upon views" {
			f.Add(c.file)
		}
	}
	names, _ := filepath.Glob("testdata/*.pt*")
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Read(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			refused(t, "fuzz", err, "")
			return
		}
		for _, a := range Tensors(v) {
			if err := a.Check(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
