"""Networks in PyTorch: those of the benchmarks of speed.

Names and sizes of layers are those of the same networks in Keras.
"""

import torch
from torch import nn

CONVOLUTION = {1: nn.Conv1d, 2: nn.Conv2d}
NORMALIZATION = {1: nn.BatchNorm1d, 2: nn.BatchNorm2d}
POOLING = {1: nn.MaxPool1d, 2: nn.MaxPool2d}
AVERAGE = {1: nn.AdaptiveAvgPool1d, 2: nn.AdaptiveAvgPool2d}


def normalized(rank, n_in, n_out, width, stride=1):
    """Return a convolution and its batch normalization."""
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


class Recurrent(nn.Module):
    """A recurrent layer and a linear one on its last output."""

    def __init__(self, cell, units, n_classes):
        super().__init__()
        layer = {"LSTM": nn.LSTM, "GRU": nn.GRU}[cell]
        self.recurrent = layer(1, units, batch_first=True)
        self.head = nn.Linear(units, n_classes)

    def forward(self, x):
        """Return logits."""
        return self.head(self.recurrent(x)[0][:, -1])


class Bag(nn.Module):
    """Average the embeddings of the words.

    Parameters
    ----------
    vocabulary, width, units, n_classes : int
        Number of words; sizes of an embedding, of the hidden layer and of the output.
    masked : bool
        Whether 0 is padding, which doesn't count.
    """

    def __init__(self, vocabulary, width, units, n_classes, masked=False):
        super().__init__()
        self._masked = masked
        self.embedding = nn.Embedding(vocabulary, width, 0 if masked else None)
        self.head = nn.Sequential(
            nn.Linear(width, units), nn.ReLU(), nn.Linear(units, n_classes)
        )

    def forward(self, x):
        """Return logits."""
        if not self._masked:
            return self.head(self.embedding(x).mean(dim=1))
        n_words = (x != 0).sum(dim=1, keepdim=True).clamp(min=1)
        return self.head(self.embedding(x).sum(dim=1) / n_words)


def small_cnn(width, n_classes):
    """Return a network that convolves and pools images of 28 x 28 twice."""
    return nn.Sequential(
        nn.Conv2d(3, width, 3, padding="same"),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(width, 2 * width, 3, padding="same"),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(2 * width * 7 * 7, 64),
        nn.ReLU(),
        nn.Linear(64, n_classes),
    )


def dense(width, n_classes):
    """Return a network with one hidden layer."""
    return nn.Sequential(nn.Linear(20, width), nn.ReLU(), nn.Linear(width, n_classes))


NETWORKS = {"resnet": residual, "plain": plain, "recurrent": Recurrent}
