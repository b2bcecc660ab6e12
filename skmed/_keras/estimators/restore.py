"""A fit that fails leaves its estimator as it was, the network included."""

import contextlib

from skmed._keras.graphs.state import read, write
from skmed._restore import restore_on_failure as restore_attributes


@contextlib.contextmanager
def restore_on_failure(estimator):
    """Leave an estimator as it was when fitting fails or is interrupted.

    Parameters
    ----------
    estimator : KerasEstimator
        Fitted or not.
    """
    network = vars(estimator).get("_network")
    with restore_attributes(estimator), _restore_network(network):
        yield


@contextlib.contextmanager
def _restore_network(network):
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
