"""Structure and compile settings of models, which Keras keeps private."""

import keras
from keras.src.models.functional import Functional

# models that are a graph of layers
GRAPH_MODELS = keras.Sequential | Functional


def flatten_layers(model):
    """List a model, its layers and their nested layers, outer ones first."""
    return list(model._flatten_layers())


def has_named_inputs(model):
    """Return whether the inputs of a functional model are a dict."""
    return isinstance(getattr(model, "_inputs_struct", None), dict)


def has_named_outputs(model):
    """Return whether the outputs of a functional model are a dict."""
    return isinstance(getattr(model, "_outputs_struct", None), dict)


def distribute_strategy(model):
    """Return the strategy under which the model was created, or None."""
    return model._distribute_strategy


def compile_settings(model):
    """Return the arguments of ``Model.compile``, or None for an uncompiled model.

    Parameters
    ----------
    model : keras.Model
        Compiled or not.

    Returns
    -------
    dict or None
        A new object after each call of ``Model.compile``.
    """
    if not model.compiled or not getattr(model, "_compile_config", None):
        return None
    return model._compile_config.config


def restore_compile(model, settings, optimizer):
    """Compile a model as it was before, or mark it as not compiled.

    Parameters
    ----------
    model : keras.Model
        Changed in place.
    settings : dict or None
        From `compile_settings`.
    optimizer : keras.optimizers.Optimizer or None
        The optimizer, with its state.
    """
    if settings is None:
        model.compiled = False
        return
    # Model.compile keeps earlier metrics where it is given none
    model._compile_metrics = None
    model.compile(**{**settings, "optimizer": optimizer}, auto_scale_loss=False)


def resolved_losses(model):
    """List the losses of a compiled model; each has ``loss`` and ``loss_weights``."""
    return model._compile_loss._flat_losses


def compiled_metrics(model):
    """Return the metrics of a compiled model as one collection, or None."""
    return model._compile_metrics


def resolved_metrics(model):
    """List the metrics of a compiled model and those that are weighted, or None."""
    return flat_metrics(model._compile_metrics)


def flat_metrics(collection):
    """List the metrics of Keras's collection of them; None for None."""
    if collection is None:
        return None
    return [*collection._flat_metrics, *collection._flat_weighted_metrics]


def build_losses_and_metrics(model, x, y, sample_weight):
    """Build a compiled model, its losses and its metrics, without any data.

    Parameters
    ----------
    model : keras.Model
        Changed in place.
    x, y, sample_weight : keras.KerasTensor of shape (None, ...)
        The shapes and dtypes of a batch.
    """
    output = getattr(getattr(model, "_functional", model), "_outputs_struct", None)
    if model._compile_metrics is None and isinstance(output, keras.KerasTensor):
        # resolve the loss from shapes: Keras computes it, which takes a third of a
        # small fit
        model._compile_loss.build(y, output)
    model._symbolic_build(data_batch=(x, y, sample_weight))


def copy_metric(metric):
    """Return a metric with the same settings and without state."""
    if type(metric) is keras.metrics.MeanMetricWrapper:
        # Keras can't deserialize a custom function that isn't registered
        return keras.metrics.MeanMetricWrapper(
            metric._fn, metric.name, metric.dtype, **metric._fn_kwargs
        )
    return type(metric).from_config(metric.get_config())


def call_with_copies(model, inputs, copy):
    """Call copies of a graph model's operations on other inputs.

    Parameters
    ----------
    model : keras.Model
        Sequential or functional.
    inputs : KerasTensor
        Input of the copies.
    copy : callable
        Returns what is called in place of an operation.

    Returns
    -------
    KerasTensor or list of KerasTensor
        Outputs of the copies.
    """
    graph = keras.Model(model.inputs, model.outputs)
    outputs = graph._run_through_graph(inputs, operation_fn=copy)
    return outputs[0] if len(graph.outputs) == 1 else outputs


def producer(tensor):
    """Return the operation that computes a tensor, and the inputs of that call."""
    operation, index, _ = tensor._keras_history
    return operation, operation._inbound_nodes[index].input_tensors


def nodes_in_order(model):
    """Return the calls of operations of a graph model, inputs first."""
    depths = sorted(model._nodes_by_depth, reverse=True)
    return [node for depth in depths for node in model._nodes_by_depth[depth]]


def replace_moments(layer, moments):
    """Replace the function that computes mean and variance in batch normalisation.

    Parameters
    ----------
    layer : keras.layers.BatchNormalization
        Changed in place.
    moments : callable
        Returns mean and variance, given the replaced function, inputs and mask.
    """
    original = layer._moments

    def replaced(inputs, mask):
        return moments(original, inputs, mask)

    layer._moments = replaced
