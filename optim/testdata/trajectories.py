"""Writes trajectories.json: 1,000 steps of PyTorch's optimisers in float64 (made with PyTorch 1.13.1).

    python3 trajectories.py > trajectories.json

Four parameters p start at (1, -2, 3, 0.5); step t = 0, 1, ... has the gradient

    g[i] = (i+1)/4 p[i] + p[i]^3/10 + p[(i+1) mod 4]/20 + 0.3 cos(t/10 + i)

which contracts, so that rounding does not grow. The file holds p after 1, 10, 100 and 1,000 steps.
"""

import json
import math

import torch

START = [1.0, -2.0, 3.0, 0.5]


def gradient(p, t):
    return [
        (i + 1) / 4 * p[i] + p[i] ** 3 / 10 + p[(i + 1) % 4] / 20 + 0.3 * math.cos(t / 10 + i)
        for i in range(4)
    ]


def run(make):
    # The first two parameters are weights, the others biases: only AdamW treats them differently.
    w = torch.tensor(START[:2], dtype=torch.float64, requires_grad=True)
    b = torch.tensor(START[2:], dtype=torch.float64, requires_grad=True)
    optimizer = make(w, b)
    seen = {}
    for t in range(1000):
        g = gradient(w.tolist() + b.tolist(), t)
        w.grad = torch.tensor(g[:2], dtype=torch.float64)
        b.grad = torch.tensor(g[2:], dtype=torch.float64)
        optimizer.step()
        if t + 1 in (1, 10, 100, 1000):
            seen[t + 1] = w.tolist() + b.tolist()
    return seen


def adamw(w, b):
    return torch.optim.AdamW(
        [{"params": [w], "weight_decay": 0.1}, {"params": [b], "weight_decay": 0.0}], lr=0.02
    )


print(json.dumps({
    "sgd": run(lambda *p: torch.optim.SGD(p, lr=0.05)),
    "momentum": run(lambda *p: torch.optim.SGD(p, lr=0.02, momentum=0.9)),
    "nesterov": run(lambda *p: torch.optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True)),
    "adagrad": run(lambda *p: torch.optim.Adagrad(p, lr=0.5, eps=1e-7)),
    "rmsprop": run(lambda *p: torch.optim.RMSprop(p, lr=0.01, alpha=0.99, eps=1e-7)),
    "adam": run(lambda *p: torch.optim.Adam(p, lr=0.02)),
    "adamw": run(adamw),
}, indent="\t"))
