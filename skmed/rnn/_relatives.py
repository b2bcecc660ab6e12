"""Networks on the weights of a fitted one: by step, and from given states."""

from skmed._keras import keras
from skmed._keras.compat.naming import fresh_names
from skmed._keras.compat.precision import layer_dtype
from skmed._keras.graphs.padding import PADDED
from skmed._keras.graphs.state import copy_weights

from . import _networks


def by_step(encoder):
    """Return the network of an encoder without its pooling.

    Parameters
    ----------
    encoder : RNNEncoder
        Fitted.

    Returns
    -------
    keras.Model
        From padded sequences to codes of shape (batch, steps, n_components).
    """
    with layer_dtype(encoder.precision), fresh_names():
        inputs = _input(encoder, name=PADDED)
        features = _networks.encode_steps(encoder._normalized(inputs), encoder._sizes())
        network = keras.Model(inputs, encoder._code(features))
    return copy_weights(encoder.model_, network)


def going_on(classifier):
    """Return the network of a classifier that begins with states it is given.

    Parameters
    ----------
    classifier : RNNClassifier
        Fitted, with one network that reads forwards only.

    Returns
    -------
    keras.Model
        From steps and states to probabilities and new states.
    """
    sizes, pooling = classifier._sizes(), classifier.pooling
    with layer_dtype(classifier.precision), fresh_names():
        dtype = keras.config.dtype_policy().compute_dtype
        x = _input(classifier)
        states, pooled = keras.tree.map_structure(
            lambda width: keras.Input((width,), dtype=dtype),
            _networks.states_of(sizes, pooling),
        )
        inputs = keras.tree.flatten([x, states, pooled])
        features, *carried = _networks.go_on(
            classifier._normalized(x), sizes, pooling, states, pooled
        )
        output = classifier._targets.output(features, classifier.precision)
        network = keras.Model(inputs, keras.tree.flatten([output, carried]))
    return copy_weights(classifier.model_, network)


def _input(estimator, **keywords):
    dtype = estimator.model_.inputs[0].dtype
    return keras.Input(estimator._input_shape, dtype=dtype, **keywords)
