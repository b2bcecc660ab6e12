"""The parameters of all wrappers, and the fitted attributes that they document."""

from numbers import Integral, Real
from typing import Any, ClassVar, Self

from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import Interval, Options, StrOptions

from skmed._keras import keras
from skmed._keras.compat.scikeras import ScikerasWrapper
from skmed._parameters import Parameterized, check_param_names, parameter

_BATCH_SIZE = (
    Interval(Integral, 1, None, closed="left"),
    Options(Integral, {-1}),
    None,
)


class WrapperParameters(Parameterized, ScikerasWrapper):
    """Parameters of the wrappers.

    Every public attribute that doesn't end in an underscore is a parameter: further
    ones belong to the model function, or are routed by a prefix.
    """

    model: Any = parameter(
        "callable or keras.Model",
        """A function that returns a model, compiled or not, or a model, of which a
        copy is trained. The function is called with the parameters that are given as
        `**kwargs`. If it has an argument `meta`, `compile_kwargs` or `params`, it also
        gets the fitted attributes so far (such as ``n_features_in_``), the arguments of
        ``Model.compile``, or all parameters. None in subclasses that define
        ``_keras_build_fn``.""",
        *(callable, keras.Model, None),
        default=None,
    )
    build_fn: Any = parameter(
        "callable or keras.Model",
        "The old name of `model`.",
        *(callable, keras.Model, None),
        default=None,
    )
    warm_start: bool = parameter(
        "bool",
        "Whether ``fit`` continues to train the model of the last fit.",
        "boolean",
        default=False,
    )
    random_state: Any = parameter(
        "int, RandomState instance or None",
        """Seed of the first weights, the order of the samples, dropout and
        augmentation.""",
        "random_state",
        default=None,
    )
    optimizer: Any = parameter(
        "str, keras.optimizers.Optimizer or type",
        """The optimizer, copied for each fit. A name or a class is instantiated with
        the parameters that begin with ``optimizer__``.""",
        *(str, keras.optimizers.Optimizer, callable, dict, list),
        default="rmsprop",
    )
    loss: Any = parameter(
        "str, keras.Loss, type, callable, list or dict",
        """The loss to minimize. A class is instantiated with the parameters that begin
        with ``loss__``. None if the function compiles its model.""",
        *(str, keras.losses.Loss, callable, list, tuple, dict, None),
        default=None,
    )
    metrics: Any = parameter(
        "list or dict of str, keras.Metric, type or callable",
        """Metrics to report in ``history_``. Classes are instantiated with the
        parameters that begin with ``metrics__``.""",
        *(str, keras.metrics.Metric, callable, list, tuple, dict, None),
        default=None,
    )
    batch_size: int | None = parameter(
        "int or None",
        "Samples per gradient step; -1 for all. None for 32.",
        *_BATCH_SIZE,
        default=None,
    )
    validation_batch_size: int | None = parameter(
        "int or None",
        "Samples per batch of validation; -1 for all. None for `batch_size`.",
        *_BATCH_SIZE,
        default=None,
    )
    verbose: int | bool | str = parameter(
        "int, bool or 'auto'",
        "Whether to show a progress bar.",
        *("verbose", StrOptions({"auto"})),
        default=0,
    )
    callbacks: Any = parameter(
        "list or dict of keras.callbacks.Callback or type",
        """Callbacks of the training, copied for each fit. Classes are instantiated
        with the parameters that begin with ``callbacks__``.""",
        *(list, tuple, dict, keras.callbacks.Callback, type, None),
        default=None,
    )
    validation_split: float = parameter(
        "float",
        "Fraction of the samples, taken from the end, to hold out for validation.",
        Interval(Real, 0, 1, closed="left"),
        default=0.0,
    )
    shuffle: bool = parameter(
        "bool",
        "Whether to shuffle the samples before each epoch.",
        "boolean",
        default=True,
    )
    run_eagerly: bool = parameter(
        "bool",
        "Whether to train without compiled graphs, for debugging.",
        "boolean",
        default=False,
    )
    epochs: int = parameter(
        "int",
        "Number of passes over the training samples.",
        Interval(Integral, 0, None, closed="left"),
        default=1,
    )

    _parameter_group = "shared"
    _positional = ("model",)
    _kwargs_doc = (
        "dict",
        """Parameters of the model function, by their names or as ``model__name``, and
        those routed by a prefix: ``optimizer__``, ``loss__``, ``metrics__``,
        ``callbacks__``, ``compile__``, ``fit__``, ``predict__`` and ``score__``.""",
    )
    _attribute_docs: ClassVar = {
        "model_": ("keras.Model", "The trained model, compiled."),
        "history_": (
            "dict of list",
            """Loss and metrics by epoch; those of the validation samples begin with
            ``val_``.""",
        ),
        "n_features_in_": ("int", "Number of features: the second axis of X."),
        "feature_names_in_": (
            "ndarray of shape (n_features_in_,)",
            "Names of the features, if X is a data frame with names.",
        ),
        "target_type_": (
            "str",
            "Type of y, from :func:`sklearn.utils.multiclass.type_of_target`.",
        ),
        "target_encoder_": ("transformer", "Encodes y for the model, and decodes it."),
        "feature_encoder_": ("transformer", "Encodes X for the model."),
        "X_shape_": ("tuple of int", "Shape of X in ``fit``."),
        "X_dtype_": ("dtype", "Dtype of X in ``fit``."),
        "y_ndim_": ("int", "Number of axes of y in ``fit``."),
        "y_dtype_": ("dtype", "Dtype of y in ``fit``."),
        "n_outputs_": ("int", "Number of columns of y."),
        "n_outputs_expected_": ("int", "Number of outputs that the model must have."),
    }

    _routing_prefixes = ScikerasWrapper._routing_prefixes | {"callbacks", "score"}

    def _store_kwargs(self, kwargs):
        vars(self).update(kwargs)
        # scikeras passes these to the model function
        self._user_params = set(kwargs)

    def _get_param_names(self):
        names = (name for name in vars(self) if not name.startswith("_"))
        return sorted(name for name in names if not name.endswith("_"))

    def set_params(self, **params: Any) -> Self:
        """Set parameters, also those that a prefix routes.

        Parameters
        ----------
        **params : dict
            Parameters by name.

        Returns
        -------
        object
            The estimator itself.
        """
        known = self._get_param_names()
        routed = {
            name: value
            for name, value in params.items()
            if "__" in name
            and (name.partition("__")[0] in self._routing_prefixes or name in known)
        }
        others = {name: params[name] for name in params if name not in routed}
        check_param_names(
            self,
            others,
            hint="parameters of the model function must be given to {cls}(...) first, "
            "or as model__{name}",
        )
        vars(self).update(routed)
        BaseEstimator.set_params(self, **others)
        return self
