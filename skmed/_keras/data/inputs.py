"""Validation and conversion of X for a network."""

import numpy as np
from sklearn.utils.validation import validate_data

from skmed._keras.compat.global_state import variable_dtype
from skmed._validation.arrays import check_numeric_dtype
from skmed._validation.memory_maps import check_memmap, is_large_memmap
from skmed._validation.messages import translate_errors

from .normalization import normalization_layer

# small dtypes are kept in memory and cast batch by batch
_SMALL_DTYPES = [np.uint8, np.int8, np.uint16, np.int16, np.float16]

NORMALIZE_DOC = """Standardise each channel with the mean and variance of the training
    samples, learned inside fit and part of `model_`; None to leave X as it is."""


class Inputs:
    """Numeric arrays as the input of a network.

    An object of this class validates X and converts it to the arrays that a network
    reads. This class takes a table of shape (n_samples, n_features). Families with
    other inputs override its methods, in most cases `prepare` and `reshape`, and return
    an object of their own class from ``_make_inputs``. The fitted object is kept and
    pickled with the network.

    Parameters
    ----------
    precision : {"float32", "float64", "mixed"}
        The parameter of the estimator.
    normalize : {"channel"} or None
        Whether the network standardises its input channels.

    Attributes
    ----------
    name : str
        Name of the network's input.
    shape : tuple of int or None
        Shape of a sample in the network, set by ``reshape`` with ``reset=True``. None
        is an axis of variable size.
    dtype : str
        Dtype of the network's input.
    seed : int
        Seed of the fit, set by ``fit``.

    See Also
    --------
    KerasEstimator : The estimator, whose ``_make_inputs`` returns this object.
    Targets : Encoding of y and decoding of the outputs.

    Examples
    --------
    Inputs that flatten the samples, and a family that uses them:

    >>> import numpy as np
    >>> from skmed.base import Classifier, Inputs, KerasEstimator, layers
    >>> class FlatInputs(Inputs):
    ...     def prepare(self, X, *, reset):
    ...         X = np.asarray(X)
    ...         return X.reshape(len(X), -1)
    >>> class Flat(KerasEstimator):
    ...     def _make_inputs(self):
    ...         return FlatInputs(self.precision)
    ...
    ...     def _build_features(self, x, inputs):
    ...         return layers.Dense(8, activation="relu")(x)
    >>> class FlatClassifier(Classifier, Flat):
    ...     pass
    >>> X = np.random.default_rng(0).normal(size=(20, 4, 4))
    >>> classifier = FlatClassifier(epochs=1, random_state=0)
    >>> classifier.fit(X, X[:, 0, 0] > 0).predict(X[:3]).shape
    (3,)
    """

    name = "input"
    shape = None

    def __init__(self, precision="float32", normalize="channel"):
        self.dtype = variable_dtype(precision)
        self.normalize = normalize

    # ----- arrays -----

    def check(self, estimator, X, y="no_validation", *, reset):
        """Validate X, and y if given, as scikit-learn does.

        Parameters
        ----------
        estimator : estimator
            Estimator whose number and names of features are set or compared.
        X : array-like of shape (n_samples, ...)
            Samples, as the user passed them.
        y : ndarray, None or "no_validation"
            Validated targets; None raises, as in scikit-learn.
        reset : bool
            Whether to set number and names of features, as a new fit does.

        Returns
        -------
        X : ndarray or MemmapArray of shape (n_samples, *shape)
            Validated inputs.
        y : ndarray or None
            Validated targets.
        """
        has_y = not isinstance(y, str)
        with translate_errors(), np.errstate(over="ignore", invalid="ignore"):
            check_numeric_dtype(X)
            X = self.prepare(X, reset=reset)
            validate = check_memmap if is_large_memmap(X) else validate_data
            checked = validate(
                estimator,
                X,
                y,
                reset=reset,
                allow_nd=True,
                dtype=[np.dtype(self.dtype), *_SMALL_DTYPES],
                **({"multi_output": True} if has_y else {}),
                **self.validation_options(X),
            )
        X, y = checked if isinstance(checked, tuple) else (checked, None)
        return self.reshape(X, type(estimator).__name__, reset=reset), y

    def prepare(self, X, *, reset):
        """Return X in a form that scikit-learn's ``validate_data`` accepts.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Samples, as the user passed them.
        reset : bool
            Whether this is a new fit, which may set attributes.

        Returns
        -------
        array-like of shape (n_samples, ...)
            Samples that are not validated yet.
        """
        return X

    def validation_options(self, X):
        """Return further keyword arguments of ``validate_data``.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Samples, from `prepare`.

        Returns
        -------
        dict
            Keyword arguments, such as ``ensure_all_finite``.
        """
        return {}

    def reshape(self, X, estimator_name, *, reset):
        """Return validated X in the shape of the network's input.

        With ``reset=True`` set ``shape``. Otherwise a class that takes samples of
        several axes raises if their shape differs; the number of features of a table is
        already checked.

        Parameters
        ----------
        X : ndarray or MemmapArray of shape (n_samples, ...)
            Validated samples.
        estimator_name : str
            Name of the estimator's class, for error messages.
        reset : bool
            Whether this is a new fit.

        Returns
        -------
        ndarray or MemmapArray of shape (n_samples, *shape)
            Samples in the shape of the network's input.
        """
        if reset:
            self.shape = X.shape[1:]
        return X

    def fit(self, samples, seed):
        """Learn from the training samples and convert them.

        Parameters
        ----------
        samples : Samples
            Validated training samples, with the attributes ``X``, ``y``, ``weight`` and
            ``groups``.
        seed : int
            Seed of the fit.

        Returns
        -------
        ndarray or MemmapArray of shape (n_samples, *shape)
            Training samples as `transform` returns them.
        """
        self.seed = seed
        return samples.X

    def transform(self, X):
        """Return validated X in the form of the network's input.

        Parameters
        ----------
        X : ndarray or MemmapArray of shape (n_samples, *shape)
            Validated samples, from `check`.

        Returns
        -------
        ndarray or MemmapArray of shape (n_samples, *shape)
            Samples for the network.
        """
        return X

    def inverse_transform(self, X):
        """Return inputs of the network in the form of X in fit.

        Parameters
        ----------
        X : ndarray of shape (n_samples, *shape)
            Inputs of the network, such as those that a decoder reconstructs.

        Returns
        -------
        ndarray of shape (n_samples, ...)
            Samples in the shape of X in fit.
        """
        return X

    # ----- layers -----

    def preprocess(self, x):
        """Return the input of the backbone, given the input of the network.

        Parameters
        ----------
        x : KerasTensor of shape (batch, *shape)
            Input of the network.

        Returns
        -------
        KerasTensor of shape (batch, *shape)
            Standardised input, or ``x`` if ``normalize`` is None.
        """
        return x if self.normalize is None else normalization_layer()(x)
