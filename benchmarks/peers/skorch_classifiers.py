"""Networks in PyTorch as scikit-learn classifiers, for a Python that has skorch.

Weights start as Keras's do, and Adam's epsilon is Keras's: the defaults of the two
libraries differ, and scores would too. Nothing of skmed is imported.
"""

import torch
from skorch import NeuralNetClassifier
from torch import nn

from benchmarks.peers.torch_networks import Bag, Recurrent, dense, small_cnn


def _initialize(layer):
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
        # the forget gate is the second of four
        with torch.no_grad():
            layer.bias_ih_l0.view(4, -1)[1] = 1


def bag(width, n_classes, vocabulary):
    """Return a bag of words."""
    return Bag(vocabulary, width, width, n_classes).apply(_initialize)


def cnn(width, n_classes):
    """Return a small convolutional network."""
    return small_cnn(width, n_classes).apply(_initialize)


def lstm(width, n_classes):
    """Return an LSTM whose last output is classified."""
    return Recurrent("LSTM", width, n_classes).apply(_initialize)


def tiny(width, n_classes):
    """Return a network with one hidden layer."""
    return dense(width, n_classes).apply(_initialize)


NETWORKS = {"bag": bag, "cnn": cnn, "lstm": lstm, "tiny": tiny}


def classifier(network, seed, **parameters):
    """Return an unfitted classifier.

    Parameters
    ----------
    network : str or callable
        Name of a network, or a module.
    seed : int
        For PyTorch's random numbers, from now on.
    **parameters : dict
        Of ``NeuralNetClassifier``, and of the network as ``module__name=value``.

    Returns
    -------
    NeuralNetClassifier
        It trains on all samples, in a new order in each epoch.
    """
    torch.manual_seed(seed)
    return NeuralNetClassifier(
        NETWORKS.get(network, network),
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        optimizer__eps=1e-7,
        iterator_train__shuffle=True,
        train_split=None,
        verbose=0,
        **parameters,
    )
