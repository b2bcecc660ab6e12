"""What the docstrings of all wrappers say alike."""

import inspect
import textwrap

_PARAMETERS = {
    "model": (
        "callable or keras.Model, default=None",
        """A function that returns a model, compiled or not, or a model, which is
        trained in a copy. The function gets the parameters given as `**kwargs`, and
        those of the arguments `meta` (the fitted attributes so far, such as
        ``n_features_in_``), `compile_kwargs` (what ``Model.compile`` is given) and
        `params` (all parameters) that it has. None where a subclass defines
        ``_keras_build_fn``.""",
    ),
    "build_fn": ("callable or keras.Model, default=None", "The old name of `model`."),
    "warm_start": (
        "bool, default=False",
        "Go on with the model of the last fit instead of building it anew.",
    ),
    "random_state": (
        "int, RandomState instance or None, default=None",
        "Seed of first weights, order of rows, dropout and augmentation.",
    ),
    "optimizer": (
        "str, keras.optimizers.Optimizer or type, default='rmsprop'",
        """The optimizer, copied for each fit. A name or a class is made with the
        parameters that begin with ``optimizer__``.""",
    ),
    "loss": (
        "str, keras.Loss, type, callable, list or dict, default=None",
        """What training minimises; a class is made with the parameters that begin
        with ``loss__``. None where the function compiles its model.""",
    ),
    "metrics": (
        "list or dict of str, keras.Metric, type or callable, default=None",
        """What `history_` reports beside the loss; classes are made with the
        parameters that begin with ``metrics__``.""",
    ),
    "batch_size": (
        "int or None, default=None",
        "Rows per step, -1 for all; None for 32.",
    ),
    "validation_batch_size": (
        "int or None, default=None",
        "Rows per step of validation, -1 for all; None for `batch_size`.",
    ),
    "verbose": ("int, bool or 'auto', default=0", "Whether to show the progress."),
    "callbacks": (
        "list or dict of keras.callbacks.Callback or type, default=None",
        """Called during fit, in copies; classes are made with the parameters that
        begin with ``callbacks__``.""",
    ),
    "validation_split": (
        "float, default=0.0",
        "Part of the rows, the last ones, that is watched and not trained on.",
    ),
    "shuffle": ("bool, default=True", "Whether each epoch has an order of its own."),
    "run_eagerly": (
        "bool, default=False",
        "Run step by step in Python, for debugging.",
    ),
    "epochs": ("int, default=1", "Passes over the training rows."),
    "class_weight": (
        "dict, list of dict, 'balanced' or None, default=None",
        "Weights of the classes, multiplied with `sample_weight`.",
    ),
}
_KWARGS = (
    "dict",
    """Parameters of the model function, by their names or as ``model__name``, and
    those routed by a prefix: ``optimizer__``, ``loss__``, ``metrics__``,
    ``callbacks__``, ``compile__``, ``fit__``, ``predict__`` and ``score__``.""",
)
_ATTRIBUTES = {
    "model_": ("keras.Model", "The trained model, compiled."),
    "history_": (
        "dict of list",
        "Loss and metrics by epoch; those of the rows watched begin with ``val_``.",
    ),
    "classes_": ("ndarray of shape (n_classes,)", "The labels."),
    "n_classes_": ("int", "Number of labels."),
    "n_features_in_": ("int", "Length of the second axis of X."),
    "feature_names_in_": (
        "ndarray of shape (n_features_in_,)",
        "Names of the columns of X, where X is a frame with names.",
    ),
    "target_type_": (
        "str",
        "What :func:`sklearn.utils.multiclass.type_of_target` says of y.",
    ),
    "target_encoder_": ("transformer", "From y to what the model learns, and back."),
    "feature_encoder_": ("transformer", "From X to what the model is given."),
    "X_shape_": ("tuple of int", "Shape of X in fit."),
    "X_dtype_": ("dtype", "Dtype of X in fit."),
    "y_ndim_": ("int", "Number of axes of y in fit."),
    "y_dtype_": ("dtype", "Dtype of y in fit."),
    "n_outputs_": ("int", "Number of columns of y."),
    "n_outputs_expected_": ("int", "Number of outputs that the model should have."),
}


def documented(cls):
    """Put the Parameters and Attributes sections into a wrapper's docstring."""
    head, see_also, rest = inspect.cleandoc(cls.__doc__).partition("See Also\n")
    parameters = {name: _PARAMETERS[name] for name in cls._parameter_constraints}
    classifies = "class_weight" in parameters
    attributes = {
        name: entry
        for name, entry in _ATTRIBUTES.items()
        if classifies or "class" not in name
    }
    cls.__doc__ = (
        head
        + _section("Parameters", {**parameters, "**kwargs": _KWARGS})
        + _section("Attributes", attributes)
        + see_also
        + rest
    )
    return cls


def _section(title, entries):
    text = f"{title}\n{'-' * len(title)}\n"
    for name, (kind, doc) in entries.items():
        text += f"{name} : {kind}\n{textwrap.indent(inspect.cleandoc(doc), '    ')}\n"
    return text + "\n"
