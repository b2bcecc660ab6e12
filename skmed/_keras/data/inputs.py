"""Inputs: what a family does with X before the network sees it."""

import numpy as np
from sklearn.utils.validation import validate_data

from skmed._keras.compat.global_state import variable_dtype
from skmed._validation.arrays import check_numeric_dtype
from skmed._validation.memory_maps import check_memmap, is_large_memmap
from skmed._validation.messages import translate_errors

from .normalization import normalization_layer

# these stay as they are in memory and are cast batch by batch
_SMALL_DTYPES = [np.uint8, np.int8, np.uint16, np.int16, np.float16]

NORMALIZE_DOC = """Standardise each channel with the mean and variance of the training
    samples, learned inside fit and part of `model_`; None to leave X as it is."""


class Inputs:
    """Numeric arrays as the input of a network.

    This class takes a table of shape (n_samples, n_features). A family with other
    inputs overrides what differs, mostly `prepare` and `reshape`.

    Parameters
    ----------
    precision : {"float32", "float64", "mixed"}
        The estimator's.
    normalize : {"channel"} or None
        Whether the network standardises its input channels.

    Attributes
    ----------
    name : str
        Name of the network's input.
    shape : tuple of int or None
        Shape of one sample as the network takes it, known after ``reshape`` with
        ``reset=True``. None is an open axis.
    dtype : str
        Dtype of the network's input.
    seed : int
        Seed of the fit, known after ``fit``.
    """

    name = "input"
    shape = None

    def __init__(self, precision="float32", normalize="channel"):
        self.dtype = variable_dtype(precision)
        self.normalize = normalize

    # ----- arrays -----

    def check(self, estimator, X, y="no_validation", *, reset):
        """Check X, and y beside it, as scikit-learn does.

        Parameters
        ----------
        estimator : estimator
            On which number and names of features are recorded or compared.
        X : array-like of shape (n_samples, ...)
            What the user gave.
        y : ndarray, None or "no_validation"
            Checked targets; None raises, as in scikit-learn.
        reset : bool
            Whether this is a new fit.

        Returns
        -------
        X : ndarray or MemmapArray of shape (n_samples, *shape)
            Checked inputs.
        y : ndarray or None
            Checked targets.
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

        With ``reset=True`` set ``shape``, else raise if it differs.
        """
        if reset:
            self.shape = X.shape[1:]
        return X

    def fit(self, samples, seed):
        """Learn from the training samples; return their inputs for the network."""
        self.seed = seed
        return samples.X

    def transform(self, X):
        """Return checked X as the network takes it."""
        return X

    def inverse_transform(self, X):
        """Return inputs of the network in the form of the X given to fit."""
        return X

    # ----- layers -----

    def preprocess(self, x):
        """Return what the backbone gets, from the network's input tensor."""
        return x if self.normalize is None else normalization_layer()(x)
