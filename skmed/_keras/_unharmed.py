"""A fit that fails leaves its estimator as it was."""

import contextlib

from ._state import read, write


@contextlib.contextmanager
def unharmed(estimator):
    """Leave an estimator as it was when fitting fails or is interrupted.

    Parameters
    ----------
    estimator : KerasEstimator
        Fitted or not.
    """
    before = dict(vars(estimator))
    network = before.get("_network")
    if network is not None:
        compiled = network.optimizer, network.loss
        trainable = [layer.trainable for layer in network.layers]
        variables = read(network.variables)
    try:
        yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        if network is not None:
            for layer, value in zip(network.layers, trainable, strict=True):
                layer.trainable = value
            network.compile(*compiled, auto_scale_loss=False)
            write(network.variables, variables)
        raise
