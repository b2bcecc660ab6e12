"""Networks derived from a fitted one: codes of time steps, and streams."""

from skmed._keras import keras
from skmed._keras.compat.global_state import fresh_names, layer_dtype
from skmed._keras.graphs.padding import PADDED
from skmed._keras.graphs.state import copy_weights

from . import _networks


def stepwise_network(encoder):
    """Return the network of an encoder without its pooling.

    Parameters
    ----------
    encoder : RNNEncoder
        A fitted encoder.

    Returns
    -------
    keras.Model
        Model from padded sequences to codes of shape (batch, n_steps, n_components).
    """
    fitted = encoder._fitted
    with layer_dtype(encoder.precision), fresh_names():
        x = _input(fitted, name=PADDED)
        features = _networks.encode_steps(fitted.inputs.preprocess(x), encoder._sizes())
        network = keras.Model(x, fitted.targets.code(features, encoder.precision))
    return copy_weights(fitted.network, network)


def streaming_network(classifier):
    """Return the network of a classifier with initial states as inputs.

    Parameters
    ----------
    classifier : RNNClassifier
        A fitted classifier with one unidirectional network.

    Returns
    -------
    keras.Model
        Model from time steps and states to probabilities and new states.
    """
    fitted, sizes, pooling = classifier._fitted, classifier._sizes(), classifier.pooling
    with layer_dtype(classifier.precision), fresh_names():
        dtype = keras.config.dtype_policy().compute_dtype
        x = _input(fitted)
        states, pooled = keras.tree.map_structure(
            lambda width: keras.Input((width,), dtype=dtype),
            _networks.state_sizes(sizes, pooling),
        )
        inputs = keras.tree.flatten([x, states, pooled])
        normalized = fitted.inputs.preprocess(x)
        features, *new_states = _networks.encode_from_states(
            normalized, sizes, pooling, states, pooled
        )
        output = fitted.targets.output(features, normalized, classifier.precision)
        network = keras.Model(inputs, keras.tree.flatten([output, new_states]))
    return copy_weights(fitted.network, network)


def _input(fitted, **keywords):
    return keras.Input(fitted.inputs.shape, dtype=fitted.inputs.dtype, **keywords)
