"""The networks of grid_search.py in PyTorch, for a Python that has it and skorch.

Weights begin as Keras's do, and Adam's epsilon is Keras's: the defaults of the two
differ, and scores would too. Nothing of skmed is imported.
"""

import torch
from skorch import NeuralNetClassifier
from torch import nn


class Bag(nn.Module):
    """Average the vectors of the words."""

    def __init__(self, width, n_classes, vocabulary):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.head = nn.Sequential(
            nn.Linear(width, width), nn.ReLU(), nn.Linear(width, n_classes)
        )
        self.apply(_begin)

    def forward(self, x):
        """Return logits."""
        return self.head(self.embedding(x).mean(dim=1))


class CNN(nn.Sequential):
    """Convolve and pool twice."""

    def __init__(self, width, n_classes):
        super().__init__(
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
        self.apply(_begin)


class LSTM(nn.Module):
    """Read step by step and classify what came last."""

    def __init__(self, width, n_classes):
        super().__init__()
        self.recurrent = nn.LSTM(1, width, batch_first=True)
        self.head = nn.Linear(width, n_classes)
        self.apply(_begin)

    def forward(self, x):
        """Return logits."""
        return self.head(self.recurrent(x)[0][:, -1])


class Tiny(nn.Sequential):
    """One hidden layer."""

    def __init__(self, width, n_classes):
        super().__init__(nn.Linear(20, width), nn.ReLU(), nn.Linear(width, n_classes))
        self.apply(_begin)


def _begin(layer):
    if isinstance(layer, nn.Embedding):
        nn.init.uniform_(layer.weight, -0.05, 0.05)
    elif isinstance(layer, nn.Linear | nn.Conv2d):
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
    elif isinstance(layer, nn.LSTM):
        nn.init.xavier_uniform_(layer.weight_ih_l0)
        nn.init.orthogonal_(layer.weight_hh_l0)
        nn.init.zeros_(layer.bias_hh_l0)
        nn.init.zeros_(layer.bias_ih_l0)
        # the gate that forgets is the second of four
        with torch.no_grad():
            layer.bias_ih_l0.view(4, -1)[1] = 1


_NETWORKS = {"bag": Bag, "cnn": CNN, "lstm": LSTM, "tiny": Tiny}


def classifier(network, seed, **parameters):
    """Return an unfitted classifier.

    Parameters
    ----------
    network : str
        Name of the network.
    seed : int
        For PyTorch's random numbers, from now on.
    **parameters : dict
        Of ``NeuralNetClassifier``, and of the network as ``module__name=value``.

    Returns
    -------
    NeuralNetClassifier
        It trains on all rows, in a new order each epoch.
    """
    torch.manual_seed(seed)
    return NeuralNetClassifier(
        _NETWORKS[network],
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        optimizer__eps=1e-7,
        iterator_train__shuffle=True,
        train_split=None,
        verbose=0,
        **parameters,
    )
