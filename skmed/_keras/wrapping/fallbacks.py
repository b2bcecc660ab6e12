"""When a model that a user built can share a compiled program, and when it can't.

What is asked about training is a job of ``_wrapped_training``.
"""

import keras
import numpy as np
from keras.optimizers.schedules import LearningRateSchedule

from skmed._keras.graphs.fingerprints import is_custom
from skmed._keras.graphs.programs import prediction_program
from skmed._keras.training.callbacks import acts_on_batches, acts_on_validation

_TRAIN_STEPS = ("train_step", "test_step", "compute_loss", "compute_metrics")
_TRAIN_STEPS += ("make_train_function", "make_test_function", "fit", "evaluate")
_PREDICT_STEPS = ("predict_step", "make_predict_function", "predict")
# what training by programs knows how to do
_ARGUMENTS = {"validation_batch_size", "validation_freq", "verbose"}


def is_array(thing):
    """Tell whether ``thing`` is one dense array of numbers."""
    return isinstance(thing, np.ndarray) and thing.dtype.kind in "biuf"


def _has_own(names):
    def has(model):
        plain = keras.Model
        return any(
            name in vars(model)
            or (
                getattr(type(model), name) is not getattr(plain, name)
                and is_custom(getattr(type(model), name))
            )
            for name in names
        )

    return has


def _has_many_ends(model):
    # a Sequential without an input layer gets one input when it is built
    inputs = model.inputs if hasattr(model, "inputs") and model.inputs else [None]
    if len(inputs) != 1 or isinstance(getattr(model, "_inputs_struct", None), dict):
        return True
    outputs = model.outputs if hasattr(model, "outputs") and model.outputs else [None]
    return len(outputs) != 1 or isinstance(
        getattr(model, "_outputs_struct", None), dict
    )


def _remembers_batches(model):
    inputs = getattr(model, "inputs", None) or []
    return any(tensor.shape[0] is not None for tensor in inputs) or any(
        getattr(layer, "stateful", False) for layer in model._flatten_layers()
    )


def _has_own_optimizer(model):
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    rate = optimizer._learning_rate
    return (
        is_custom(type(optimizer))
        or not isinstance(rate, keras.Variable | LearningRateSchedule)
        # a LossScaleOptimizer shows its inner optimizer's rate as a variable
        or (optimizer is not model.optimizer and isinstance(rate, LearningRateSchedule))
    )


def _has_hidden_settings(model):
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    return optimizer.use_ema or bool(
        getattr(optimizer, "_exclude_from_weight_decay", None)
        or getattr(optimizer, "_exclude_from_weight_decay_pattern", None)
    )


def _has_layer_metrics(model):
    ours = 1 + (model._compile_metrics is not None)
    return len(model.metrics) != ours


def _has_other_shape(model, x):
    """Tell whether Keras would have to reshape rows, or to refuse them."""
    wanted = model.inputs[0].shape[1:]
    return len(wanted) != x.ndim - 1 or any(
        size not in (None, given)
        for size, given in zip(wanted, x.shape[1:], strict=True)
    )


# Why a model goes through Model.fit, in the order in which it is asked.
TRAINING_FALLBACKS = {
    "a train_step, test_step or compute_loss of one's own": lambda job: _has_own(
        _TRAIN_STEPS
    )(job.model),
    "a model class of one's own": lambda job: is_custom(type(job.model)),
    "several inputs or outputs": lambda job: _has_many_ends(job.model),
    "run_eagerly": lambda job: job.model.run_eagerly,
    "jit_compile": lambda job: job.model.jit_compile,
    "a distribution strategy": lambda job: job.model._distribute_strategy is not None,
    "a fixed batch size or stateful layers": lambda job: _remembers_batches(job.model),
    "inputs that are not one dense array": lambda job: not is_array(job.x),
    "targets that are not one dense array": lambda job: not is_array(job.y),
    "validation data that are not dense arrays": lambda job: (
        job.validation is not None
        and not (
            isinstance(job.validation, tuple) and all(map(is_array, job.validation[:2]))
        )
    ),
    "class_weight or steps given to Model.fit": lambda job: any(
        value is not None
        for name, value in job.arguments.items()
        if name not in _ARGUMENTS
    ),
    "a callback that acts on batches": lambda job: any(
        map(acts_on_batches, job.callbacks)
    ),
    "a callback that acts on validation": lambda job: any(
        map(acts_on_validation, job.callbacks)
    ),
    "a model that can't be built before its data": lambda job: not job.built,
    "inputs of another shape than the model's": lambda job: _has_other_shape(
        job.model, job.x
    ),
    "several losses or loss_weights": lambda job: (
        len(job.losses) != 1 or job.losses[0].loss_weights is not None
    ),
    "a loss that isn't reduced": lambda job: (
        job.losses[0].loss.reduction in (None, "none")
    ),
    "an optimizer of one's own": lambda job: _has_own_optimizer(job.model),
    "use_ema or exclude_from_weight_decay": lambda job: _has_hidden_settings(job.model),
    "metrics inside layers": lambda job: _has_layer_metrics(job.model),
    "nothing to train": lambda job: not job.model.trainable_variables,
    "code that can't be compared": lambda job: not job.described,
}
# These show when a program is made.
NOT_CLONABLE = "layers that can't be made from their configuration"
NO_GRAPH = "code that doesn't go into one graph"
NOT_PURE = "a state outside the weights"

# Why a model goes through Model.predict: model, inputs, arguments of Model.predict.
PREDICTION_FALLBACKS = {
    "a predict_step of one's own": lambda model, x, arguments: _has_own(_PREDICT_STEPS)(
        model
    ),
    "a model class of one's own": lambda model, x, arguments: is_custom(type(model)),
    "several inputs or outputs": lambda model, x, arguments: _has_many_ends(model),
    "run_eagerly": lambda model, x, arguments: model.run_eagerly,
    "a fixed batch size or stateful layers": lambda model, x, arguments: (
        _remembers_batches(model)
    ),
    "inputs that are not one dense array": lambda model, x, arguments: not is_array(x),
    "arguments of Model.predict": lambda model, x, arguments: any(
        arguments.get(name) for name in {*arguments} - {"batch_size", "verbose"}
    ),
    "a model that isn't built": lambda model, x, arguments: not model.built,
    "inputs of another shape than the model's": lambda model, x, arguments: (
        _has_other_shape(model, x)
    ),
    NOT_PURE: lambda model, x, arguments: not prediction_program(model).is_pure,
}


def training_fallback(job):
    """Return why a job can't be trained by a shared program; None if it can."""
    return next((why for why, holds in TRAINING_FALLBACKS.items() if holds(job)), None)


def prediction_fallback(model, x, arguments):
    """Return why a model can't predict by a shared program; None if it can."""
    return next(
        (
            why
            for why, holds in PREDICTION_FALLBACKS.items()
            if holds(model, x, arguments)
        ),
        None,
    )
