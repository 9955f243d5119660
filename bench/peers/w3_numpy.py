"""The numerical gradient of chapter 4, as NumPy people write it: 784-50-10, sigmoid, softmax, cross-entropy, central
differences with h = 1e-4, float64.

  w3_numpy.py BATCH PARAMS      BATCH: 100 x 784 pixels then 100 labels, all float64
For every line on standard input it times PARAMS parameters, spread evenly over all of them, and prints the seconds that all
39,760 would take at that pace."""
import os
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the products are small: a second thread makes it slower
import numpy as np

ROWS, IN, HIDDEN, OUT, H = 100, 784, 50, 10, 1e-4
values = np.fromfile(sys.argv[1], dtype=np.float64)
x, t = values[:ROWS * IN].reshape(ROWS, IN), values[ROWS * IN:].astype(int)
rng = np.random.default_rng(1)
params = {
    "W1": 0.01 * rng.standard_normal((IN, HIDDEN)), "b1": np.zeros(HIDDEN),
    "W2": 0.01 * rng.standard_normal((HIDDEN, OUT)), "b2": np.zeros(OUT),
}
rows = np.arange(ROWS)


def loss():
    z1 = 1 / (1 + np.exp(-(x @ params["W1"] + params["b1"])))
    a2 = z1 @ params["W2"] + params["b2"]
    a2 -= a2.max(axis=1, keepdims=True)
    e = np.exp(a2)
    y = e / e.sum(axis=1, keepdims=True)
    return -np.log(y[rows, t] + 1e-7).mean()


def derivative(flat, i):
    v = flat[i]
    flat[i] = v + H
    above = loss()
    flat[i] = v - H
    below = loss()
    flat[i] = v
    return (above - below) / (2 * H)


places = [(p.reshape(-1), i) for p in params.values() for i in range(p.size)]
count = min(int(sys.argv[2]), len(places))
chosen = [places[k * len(places) // count] for k in range(count)]
for _ in sys.stdin:
    begun = time.perf_counter()
    for flat, i in chosen:
        derivative(flat, i)
    print((time.perf_counter() - begun) * len(places) / count, flush=True)
