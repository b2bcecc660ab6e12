"""A fit that fails leaves its estimator as it was, the network included."""

import contextlib

from skmed._keras.graphs.state import read, write
from skmed._restore import unharmed as attributes_unharmed


@contextlib.contextmanager
def unharmed(estimator):
    """Leave an estimator as it was when fitting fails or is interrupted.

    Parameters
    ----------
    estimator : KerasEstimator
        Fitted or not.
    """
    network = vars(estimator).get("_network")
    with attributes_unharmed(estimator), _network_unharmed(network):
        yield


@contextlib.contextmanager
def _network_unharmed(network):
    if network is None:
        yield
        return
    compiled = network.optimizer, network.loss
    trainable = [layer.trainable for layer in network.layers]
    variables = read(network.variables)
    try:
        yield
    except BaseException:
        for layer, value in zip(network.layers, trainable, strict=True):
            layer.trainable = value
        network.compile(*compiled, auto_scale_loss=False)
        write(network.variables, variables)
        raise
