"""Times PyTorch's recurrent layers, forward + backward; the recurrence benchmark starts it where python3 has torch.

Arguments: shapes as B,T,H. Output: a line "NAME B,T,H MILLISECONDS" for each layer and shape: the median of the runs with one thread or
with all, whichever is faster (OpenBLAS's threads and PyTorch's get in each other's way).
"""

import statistics
import sys
import time

import torch


class ParaGru(torch.nn.Module):
    """ParaGRU with dense input weights, one step after the other: what PyTorch's compiler is given as a loop."""

    def __init__(self, size: int):
        super().__init__()
        self.entry = torch.nn.Linear(size, 3 * size)
        self.recurrent = torch.nn.Parameter(torch.randn(3, size) * 2 / (5 * size) ** 0.5)

    def forward(self, x: torch.Tensor):
        gates = self.entry(x)
        h = torch.zeros(x.shape[0], x.shape[2])
        states = []
        # Taken apart at once: the gradient of a step that is picked by its number is as large as all steps together.
        for step in gates.unbind(1):
            z, r, n = step.chunk(3, -1)
            z = torch.sigmoid(z + self.recurrent[0] * h)
            r = torch.sigmoid(r + self.recurrent[1] * h)
            n = torch.tanh(n + self.recurrent[2] * (r * h))
            h = h + z * (n - h)
            states.append(h)
        return torch.stack(states, 1)


def milliseconds(layer, shape):
    torch.manual_seed(1)
    x = torch.randn(*shape, requires_grad=True)
    cotangent = torch.randn(*shape)

    def step():
        layer.zero_grad()
        x.grad = None
        output = layer(x)
        (output[0] if isinstance(output, tuple) else output).backward(cotangent)

    def timed():
        start = time.perf_counter()
        step()
        return time.perf_counter() - start

    slow = timed() > 0.7
    if not slow:
        step()
        step()
    return 1e3 * statistics.median(timed() for _ in range(2 if slow else 10))


all_threads = torch.get_num_threads()
for text in sys.argv[1:]:
    batch, steps, size = map(int, text.split(","))
    layers = {
        "nn.GRU": torch.nn.GRU(size, size, batch_first=True),
        "nn.LSTM": torch.nn.LSTM(size, size, batch_first=True),
        "TorchScript": torch.jit.script(ParaGru(size)),
    }
    for name, layer in layers.items():
        times = []
        for threads in {1, all_threads}:
            torch.set_num_threads(threads)
            times.append(milliseconds(layer, (batch, steps, size)))
        print(name, text, min(times), flush=True)
