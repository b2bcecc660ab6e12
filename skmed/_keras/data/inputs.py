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

    This class takes a table of shape (n_samples, n_features). Families with other
    inputs override its methods, in most cases `prepare` and `reshape`.

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
        """Return X in a form that scikit-learn's ``validate_data`` accepts."""
        return X

    def validation_options(self, X):
        """Return further keyword arguments of ``validate_data``."""
        return {}

    def reshape(self, X, estimator_name, *, reset):
        """Return validated X in the shape of the network's input.

        With ``reset=True`` set ``shape``; otherwise raise if it differs.
        """
        if reset:
            self.shape = X.shape[1:]
        return X

    def fit(self, samples, seed):
        """Learn from the training samples; return their inputs for the network."""
        self.seed = seed
        return samples.X

    def transform(self, X):
        """Return validated X in the form of the network's input."""
        return X

    def inverse_transform(self, X):
        """Return inputs of the network in the form of X in fit."""
        return X

    # ----- layers -----

    def preprocess(self, x):
        """Return the input of the backbone, given the network's input tensor."""
        return x if self.normalize is None else normalization_layer()(x)
