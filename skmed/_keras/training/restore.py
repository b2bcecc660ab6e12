"""Restore a model when further training of it fails."""

import contextlib

from skmed._keras.graphs.state import read, write


@contextlib.contextmanager
def restore_model_on_failure(model):
    """Restore weights, optimizer and trainable layers when an error passes.

    Parameters
    ----------
    model : keras.Model
        Compiled.
    """
    compiled = model.optimizer, model.loss
    trainable = [layer.trainable for layer in model.layers]
    values = read(model.variables)
    try:
        yield
    except BaseException:
        for layer, value in zip(model.layers, trainable, strict=True):
            layer.trainable = value
        model.compile(*compiled, auto_scale_loss=False)
        write(model.variables, values)
        raise
