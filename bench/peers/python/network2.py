"""An epoch of Nielsen's network2, [784, 30, 10], in batches of 10: with=sample (the book's way, float64), numpy, torch.

n of the 50,000 images are walked; the time is scaled to all of them."""
import time

import numpy as np

from side import digits, one_hot, serve, settings

s = settings()
n = int(s["n"])
IMAGES, BATCH, ETA, LAMBDA = 50000, 10, 0.5, 5.0
dtype = np.float64 if s["with"] == "sample" else np.float32
x, t = digits(s["data"], "train", dtype)
y = one_hot(t, dtype)
xv, tv = x[IMAGES:], t[IMAGES:]
rng = np.random.RandomState(1)
weights = [(rng.randn(30, 784) / 28).astype(dtype), (rng.randn(10, 30) / np.sqrt(30)).astype(dtype)]
biases = [rng.randn(30, 1).astype(dtype), rng.randn(10, 1).astype(dtype)]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sample_side():
    """One image after the other, lists of arrays, as the book's program does."""
    global weights, biases
    examples = [(x[i].reshape(784, 1), y[i].reshape(10, 1)) for i in range(IMAGES)]

    def backprop(image, target):
        activation, activations, inputs = image, [image], []
        for w, b in zip(weights, biases):
            z = np.dot(w, activation) + b
            inputs.append(z)
            activation = sigmoid(z)
            activations.append(activation)
        delta = activations[-1] - target
        nabla_b, nabla_w = [None, delta], [None, np.dot(delta, activations[-2].T)]
        slope = sigmoid(inputs[0]) * (1 - sigmoid(inputs[0]))
        delta = np.dot(weights[1].T, delta) * slope
        nabla_b[0], nabla_w[0] = delta, np.dot(delta, activations[0].T)
        return nabla_b, nabla_w

    def update(batch):
        global weights, biases
        nabla_b, nabla_w = [np.zeros(b.shape) for b in biases], [np.zeros(w.shape) for w in weights]
        for image, target in batch:
            delta_b, delta_w = backprop(image, target)
            nabla_b = [a + b for a, b in zip(nabla_b, delta_b)]
            nabla_w = [a + b for a, b in zip(nabla_w, delta_w)]
        weights = [(1 - ETA * LAMBDA / IMAGES) * w - ETA / len(batch) * g for w, g in zip(weights, nabla_w)]
        biases = [b - ETA / len(batch) * g for b, g in zip(biases, nabla_b)]

    def epoch():
        order = rng.permutation(IMAGES)[:n]
        for i in range(0, n, BATCH):
            update([examples[k] for k in order[i:i + BATCH]])
    return "NumPy " + np.__version__, epoch


def numpy_side():
    """The mini-batch as a matrix."""
    w1, w2, b1, b2 = weights[0].T.copy(), weights[1].T.copy(), biases[0].ravel(), biases[1].ravel()
    weights[:], biases[:] = [w1.T, w2.T], [b1.reshape(-1, 1), b2.reshape(-1, 1)]
    keep, rate = dtype(1 - ETA * LAMBDA / IMAGES), dtype(ETA / BATCH)

    def step(rows):
        nonlocal w1, w2, b1, b2
        xb = x[rows]
        hidden = sigmoid(xb @ w1 + b1)
        d2 = sigmoid(hidden @ w2 + b2) - y[rows]
        d1 = (d2 @ w2.T) * hidden * (1 - hidden)
        g2, g1 = hidden.T @ d2, xb.T @ d1
        w1 *= keep
        w2 *= keep
        w1 -= rate * g1
        w2 -= rate * g2
        b1 -= rate * d1.sum(axis=0)
        b2 -= rate * d2.sum(axis=0)

    def epoch():
        order = rng.permutation(IMAGES)
        for i in range(0, n, BATCH):
            step(order[i:i + BATCH])
    return "NumPy " + np.__version__, epoch


def torch_side():
    import torch

    torch.set_num_threads(int(s["threads"]))
    net = torch.nn.Sequential(torch.nn.Linear(784, 30), torch.nn.Sigmoid(), torch.nn.Linear(30, 10))
    with torch.no_grad():
        for layer, w, b in zip((net[0], net[2]), weights, biases):
            layer.weight.copy_(torch.from_numpy(w))
            layer.bias.copy_(torch.from_numpy(b.ravel()))
    weights[:] = [net[0].weight.detach().numpy(), net[2].weight.detach().numpy()]
    biases[:] = [net[0].bias.detach().numpy().reshape(-1, 1), net[2].bias.detach().numpy().reshape(-1, 1)]
    optimiser = torch.optim.SGD([dict(params=[net[0].weight, net[2].weight], weight_decay=LAMBDA / IMAGES),
                                 dict(params=[net[0].bias, net[2].bias])], lr=ETA)
    images, targets = torch.from_numpy(x[:IMAGES]), torch.from_numpy(y[:IMAGES])
    cost = torch.nn.BCEWithLogitsLoss(reduction="sum")

    def epoch():
        order = torch.randperm(IMAGES)
        for i in range(0, n, BATCH):
            rows = order[i:i + BATCH]
            optimiser.zero_grad()
            (cost(net(images[rows]), targets[rows]) / BATCH).backward()
            optimiser.step()
    return "PyTorch " + torch.__version__, epoch


version, epoch = {"sample": sample_side, "numpy": numpy_side, "torch": torch_side}[s["with"]]()


def work():
    begun = time.perf_counter()
    epoch()
    seconds = (time.perf_counter() - begun) * IMAGES / n
    hidden = sigmoid(xv @ weights[0].T + biases[0].ravel())
    right = (sigmoid(hidden @ weights[1].T + biases[1].ravel()).argmax(axis=1) == tv).mean()
    return seconds, f"{100 * right:.2f} %"


serve(version, work)
