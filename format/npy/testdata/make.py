# Makes the files beside it with NumPy; 1.24 made those that are committed. Run it in its own folder.
import warnings
import numpy as np
from numpy.lib import format

codes = ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]


def count(dtype):
    """0, 1, 2 ... 23 as a block of 2 by 3 by 4, whose values say where they belong."""
    return np.arange(24).reshape(2, 3, 4).astype(dtype)


np.savez("types-c.npz", **{c: count("<" + c) for c in codes})
np.savez_compressed("types-fortran.npz", **{c: np.asfortranarray(count("<" + c)) for c in codes})
np.savez("types-big-endian.npz", **{c: np.asfortranarray(count(">" + c)) for c in codes})
np.savez("empty.npz")

np.save("scalar.npy", np.float64(0.1))
np.save("no-elements.npy", np.zeros((3, 0, 2), np.float32))
np.save("matrix-fortran.npy", np.asfortranarray(np.array([[1, 2, 3], [4, 5, 6]], np.float32)))
np.save("half.npy", np.array([0, -0.0, 1, -2, 65504, 2**-24, 2**-14, np.inf, -np.inf, 1 / 3], np.float16))
np.save("limits.npy", np.array([0, 2**64 - 1], np.uint64))
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for version in [(2, 0), (3, 0)]:
        with open("version-%d.npy" % version[0], "wb") as f:
            format.write_array(f, np.arange(3, dtype=np.int16), version=version)

# Refused.
np.save("objects.npy", np.array([{"a": 1}, None], object), allow_pickle=True)
np.save("records.npy", np.zeros(2, [("x", "<f4"), ("y", "<i2")]))
np.save("text.npy", np.array(["one", "two"]))
np.save("bytes.npy", np.array([b"one", b"two"]))
np.save("complex.npy", np.array([1 + 2j], np.complex64))
np.save("dates.npy", np.array(["2020-01-01"], "M8[D]"))
