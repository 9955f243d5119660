"""The peers' end of the harness's protocol (see bench/ours/ours.go): settings, the data, and the loop that answers."""
import json
import os
import sys

import numpy as np


def settings():
    """The key=value arguments as a dictionary."""
    return dict(a.split("=", 1) for a in sys.argv[1:])


def idx(directory, name):
    """An IDX file of bytes or of float32 as an array."""
    raw = np.fromfile(os.path.join(directory, name + ".idx"), np.uint8)
    kind, dimensions = raw[2], raw[3]
    shape = raw[4:4 + 4 * dimensions].view(">u4").astype(int)
    data = raw[4 + 4 * dimensions:]
    if kind == 0x0D:
        data = data.view(">f4").astype(np.float32)
    return data.reshape(shape)


def digits(directory, part, dtype=np.float32):
    """Images [n, 784] between 0 and 1, and their labels [n]."""
    x = idx(directory, part + "-images").reshape(-1, 784).astype(dtype)
    x /= 255
    return x, idx(directory, part + "-labels").astype(np.int64)


def book_weights(directory):
    """W1 b1 W2 b2 W3 b3 of 784-50-100-10."""
    flat, out = idx(directory, "book-weights"), []
    for rows, cols in ((784, 50), (50, 100), (100, 10)):
        w, b, flat = flat[:rows * cols], flat[rows * cols:(rows + 1) * cols], flat[(rows + 1) * cols:]
        out += [w.reshape(rows, cols).copy(), b.copy()]
    return out


def one_hot(labels, dtype=np.float32):
    rows = np.zeros((len(labels), 10), dtype)
    rows[np.arange(len(labels)), labels] = 1
    return rows


def serve(version, work):
    """Does work() -> (value, check) whenever the harness says so."""
    print("ready", version, flush=True)
    for _ in sys.stdin:
        value, check = work()
        print(json.dumps({"value": value, "check": check}), flush=True)
