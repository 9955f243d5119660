"""784-80-10 as the study note trains it, in NumPy: dtype=float32|float64."""
import time

import numpy as np

from side import one_hot, serve, settings

s = settings()
dtype, n = np.dtype(s["dtype"]), int(s["n"])
ROWS, BATCH, RATE = 30000, 512, dtype.type(0.01)
rng = np.random.RandomState(17)
x = rng.randn(ROWS, 784).astype(dtype)
t = one_hot(rng.randint(0, 10, ROWS), dtype)
w1, b1 = (0.01 * rng.randn(784, 80)).astype(dtype), np.zeros(80, dtype)
w2, b2 = (0.01 * rng.randn(80, 10)).astype(dtype), np.zeros(10, dtype)


def forward(xb):
    hidden = 1 / (1 + np.exp(-(xb @ w1 + b1)))
    z = hidden @ w2 + b2
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return hidden, e / e.sum(axis=1, keepdims=True)


def work():
    begun = time.perf_counter()
    for _ in range(n):
        rows = rng.randint(0, ROWS, BATCH)
        xb, tb = x[rows], t[rows]
        hidden, p = forward(xb)
        dy = (p - tb) / dtype.type(BATCH)
        dz = (dy @ w2.T) * (hidden * (1 - hidden))
        gw2, gb2, gw1, gb1 = hidden.T @ dy, dy.sum(axis=0), xb.T @ dz, dz.sum(axis=0)
        for parameter, gradient in ((w1, gw1), (b1, gb1), (w2, gw2), (b2, gb2)):
            parameter -= RATE * gradient
        loss = -np.sum(tb * np.log(forward(xb)[1])) / BATCH
    return (time.perf_counter() - begun) * 1000 / n, f"loss {loss:.2f}"


serve("NumPy " + np.__version__, work)
