"""Layers of one network taken over into another, but for the last ones."""

import inspect

import keras
from keras.src.models.functional import Functional

from skmed._keras.compat.building import fresh_names
from skmed._keras.data.normalization import LAYER_NAME
from skmed._keras.graphs.cache import own_objects
from skmed._keras.graphs.state import write

# by their names layers that were taken over are known again, also after pickling
PREFIX = "features_"
MIXING = "mixing"
_MODELS = keras.Sequential | Functional


class LayerCopyError(Exception):
    """A network has a layer that can't be made again from its configuration."""


def copy_layers(network, inputs, normalized):
    """Compute the features of a network's copy on other inputs.

    The features are what its last dense layer gets; a network that doesn't end in
    one is taken over whole.

    Parameters
    ----------
    network : keras.Model
        Only read. Models inside it are laid out layer by layer.
    inputs : KerasTensor
        What the copy gets.
    normalized : bool
        Whether ``inputs`` are standardised, so that a standardiser of the network's
        own is left out.

    Returns
    -------
    KerasTensor
        The features.
    list of keras.Layer
        The layers taken over that have weights to learn, from the input on.
    """
    copier = _Copier(normalized)
    objects = keras.saving.custom_object_scope(own_objects(network))
    try:
        with objects, fresh_names():
            outputs = copier.run(network, inputs)
    except (NotImplementedError, TypeError, ValueError) as error:
        raise LayerCopyError from error
    for original, copy in copier.layers:
        write(copy.weights, [variable.value for variable in original.weights])
        copy.trainable = not _is_fixed(copy)
    features, left_out = _before_last_dense(outputs, inputs)
    return features, [
        copy
        for _, copy in copier.layers
        if copy.trainable_variables and copy not in left_out
    ]


class _Copier:
    """Makes each operation of a network again, once, and calls it on other tensors."""

    def __init__(self, normalized):
        self._normalized = normalized
        self._copies = {}
        self.layers = []

    def run(self, network, inputs, path=""):
        graph = keras.Model(network.inputs, network.outputs)
        outputs = graph._run_through_graph(
            inputs, operation_fn=lambda original: self._copy(original, path)
        )
        return outputs[0] if len(graph.outputs) == 1 else outputs

    def _copy(self, original, path):
        if isinstance(original, _MODELS):
            inner = f"{path}{original.name}_"
            return lambda inputs, **_: self.run(original, inputs, inner)
        if self._normalized and _own_name(original) == LAYER_NAME:
            return lambda inputs, **_: inputs
        if id(original) not in self._copies:
            copy = self._made_again(original, path)
            self._copies[id(original)] = copy
            if isinstance(copy, keras.Layer):
                self.layers.append((original, copy))
        return self._copies[id(original)]

    @staticmethod
    def _made_again(original, path):
        config = original.get_config()
        config["name"] = PREFIX + path + original.name
        if "dtype" in config:
            config["dtype"] = keras.config.dtype_policy().name
        return type(original).from_config(config)


def _own_name(operation):
    # a network may have been taken over more than once
    return operation.name.replace(PREFIX, "")


def _is_fixed(layer):
    """Tell whether a layer only brings inputs into the units of a network."""
    return _own_name(layer) in (LAYER_NAME, MIXING)


def _has_mode(operation):
    return "training" in inspect.signature(operation.call).parameters


def _before_last_dense(outputs, inputs):
    """Return what the last dense layer gets, and the operations from there on."""
    tensor, left_out = outputs, []
    while tensor is not inputs and len(outputs.shape) == 2:
        operation, index, _ = tensor._keras_history
        left_out.append(operation)
        sources = operation._inbound_nodes[index].input_tensors
        is_dense = isinstance(operation, keras.layers.Dense)
        if not is_dense and (len(sources) != 1 or getattr(operation, "weights", ())):
            break
        (tensor,) = sources
        if is_dense:
            while isinstance(tensor._keras_history.operation, keras.layers.Dropout):
                operation, index, _ = tensor._keras_history
                left_out.append(operation)
                (tensor,) = operation._inbound_nodes[index].input_tensors
            return tensor, left_out
    return outputs, []


# ----- freezing -----


def _taken_over(network):
    return [
        layer
        for layer in network.layers
        if layer.name.startswith(PREFIX) and not _is_fixed(layer)
    ]


def is_frozen(network):
    """Tell whether ``unfreeze`` would change anything."""
    return any(
        not layer.trainable and _can_unfreeze(layer) for layer in _taken_over(network)
    )


def unfreeze(network):
    """Let the layers that were taken over be trained.

    Batch normalisation that was frozen keeps its statistics: those of a few rows
    would undo what the layers after it have learned.
    """
    for layer in _taken_over(network):
        if _can_unfreeze(layer):
            layer.trainable = True


def _can_unfreeze(layer):
    return layer.variables and not isinstance(layer, keras.layers.BatchNormalization)


def last_frozen(network):
    """Return the tensor up to which training changes nothing.

    Parameters
    ----------
    network : keras.Model
        A functional model.

    Returns
    -------
    KerasTensor or None
        The last one that all of the output depends on and that is the same in each
        epoch; None if no layer with weights comes before it.
    """
    nodes = [
        node
        for depth in sorted(network._nodes_by_depth, reverse=True)
        for node in network._nodes_by_depth[depth]
    ]
    uses = {}
    for tensor in [t for node in nodes for t in node.input_tensors] + network.outputs:
        uses[id(tensor)] = uses.get(id(tensor), 0) + 1
    # tensors that are known before training and still needed
    found, known, needed, has_weights = None, set(), {}, False
    for node in nodes:
        sources = [id(tensor) for tensor in node.input_tensors]
        if not known.issuperset(sources) or not _is_still(node.operation):
            continue
        for source in sources:
            needed[source] -= 1
        known.update(id(tensor) for tensor in node.outputs)
        needed |= {id(tensor): uses.get(id(tensor), 0) for tensor in node.outputs}
        needed = {tensor: number for tensor, number in needed.items() if number}
        is_learned = node.operation.name.startswith(PREFIX)
        has_weights |= is_learned and bool(getattr(node.operation, "weights", ()))
        if len(needed) == 1 and has_weights:
            (found,) = node.outputs
    return found


def _is_still(operation):
    """Tell whether an operation gives the same in every epoch, in training too."""
    if not isinstance(operation, keras.Layer):
        return True
    if isinstance(operation, keras.layers.BatchNormalization):
        return not operation.trainable
    return not (
        operation.trainable_variables
        or _has_mode(operation)
        or operation.activity_regularizer is not None
    )
