"""XOR with 2-4-1, all four cases in one batch: with=numpy|torch."""
import time

import numpy as np

from side import serve, settings

s = settings()
n = int(s["n"])
RATE = 2
x, t = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "f"), np.array([[0], [1], [1], [0]], "f")
rng = np.random.RandomState(1)


def numpy_side():
    w1, b1, w2, b2 = rng.randn(2, 4).astype("f"), np.zeros(4, "f"), rng.randn(4, 1).astype("f"), np.zeros(1, "f")
    rate = np.float32(RATE / 4)

    def step():
        nonlocal w1, b1, w2, b2
        hidden = 1 / (1 + np.exp(-(x @ w1 + b1)))
        y = 1 / (1 + np.exp(-(hidden @ w2 + b2)))
        d2 = (y - t) * y * (1 - y)
        d1 = (d2 @ w2.T) * hidden * (1 - hidden)
        w2 -= rate * (hidden.T @ d2)
        b2 -= rate * d2.sum(axis=0)
        w1 -= rate * (x.T @ d1)
        b1 -= rate * d1.sum(axis=0)
        return ((y - t) ** 2).sum() / 8
    return "NumPy " + np.__version__, step


def torch_side():
    import torch

    torch.set_num_threads(int(s["threads"]))
    net = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.Sigmoid(), torch.nn.Linear(4, 1), torch.nn.Sigmoid())
    optimiser = torch.optim.SGD(net.parameters(), lr=RATE)
    inputs, targets = torch.from_numpy(x), torch.from_numpy(t)

    def step():
        optimiser.zero_grad()
        cost = ((net(inputs) - targets) ** 2).sum() / 8
        cost.backward()
        optimiser.step()
        return cost
    return "PyTorch " + torch.__version__, step


version, step = numpy_side() if s["with"] == "numpy" else torch_side()


def work():
    begun = time.perf_counter()
    for _ in range(n):
        cost = step()
    return (time.perf_counter() - begun) * 1e6 / (4 * n), f"cost {float(cost):.3f}"


serve(version, work)
