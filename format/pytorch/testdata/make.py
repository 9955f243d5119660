# Makes the files of this folder, with PyTorch 1.13 (Debian: python3-torch).
import os
import torch

os.chdir(os.path.dirname(os.path.abspath(__file__)))


def no_source(*_):  # the older format has PyTorch's own source code in it, which nobody needs here
    raise OSError


torch.serialization.get_source_lines_and_file = no_source


def numbers(*shape, dtype=torch.float32):
    n = 1
    for d in shape:
        n *= d
    return torch.arange(n, dtype=torch.float64).reshape(shape).to(dtype)


net = torch.nn.Sequential(
    torch.nn.Flatten(), torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Dropout(0.5), torch.nn.Linear(3, 2, bias=False), torch.nn.Softmax(dim=1)
)
with torch.no_grad():
    net[1].weight.copy_(numbers(3, 2) / 4)
    net[1].bias.copy_(numbers(3) - 1)
    net[4].weight.copy_(1 - numbers(2, 3) / 8)
adam = torch.optim.Adam(net.parameters())
net(numbers(4, 2)).square().sum().backward()
state = {k: v.clone() for k, v in net.state_dict().items()}
adam.step()
net.load_state_dict(state)

old = {"_use_new_zipfile_serialization": False}
torch.save(net.state_dict(), "state.pt")
torch.save(net.state_dict(), "state-legacy.pth", **old)
torch.save(net, "net.pt")
torch.save(net, "net-legacy.pth", **old)
torch.save({"epoch": 3, "model_state_dict": net.state_dict(), "optimizer_state_dict": adam.state_dict(), "loss": torch.tensor(0.5)}, "checkpoint.pt")

base = numbers(4, 6)
views = {
    "transposed": base.t(),
    "column": base[:, 2],
    "part": base[1:3, 2:5],
    "strided": base[::2, ::3],
    "scalar": base[3, 5],
    "empty": base[:0],
    "whole": base,
    "permuted": numbers(2, 3, 4).permute(2, 0, 1),
}
torch.save(views, "views.pt")
torch.save(views, "views-legacy.pth", **old)
types = {
    str(t)[6:]: numbers(2, 3, dtype=t)
    for t in (torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool)
}
torch.save(types, "types.pt")
torch.save(torch.nn.Conv2d(1, 1, 1), "conv.pt")
torch.jit.script(torch.nn.Linear(2, 1)).save("script.pt")
