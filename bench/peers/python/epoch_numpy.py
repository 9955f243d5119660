"""An epoch of MNIST in NumPy: 784-100-10, ReLU, Adam, batches of 100, float32."""
import time

import numpy as np

from side import digits, serve, settings

s = settings()
BATCH, RATE = 100, 0.001
x, t = digits(s["data"], "train")
xt, tt = digits(s["data"], "test")
rng = np.random.RandomState(1)
parameters = [(np.sqrt(2 / 784) * rng.randn(784, 100)).astype("f"), np.zeros(100, "f"),
              (np.sqrt(1 / 100) * rng.randn(100, 10)).astype("f"), np.zeros(10, "f")]
w1, b1, w2, b2 = parameters
means, squares = [np.zeros_like(p) for p in parameters], [np.zeros_like(p) for p in parameters]
steps = 0


def step(rows):
    global steps
    xb, tb = x[rows], t[rows]
    hidden = np.maximum(xb @ w1 + b1, 0)
    dy = hidden @ w2 + b2
    dy -= dy.max(axis=1, keepdims=True)
    np.exp(dy, out=dy)
    dy /= dy.sum(axis=1, keepdims=True)
    dy[np.arange(BATCH), tb] -= 1
    dy /= BATCH
    dz = dy @ w2.T
    dz *= hidden > 0
    steps += 1
    rate = np.float32(RATE * np.sqrt(1 - 0.999 ** steps) / (1 - 0.9 ** steps))
    for p, g, m, v in zip(parameters, (xb.T @ dz, dz.sum(axis=0), hidden.T @ dy, dy.sum(axis=0)), means, squares):
        m += np.float32(0.1) * (g - m)
        v += np.float32(0.001) * (g * g - v)
        p -= rate * m / (np.sqrt(v) + np.float32(1e-8))


def work():
    begun = time.perf_counter()
    order = rng.permutation(len(x))
    for i in range(0, len(x), BATCH):
        step(order[i:i + BATCH])
    seconds = time.perf_counter() - begun
    right = ((np.maximum(xt @ w1 + b1, 0) @ w2 + b2).argmax(axis=1) == tt).mean()
    return seconds, f"{100 * right:.2f} %"


serve("NumPy " + np.__version__, work)
