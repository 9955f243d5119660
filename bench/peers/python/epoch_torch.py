"""An epoch of MNIST in PyTorch: 784-100-10, ReLU, Adam, batches of 100."""
import time

import torch

from side import digits, serve, settings

s = settings()
BATCH = 100
torch.set_num_threads(int(s["threads"]))
torch.manual_seed(1)
x, t = map(torch.from_numpy, digits(s["data"], "train"))
xt, tt = map(torch.from_numpy, digits(s["data"], "test"))
net = torch.nn.Sequential(torch.nn.Linear(784, 100), torch.nn.ReLU(), torch.nn.Linear(100, 10))
optimiser = torch.optim.Adam(net.parameters(), 0.001)


def work():
    begun = time.perf_counter()
    order = torch.randperm(len(x))
    for i in range(0, len(x), BATCH):
        rows = order[i:i + BATCH]
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(net(x[rows]), t[rows]).backward()
        optimiser.step()
    seconds = time.perf_counter() - begun
    with torch.inference_mode():
        right = (net(xt).argmax(1) == tt).float().mean()
    return seconds, f"{100 * float(right):.2f} %"


serve("PyTorch " + torch.__version__, work)
