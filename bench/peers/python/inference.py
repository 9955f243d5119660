"""The 10,000 test digits through 784-50-100-10: with=numpy|torch, batch rows a call, n times over."""
import time

import numpy as np

from side import book_weights, digits, serve, settings

s = settings()
batch, n = int(s["batch"]), int(s["n"])
x, t = digits(s["data"], "test")
w1, b1, w2, b2, w3, b3 = book_weights(s["data"])


def numpy_side():
    def predict(v):
        v = 1 / (1 + np.exp(-(v @ w1 + b1)))
        v = 1 / (1 + np.exp(-(v @ w2 + b2)))
        v = v @ w3 + b3
        e = np.exp(v - v.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    if batch == 1:
        def correct():
            return sum(int(predict(x[i]).argmax()) == t[i] for i in range(len(x)))
    else:
        def correct():
            return sum(int((predict(x[i:i + batch]).argmax(axis=1) == t[i:i + batch]).sum()) for i in range(0, len(x), batch))
    return "NumPy " + np.__version__, correct


def torch_side():
    import torch

    torch.set_num_threads(int(s["threads"]))
    net = torch.nn.Sequential(torch.nn.Linear(784, 50), torch.nn.Sigmoid(), torch.nn.Linear(50, 100), torch.nn.Sigmoid(),
                              torch.nn.Linear(100, 10), torch.nn.Softmax(-1))
    with torch.no_grad():
        for layer, w, b in ((net[0], w1, b1), (net[2], w2, b2), (net[4], w3, b3)):
            layer.weight.copy_(torch.from_numpy(w.T.copy()))
            layer.bias.copy_(torch.from_numpy(b))
    net = torch.jit.freeze(torch.jit.script(net.eval()))
    images, labels = torch.from_numpy(x), torch.from_numpy(t)

    def correct():
        with torch.inference_mode():
            if batch == 1:
                return sum(int(net(images[i]).argmax() == labels[i]) for i in range(len(x)))
            return sum(int((net(images[i:i + batch]).argmax(1) == labels[i:i + batch]).sum()) for i in range(0, len(x), batch))
    return "PyTorch " + torch.__version__, correct


version, correct = numpy_side() if s["with"] == "numpy" else torch_side()


def work():
    begun = time.perf_counter()
    for _ in range(n):
        right = correct()
    return n * len(x) / (time.perf_counter() - begun), f"{right} correct"


serve(version, work)
