# Makes the files beside it with NumPy; 1.24 and Python 3.11 made those that are committed. Run it in its own folder.
import gzip
import pickle
import numpy as np

codes = ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]
count = np.arange(24).reshape(2, 3, 4)

for protocol in range(6):
    value = {
        "matrix": np.array([[1, 2, 3], [4, 5, 6]], np.float32),
        "fortran": np.asfortranarray(np.array([[1, 2, 3], [4, 5, 6]], np.float32)),
        "scalar": np.float64(0.1),
        "axisless": np.array(7, np.int16),
        "none": np.zeros((0, 3)),
        "types": [np.asfortranarray(count.astype("<" + c)) for c in codes],
        "big": tuple(count.astype(">" + c) for c in codes),
        "plain": [None, True, False, 0, -1, 255, 65536, -(2**31), 2**40, -(2**63), 0.5, "é\n\\u", b"\x00\xff", b"", (), {}, 3],
    }
    with open("protocol-%d.pkl" % protocol, "wb") as f:
        pickle.dump(value, f, protocol)

# The layout of Saito's mnist.pkl and of Nielsen's mnist.pkl.gz, with three tiny images.
pixels = np.arange(12, dtype=np.uint8).reshape(3, 4)
labels = np.array([5, 0, 4], np.uint8)
with open("saito.pkl", "wb") as f:
    pickle.dump({"train_img": pixels, "train_label": labels, "test_img": pixels[:1], "test_label": labels[:1]}, f, -1)
part = ((pixels / 256).astype(np.float32), labels.astype(np.int64))
with gzip.GzipFile("nielsen.pkl.gz", "wb", mtime=0) as f:
    f.write(pickle.dumps((part, part, part), 2))


# Refused.
class Run:
    def __reduce__(self):
        return (__import__("os").system, ("touch pickle-was-run",))


class Plain:
    pass


for name, value, protocol in [
    ("system-0", Run(), 0),
    ("system-4", Run(), 4),
    ("class-0", Plain(), 0),
    ("class-2", Plain(), 2),
    ("class-4", {"W1": Plain()}, 4),
    ("objects", np.array([{"a": 1}, None], object), 4),
    ("records", np.zeros(2, [("x", "<f4"), ("y", "<i2")]), 4),
    ("text", np.array(["one", "two"]), 4),
    ("complex", np.array([1 + 2j]), 4),
    ("subclass", np.matrix([[1.0]]), 4),
    ("masked", np.ma.array([1.0]), 4),
    ("set", {1, 2}, 4),
    ("large", 2**100, 4),
]:
    with open("refused-%s.pkl" % name, "wb") as f:
        pickle.dump(value, f, protocol)
