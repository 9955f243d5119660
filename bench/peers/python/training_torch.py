"""784-80-10 as the study note trains it, in PyTorch."""
import time

import torch

from side import serve, settings

s = settings()
n = int(s["n"])
ROWS, BATCH, RATE = 30000, 512, 0.01
torch.set_num_threads(int(s["threads"]))
torch.manual_seed(17)
x, t = torch.randn(ROWS, 784), torch.randint(10, (ROWS,))
net = torch.nn.Sequential(torch.nn.Linear(784, 80), torch.nn.Sigmoid(), torch.nn.Linear(80, 10))
with torch.no_grad():
    for layer in (net[0], net[2]):
        layer.weight.normal_(0, 0.01)
        layer.bias.zero_()
optimiser = torch.optim.SGD(net.parameters(), lr=RATE)
cross_entropy = torch.nn.functional.cross_entropy


def work():
    begun = time.perf_counter()
    for _ in range(n):
        rows = torch.randint(ROWS, (BATCH,))
        xb, tb = x[rows], t[rows]
        optimiser.zero_grad()
        cross_entropy(net(xb), tb).backward()
        optimiser.step()
        with torch.no_grad():
            loss = cross_entropy(net(xb), tb)
    return (time.perf_counter() - begun) * 1000 / n, f"loss {float(loss):.2f}"


serve("PyTorch " + torch.__version__, work)
