"""Copies of the layers of a network without its last dense layer."""

import inspect

import keras

from skmed._keras.compat.global_state import fresh_names
from skmed._keras.compat.models import (
    GRAPH_MODELS,
    call_with_copies,
    nodes_in_order,
    producer,
)
from skmed._keras.data.normalization import LAYER_NAME
from skmed._keras.graphs.fingerprints import custom_objects
from skmed._keras.graphs.state import set_values

# names identify copied and fixed layers, also after pickling
PREFIX = "features_"
CHANNEL_CONVERSION = "channel_conversion"


class LayerCopyError(Exception):
    """A layer can't be created from its configuration."""


def copy_layers(network, inputs, normalized):
    """Copy the layers of a network and call them on another input.

    Features are the input of the last dense layer. A network that doesn't end in a
    dense layer is copied as a whole.

    Parameters
    ----------
    network : keras.Model
        The network, which is not changed. Nested models are copied layer by layer.
    inputs : KerasTensor
        Input of the copy.
    normalized : bool
        Whether ``inputs`` are standardised, so that the normalisation layer of the
        network is not copied.

    Returns
    -------
    KerasTensor
        Features.
    list of keras.Layer
        Copied layers with trainable weights, inputs first.
    """
    copier = _Copier(normalized)
    objects = keras.saving.custom_object_scope(custom_objects(network))
    try:
        with objects, fresh_names():
            outputs = copier.run(network, inputs)
    except (NotImplementedError, TypeError, ValueError) as error:
        raise LayerCopyError from error
    for original, copy in copier.layers:
        set_values(copy.weights, [variable.value for variable in original.weights])
        copy.trainable = not _is_fixed(copy)
    features, dropped = _before_last_dense(outputs, inputs)
    return features, [
        copy
        for _, copy in copier.layers
        if copy.trainable_variables and copy not in dropped
    ]


class _Copier:
    """Copies of operations; operations that are called twice are copied once."""

    def __init__(self, normalized):
        self._normalized = normalized
        self._copies = {}
        self.layers = []

    def run(self, network, inputs, path=""):
        return call_with_copies(
            network, inputs, lambda original: self._copy(original, path)
        )

    def _copy(self, original, path):
        if isinstance(original, GRAPH_MODELS):
            inner = f"{path}{original.name}_"
            return lambda inputs, **_: self.run(original, inputs, inner)
        if self._normalized and _original_name(original) == LAYER_NAME:
            return lambda inputs, **_: inputs
        if id(original) not in self._copies:
            copy = self._make_copy(original, path)
            self._copies[id(original)] = copy
            if isinstance(copy, keras.Layer):
                self.layers.append((original, copy))
        return self._copies[id(original)]

    @staticmethod
    def _make_copy(original, path):
        config = original.get_config()
        config["name"] = PREFIX + path + original.name
        if "dtype" in config:
            config["dtype"] = keras.config.dtype_policy().name
        return type(original).from_config(config)


def _original_name(operation):
    # layers of copied layers have several prefixes
    return operation.name.replace(PREFIX, "")


def _is_fixed(layer):
    """Return whether a layer only converts the units of inputs."""
    return _original_name(layer) in (LAYER_NAME, CHANNEL_CONVERSION)


def _has_training_mode(operation):
    return "training" in inspect.signature(operation.call).parameters


def _before_last_dense(outputs, inputs):
    """Return the input of the last dense layer, and the operations after it."""
    tensor, dropped = outputs, []
    while tensor is not inputs and len(outputs.shape) == 2:
        operation, sources = producer(tensor)
        dropped.append(operation)
        is_dense = isinstance(operation, keras.layers.Dense)
        if not is_dense and (len(sources) != 1 or getattr(operation, "weights", ())):
            break
        (tensor,) = sources
        if is_dense:
            operation, sources = producer(tensor)
            while isinstance(operation, keras.layers.Dropout):
                dropped.append(operation)
                (tensor,) = sources
                operation, sources = producer(tensor)
            return tensor, dropped
    return outputs, []


# ----- freezing -----


def _copied_layers(network):
    return [
        layer
        for layer in network.layers
        if layer.name.startswith(PREFIX) and not _is_fixed(layer)
    ]


def is_frozen(network):
    """Return whether `unfreeze` would change a network."""
    return any(
        not layer.trainable and _can_unfreeze(layer)
        for layer in _copied_layers(network)
    )


def unfreeze(network):
    """Make copied layers trainable.

    Batch normalisation stays frozen: later layers depend on its statistics, and those
    of few samples are inaccurate.
    """
    for layer in _copied_layers(network):
        if _can_unfreeze(layer):
            layer.trainable = True


def _can_unfreeze(layer):
    return layer.variables and not isinstance(layer, keras.layers.BatchNormalization)


def last_frozen(network):
    """Return the last tensor that depends on frozen layers only.

    Parameters
    ----------
    network : keras.Model
        A functional model.

    Returns
    -------
    KerasTensor or None
        The last tensor that is constant over epochs, and from which the output can be
        computed without earlier tensors; None if no copied layer with weights comes
        before it.
    """
    nodes = nodes_in_order(network)
    n_uses = {}
    for tensor in [t for node in nodes for t in node.input_tensors] + network.outputs:
        n_uses[id(tensor)] = n_uses.get(id(tensor), 0) + 1
    # remaining_uses: number of later uses of constant tensors
    found, constant, remaining_uses, has_weights = None, set(), {}, False
    for node in nodes:
        sources = [id(tensor) for tensor in node.input_tensors]
        if not constant.issuperset(sources) or not _is_constant(node.operation):
            continue
        for source in sources:
            remaining_uses[source] -= 1
        constant.update(id(tensor) for tensor in node.outputs)
        remaining_uses |= {
            id(tensor): n_uses.get(id(tensor), 0) for tensor in node.outputs
        }
        remaining_uses = {
            tensor: number for tensor, number in remaining_uses.items() if number
        }
        is_copied = node.operation.name.startswith(PREFIX)
        has_weights |= is_copied and bool(getattr(node.operation, "weights", ()))
        if len(remaining_uses) == 1 and has_weights:
            (found,) = node.outputs
    return found


def _is_constant(operation):
    """Return whether the output of an operation is constant during training."""
    if not isinstance(operation, keras.Layer):
        return True
    if isinstance(operation, keras.layers.BatchNormalization):
        return not operation.trainable
    return not (
        operation.trainable_variables
        or _has_training_mode(operation)
        or operation.activity_regularizer is not None
    )
