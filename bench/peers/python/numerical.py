"""The numerical gradient of 784-50-10 on 100 digits, two forward passes a parameter, float64, in NumPy.

n parameters, evenly spread, are differentiated; the time is scaled to all of them."""
import time

import numpy as np

from side import digits, serve, settings

s = settings()
x, t = digits(s["data"], "train", np.float64)
x, t = x[:100].copy(), t[:100]
rng = np.random.RandomState(0)
w1, b1, w2, b2 = parameters = [0.01 * rng.randn(784, 50), np.zeros(50), 0.01 * rng.randn(50, 10), np.zeros(10)]
total = sum(p.size for p in parameters)
every = max(1, total // int(s["n"]))
H = 1e-4


def forward():
    hidden = 1 / (1 + np.exp(-(x @ w1 + b1)))
    z = hidden @ w2 + b2
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return hidden, e / e.sum(axis=1, keepdims=True)


def loss():
    return -np.log(forward()[1][np.arange(100), t]).sum() / 100


def backprop():
    hidden, dy = forward()
    dy[np.arange(100), t] -= 1
    dy /= 100
    dz = (dy @ w2.T) * hidden * (1 - hidden)
    return [x.T @ dz, dz.sum(axis=0), hidden.T @ dy, dy.sum(axis=0)]


want = backprop()


def work():
    worst = done = position = 0
    begun = time.perf_counter()
    for parameter, gradient in zip(parameters, want):
        flat, exact = parameter.reshape(-1), gradient.reshape(-1)
        for i in range(-position % every, flat.size, every):
            old = flat[i]
            flat[i] = old + H
            above = loss()
            flat[i] = old - H
            below = loss()
            flat[i] = old
            worst = max(worst, abs((above - below) / (2 * H) - exact[i]))
            done += 1
        position += flat.size
    return (time.perf_counter() - begun) * total / done, f"{worst:.0e} from backprop"


serve("NumPy " + np.__version__, work)
