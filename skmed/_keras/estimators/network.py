"""Construction of the network of an estimator."""

import keras

from skmed._keras.compat.global_state import fresh_names, layer_dtype, seeded
from skmed._keras.compat.scikeras import build_with_scikeras
from skmed._validation.messages import first_sentence


def build_network(estimator, inputs, targets, seed):
    """Build an untrained network from inputs, backbone and output of the targets.

    Parameters
    ----------
    estimator : KerasEstimator
        The estimator, which builds the backbone.
    inputs : Inputs
        Fitted inputs.
    targets : Targets
        Fitted targets.
    seed : int
        Seed of the initial weights.

    Returns
    -------
    keras.Model
        The network, not compiled.
    """

    def build():
        inputs_ = keras.Input(inputs.shape, dtype=inputs.dtype, name=inputs.name)
        x = inputs.preprocess(inputs_)
        features = estimator._build_features(x, inputs)
        return keras.Model(inputs_, targets.output(features, x, estimator.precision))

    with seeded(seed), layer_dtype(estimator.precision), fresh_names():
        return build_with_scikeras(build)


def call_architecture(architecture, x):
    """Return the features of a backbone that the user defines.

    Parameters
    ----------
    architecture : callable
        Returns features, given a Keras tensor.
    x : KerasTensor of shape (batch, ...)
        Argument of the callable.

    Returns
    -------
    KerasTensor of shape (batch, n_features)
        Features.

    Raises
    ------
    ValueError
        If the callable fails, or returns something else.
    """
    try:
        features = architecture(x)
    except Exception as error:
        raise ValueError(
            f"architecture failed on a tensor of shape {tuple(x.shape)} "
            f"({type(error).__name__}: {first_sentence(str(error))}); make it return "
            "features of shape (batch, n_features)."
        ) from error
    shape = tuple(getattr(features, "shape", ()))
    if not isinstance(features, keras.KerasTensor) or len(shape) != 2 or not shape[1]:
        raise ValueError(
            "architecture must return a Keras tensor of shape (batch, n_features); got "
            f"{type(features).__name__} of shape {shape}; end with a Flatten or a "
            "global pooling layer."
        )
    return features
