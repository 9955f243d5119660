"""Writes schedules.json: the learning rates of PyTorch's schedulers (made with PyTorch 1.13.1).

    python3 schedules.py > schedules.json

Base rate 0.5, 100 steps. Gamma of the exponential one is the hundredth root of 0.02.
"""

import json

import torch
from torch.optim import lr_scheduler


def run(make):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    scheduler = make(optimizer)
    rates = []
    for _ in range(100):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step() if len(rates) < 100 else None
    return rates


print(json.dumps({
    "step": run(lambda o: lr_scheduler.StepLR(o, 30, 0.1)),
    "exponential": run(lambda o: lr_scheduler.ExponentialLR(o, 0.02 ** 0.01)),
    "cosine": run(lambda o: lr_scheduler.CosineAnnealingLR(o, 100, eta_min=0.05)),
    "one-cycle": run(lambda o: lr_scheduler.OneCycleLR(o, max_lr=0.5, total_steps=100)),
}))
