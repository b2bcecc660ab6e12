"""The network of rnn_speed.py in PyTorch, for a Python that has it.

Reads one line of JSON with the settings; then answers each line it gets, "train" or
"predict", with the seconds of one pass. Nothing of skmed is imported.
"""

import json
import sys
import time

import torch


class Network(torch.nn.Module):
    """A recurrent layer and a linear one on its last output."""

    def __init__(self, cell, units, n_classes):
        super().__init__()
        layer = {"LSTM": torch.nn.LSTM, "GRU": torch.nn.GRU}[cell]
        self.recurrent = layer(1, units, batch_first=True)
        self.head = torch.nn.Linear(units, n_classes)

    def forward(self, x):
        """Return logits."""
        return self.head(self.recurrent(x)[0][:, -1])


def main():
    """Answer until the other side closes."""
    settings = json.loads(sys.stdin.readline())
    torch.set_num_threads(settings["threads"])
    torch.manual_seed(0)
    n, batch_size = settings["sequences"], settings["batch_size"]
    x = torch.randn(n, settings["length"], 1)
    y = torch.randint(0, settings["classes"], (n,))
    network = Network(settings["cell"], settings["units"], settings["classes"])
    optimizer = torch.optim.Adam(network.parameters())
    loss = torch.nn.CrossEntropyLoss()

    def train():
        for rows in torch.randperm(n).split(batch_size):
            optimizer.zero_grad()
            loss(network(x[rows]), y[rows]).backward()
            optimizer.step()

    def predict():
        with torch.inference_mode():
            torch.cat([network(rows).softmax(1) for rows in x.split(batch_size)])

    passes = {"train": train, "predict": predict}
    n_weights = sum(p.numel() for p in network.parameters())
    print(json.dumps([torch.__version__, n_weights]), flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        passes[line.strip()]()
        print(json.dumps(time.perf_counter() - start), flush=True)


if __name__ == "__main__":
    main()
