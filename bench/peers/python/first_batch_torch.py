"""The start of a training in PyTorch: import, the whole of MNIST read, one batch learnt from."""
import torch

from side import digits, settings

s = settings()
torch.set_num_threads(int(s["threads"]))
x, t = map(torch.from_numpy, digits(s["data"], "train"))
digits(s["data"], "test")
net = torch.nn.Sequential(torch.nn.Linear(784, 100), torch.nn.ReLU(), torch.nn.Linear(100, 10))
optimiser = torch.optim.Adam(net.parameters(), 0.001)
rows = torch.randperm(len(x))[:100]
loss = torch.nn.functional.cross_entropy(net(x[rows]), t[rows])
loss.backward()
optimiser.step()
print(f"reached loss {float(loss):.2f}", flush=True)
