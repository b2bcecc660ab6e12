"""When a user's model can't share a compiled program, and Keras's own methods run."""

import keras
from keras.optimizers.schedules import LearningRateSchedule

from skmed._keras.compat.models import (
    compiled_metrics,
    distribute_strategy,
    flatten_layers,
    has_named_inputs,
    has_named_outputs,
)
from skmed._keras.compat.optimizers import (
    excludes_from_weight_decay,
    inner_optimizer,
    learning_rate_of,
)
from skmed._keras.graphs.fingerprints import is_custom
from skmed._keras.graphs.programs import prediction_program
from skmed._keras.training.callbacks import acts_on_batches, acts_on_validation

from .batches import is_dense_array

_TRAIN_METHODS = (
    "train_step",
    "test_step",
    "compute_loss",
    "compute_metrics",
    "make_train_function",
    "make_test_function",
    "fit",
    "evaluate",
)
_PREDICT_METHODS = ("predict_step", "make_predict_function", "predict")
# arguments of Model.fit that training by programs supports
_SUPPORTED_ARGUMENTS = {"validation_batch_size", "validation_freq", "verbose"}


def _overrides(model, names):
    return any(
        name in vars(model)
        or (
            getattr(type(model), name) is not getattr(keras.Model, name)
            and is_custom(getattr(type(model), name))
        )
        for name in names
    )


def _has_several_ends(model):
    # a Sequential model without an input layer gets one input when it is built
    inputs = getattr(model, "inputs", None) or [None]
    outputs = getattr(model, "outputs", None) or [None]
    return (
        len(inputs) != 1
        or len(outputs) != 1
        or has_named_inputs(model)
        or has_named_outputs(model)
    )


def _is_stateful(model):
    inputs = getattr(model, "inputs", None) or []
    return any(tensor.shape[0] is not None for tensor in inputs) or any(
        getattr(layer, "stateful", False) for layer in flatten_layers(model)
    )


def _has_custom_optimizer(model):
    optimizer = inner_optimizer(model.optimizer)
    rate = learning_rate_of(optimizer)
    return (
        is_custom(type(optimizer))
        or not isinstance(rate, keras.Variable | LearningRateSchedule)
        # LossScaleOptimizer exposes the rate of its inner optimizer as a variable
        or (optimizer is not model.optimizer and isinstance(rate, LearningRateSchedule))
    )


def _has_unsupported_settings(model):
    optimizer = inner_optimizer(model.optimizer)
    return optimizer.use_ema or excludes_from_weight_decay(optimizer)


def _has_layer_metrics(model):
    # the tracker of the loss is a metric too
    n_compiled = 1 + (compiled_metrics(model) is not None)
    return len(model.metrics) != n_compiled


def _has_other_shape(model, x):
    """Return whether Keras would have to reshape the samples, or refuse them."""
    expected = model.inputs[0].shape[1:]
    return len(expected) != x.ndim - 1 or any(
        size not in (None, given)
        for size, given in zip(expected, x.shape[1:], strict=True)
    )


def _is_dense_pair(validation):
    return isinstance(validation, tuple) and all(map(is_dense_array, validation[:2]))


def _has_unsupported_arguments(run):
    return any(
        value is not None
        for name, value in run.arguments.items()
        if name not in _SUPPORTED_ARGUMENTS
    )


# Reasons to call Model.fit, each with its test of a TrainingRun. The order matters:
# later tests need what earlier ones exclude.
TRAINING_FALLBACKS = {
    "a custom train_step, test_step or compute_loss": lambda run: _overrides(
        run.model, _TRAIN_METHODS
    ),
    "a custom model class": lambda run: is_custom(type(run.model)),
    "several inputs or outputs": lambda run: _has_several_ends(run.model),
    "run_eagerly": lambda run: run.model.run_eagerly,
    "jit_compile": lambda run: run.model.jit_compile,
    "a distribution strategy": lambda run: distribute_strategy(run.model) is not None,
    "a fixed batch size or stateful layers": lambda run: _is_stateful(run.model),
    "inputs that are not one dense array": lambda run: not is_dense_array(run.x),
    "targets that are not one dense array": lambda run: not is_dense_array(run.y),
    "validation data that are not dense arrays": lambda run: (
        run.validation is not None and not _is_dense_pair(run.validation)
    ),
    "class_weight or steps given to Model.fit": _has_unsupported_arguments,
    "a callback that acts on batches": lambda run: any(
        map(acts_on_batches, run.callbacks)
    ),
    "a callback that acts on validation": lambda run: any(
        map(acts_on_validation, run.callbacks)
    ),
    "a model that can't be built before its data": lambda run: not run.is_built,
    "inputs of another shape than the model's": lambda run: _has_other_shape(
        run.model, run.x
    ),
    "several losses or loss_weights": lambda run: (
        len(run.losses) != 1 or run.losses[0].loss_weights is not None
    ),
    "a loss that isn't reduced": lambda run: (
        run.losses[0].loss.reduction in (None, "none")
    ),
    "a custom optimizer class": lambda run: _has_custom_optimizer(run.model),
    "use_ema or exclude_from_weight_decay": lambda run: _has_unsupported_settings(
        run.model
    ),
    "metrics inside layers": lambda run: _has_layer_metrics(run.model),
    "no trainable weights": lambda run: not run.model.trainable_variables,
    "code that can't be compared": lambda run: not run.is_comparable,
}
# Reasons that are known after the program was looked up.
NOT_CLONABLE = "layers that can't be created from their configuration"
NO_GRAPH = "code that can't be traced into one graph"
NOT_PURE = "state outside of the weights"

# Reasons to call Model.predict, each with its test of the model, its inputs and the
# arguments of Model.predict.
PREDICTION_FALLBACKS = {
    "a custom predict_step": lambda model, x, arguments: _overrides(
        model, _PREDICT_METHODS
    ),
    "a custom model class": lambda model, x, arguments: is_custom(type(model)),
    "several inputs or outputs": lambda model, x, arguments: _has_several_ends(model),
    "run_eagerly": lambda model, x, arguments: model.run_eagerly,
    "a fixed batch size or stateful layers": lambda model, x, arguments: _is_stateful(
        model
    ),
    "inputs that are not one dense array": lambda model, x, arguments: (
        not is_dense_array(x)
    ),
    "arguments of Model.predict": lambda model, x, arguments: any(
        arguments.get(name) for name in {*arguments} - {"batch_size", "verbose"}
    ),
    "a model that isn't built": lambda model, x, arguments: not model.built,
    "inputs of another shape than the model's": lambda model, x, arguments: (
        _has_other_shape(model, x)
    ),
    NOT_PURE: lambda model, x, arguments: not prediction_program(model).is_pure,
}


def training_fallback(run):
    """Return why a run can't be trained by a shared program; None if it can.

    Parameters
    ----------
    run : TrainingRun
        Its model may be built.

    Returns
    -------
    str or None
        A key of `TRAINING_FALLBACKS`.
    """
    reasons = (reason for reason, holds in TRAINING_FALLBACKS.items() if holds(run))
    return next(reasons, None)


def prediction_fallback(model, x, arguments):
    """Return why a model can't predict by a shared program; None if it can.

    Parameters
    ----------
    model : keras.Model
        The model.
    x : array of shape (n_samples, ...), or list or dict of them
        Its inputs.
    arguments : dict
        Arguments of ``Model.predict``.

    Returns
    -------
    str or None
        A key of `PREDICTION_FALLBACKS`.
    """
    reasons = (
        reason
        for reason, holds in PREDICTION_FALLBACKS.items()
        if holds(model, x, arguments)
    )
    return next(reasons, None)
