"""The networks of cnn_cost.py in PyTorch, for a Python that has it.

Reads one line of JSON with the settings; then answers each line it gets, "train" or
"predict", with the seconds of one pass. Nothing of skmed is imported.
"""

import json
import sys
import time

import torch
from torch import nn

CONVOLUTION = {1: nn.Conv1d, 2: nn.Conv2d}
NORMALIZATION = {1: nn.BatchNorm1d, 2: nn.BatchNorm2d}
POOLING = {1: nn.MaxPool1d, 2: nn.MaxPool2d}
AVERAGE = {1: nn.AdaptiveAvgPool1d, 2: nn.AdaptiveAvgPool2d}


def normalized(rank, n_in, n_out, width, stride=1):
    """Return a convolution and its normalisation."""
    return nn.Sequential(
        CONVOLUTION[rank](n_in, n_out, width, stride, width // 2, bias=False),
        NORMALIZATION[rank](n_out),
    )


class Block(nn.Module):
    """A residual block of two convolutions."""

    def __init__(self, rank, n_in, n_out, width, stride):
        super().__init__()
        self.first = normalized(rank, n_in, n_out, width, stride)
        self.second = normalized(rank, n_out, n_out, width)
        same = n_in == n_out and stride == 1
        self.around = (
            nn.Identity() if same else normalized(rank, n_in, n_out, 1, stride)
        )

    def forward(self, x):
        """Return features of the same or half the size."""
        y = self.second(torch.relu(self.first(x)))
        return torch.relu(y + self.around(x))


def residual(rank, sizes, filters, width, pool_size, n_classes):
    """Return the residual network."""
    layers = [normalized(rank, 1, filters[0], width), nn.ReLU()]
    for i, (n_in, n_out) in enumerate(zip([filters[0], *filters], filters)):
        layers.append(Block(rank, n_in, n_out, width, pool_size if i else 1))
    head = [AVERAGE[rank](1), nn.Flatten(), nn.Linear(filters[-1], n_classes)]
    return nn.Sequential(*layers, *head)


def plain(rank, sizes, filters, width, pool_size, n_classes, units):
    """Return the textbook network."""
    layers, n_values = [], filters[-1]
    for i, (n_in, n_out) in enumerate(zip([1, *filters], filters)):
        if i:
            layers.append(POOLING[rank](pool_size))
        layers += [CONVOLUTION[rank](n_in, n_out, width, padding="same"), nn.ReLU()]
    for size in sizes:
        n_values *= size // pool_size ** (len(filters) - 1)
    hidden = [nn.Flatten(), nn.Linear(n_values, units), nn.ReLU()]
    return nn.Sequential(*layers, *hidden, nn.Linear(units, n_classes))


def main():
    """Answer until the other side closes."""
    settings = json.loads(sys.stdin.readline())
    torch.set_num_threads(settings["threads"])
    torch.manual_seed(0)
    sizes, n = settings["sizes"], settings["rows"]
    build = {"resnet": residual, "plain": plain}[settings["architecture"]]
    network = build(len(sizes), sizes, **settings["network"])
    x = torch.randn(n, 1, *sizes)
    y = torch.randint(0, settings["network"]["n_classes"], (n,))
    optimizer, loss = torch.optim.Adam(network.parameters()), nn.CrossEntropyLoss()

    def train():
        network.train()
        for rows in torch.randperm(n).split(settings["batch_size"]):
            optimizer.zero_grad()
            loss(network(x[rows]), y[rows]).backward()
            optimizer.step()

    def predict():
        network.eval()
        with torch.inference_mode():
            for rows in x.split(settings["batch_size"]):
                network(rows).softmax(1)

    passes = {"train": train, "predict": predict}
    n_weights = sum(p.numel() for p in network.parameters())
    print(json.dumps([torch.__version__, n_weights]), flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        passes[line.strip()]()
        print(json.dumps(time.perf_counter() - start), flush=True)


if __name__ == "__main__":
    main()
