"""The bag of text_speed.py in PyTorch by skorch, for a Python that has both.

Reads ids and labels from a file, trains twice, prints the seconds of the second fit.
Nothing of skmed is imported.
"""

import json
import sys
import time

import numpy as np
import torch
from skorch import NeuralNetClassifier
from torch import nn


class Bag(nn.Module):
    """Average the vectors of the words; zero is padding."""

    def __init__(self, n_ids, dim, units, n_classes):
        super().__init__()
        self.embedding = nn.Embedding(n_ids, dim, padding_idx=0)
        self.head = nn.Sequential(
            nn.Linear(dim, units), nn.ReLU(), nn.Linear(units, n_classes)
        )

    def forward(self, x):
        """Return logits."""
        n_words = (x != 0).sum(dim=1, keepdim=True).clamp(min=1)
        return self.head(self.embedding(x).sum(dim=1) / n_words)


def main():
    """Train on what the file holds."""
    path, epochs, batch_size, threads = sys.argv[1], *map(int, sys.argv[2:])
    torch.set_num_threads(threads)
    with np.load(path) as file:
        X, y, n_ids = file["X"].astype(np.int64), file["y"], int(file["n_ids"])
    for _ in range(2):
        net = NeuralNetClassifier(
            Bag,
            module__n_ids=n_ids,
            module__dim=64,
            module__units=128,
            module__n_classes=2,
            criterion=nn.CrossEntropyLoss,
            optimizer=torch.optim.Adam,
            lr=1e-3,
            max_epochs=epochs,
            batch_size=batch_size,
            train_split=None,
            iterator_train__shuffle=True,
            verbose=0,
        )
        start = time.perf_counter()
        net.fit(X, y)
        seconds = time.perf_counter() - start
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
