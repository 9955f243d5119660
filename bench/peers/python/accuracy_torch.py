"""MNIST from the start of the process to the goal on the test digits, in PyTorch: 784-hidden-10, ReLU, Adam, one cycle.

The evaluations, so many looks an epoch, are included; the harness watches the clock."""
import torch

from side import digits, settings

s = settings()
goal, seed = float(s["goal"]), int(s["seed"])
hidden, batch, rate, epochs = int(s["hidden"]), int(s["batch"]), float(s["rate"]), int(s["epochs"])
looks = int(s["looks"])
torch.set_num_threads(int(s["threads"]))
torch.manual_seed(seed)
x, t = map(torch.from_numpy, digits(s["data"], "train"))
xt, tt = map(torch.from_numpy, digits(s["data"], "test"))
net = torch.nn.Sequential(torch.nn.Linear(784, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, 10))
optimiser = torch.optim.Adam(net.parameters(), rate, betas=(0.9, float(s["beta2"])))
steps = (len(x) + batch - 1) // batch
schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=epochs * steps)


def accuracy():
    with torch.inference_mode():
        return sum(int((net(xt[i:i + 2000]).argmax(1) == tt[i:i + 2000]).sum()) for i in range(0, len(xt), 2000)) / len(xt)


def train():
    for epoch in range(epochs):
        order = torch.randperm(len(x))
        for step in range(steps):
            rows = order[step * batch:(step + 1) * batch]
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(net(x[rows]), t[rows]).backward()
            optimiser.step()
            schedule.step()
            if (step + 1) * looks // steps != step * looks // steps:
                right = accuracy()
                if right >= goal:
                    print(f"reached {100 * right:.2f} % after {epoch + (step + 1) / steps:.2f} epochs", flush=True)
                    return


train()
