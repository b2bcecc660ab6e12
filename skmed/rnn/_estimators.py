"""RNNClassifier, RNNRegressor and RNNEncoder."""

import dataclasses
from numbers import Integral, Real

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from .._keras._classifier_task import ClassifierTask
from .._keras._encoder_task import EncoderTask
from .._keras._estimator import KerasEstimator
from .._keras._naming import fresh_names
from .._keras._padding import PADDED, lengths_of
from .._keras._precision import layer_dtype, variable_dtype
from .._keras._regressor_task import RegressorTask
from .._keras._stored import StoredArray
from .._parameters import ListOf, parameter
from . import _networks
from ._relatives import by_step
from ._sequences import cut, handle_missing, is_ragged, pad
from ._stream import Stream, check_streams

_SIZE = Interval(Integral, 1, None, closed="left")


class RNN(KerasEstimator):
    """What the three recurrent estimators share."""

    cell: str = parameter(
        "lstm",
        "{'lstm', 'gru'}",
        """Long short-term memory (Hochreiter & Schmidhuber, 1997) or gated recurrent
        units (Cho et al., 2014).""",
        StrOptions(set(_networks.CELLS)),
    )
    units: tuple = parameter(
        (64,),
        "tuple of int",
        "Units of each recurrent layer; as many layers as numbers.",
        ListOf(_SIZE, 1),
    )
    bidirectional: bool = parameter(
        False,
        "bool",
        "Read each sequence backwards too (Schuster & Paliwal, 1997).",
        "boolean",
    )
    pooling: str = parameter(
        "last",
        "{'last', 'mean', 'max', 'attention'}",
        """How the outputs of all steps become one row: that of the last step, their
        mean or maximum, or a mean with weights that the network learns (Ilse et al.,
        2018).""",
        StrOptions(set(_networks.POOLINGS)),
    )
    dropout: float = parameter(
        0.0,
        "float",
        "Part of the outputs of each recurrent layer left out at random in training.",
        Interval(Real, 0, 1, closed="left"),
    )
    conv_filters: tuple = parameter(
        (),
        "tuple of int",
        """Filters of each convolution before the recurrent layers, which shorten long
        signals; ``()`` for none.""",
        ListOf(_SIZE),
    )
    kernel_size: int = parameter(5, "int", "Width of these convolutions.", _SIZE)
    pool_size: int = parameter(
        2,
        "int",
        "By how much max-pooling after each of them shortens a sequence.",
        _SIZE,
    )
    missing: str = parameter(
        "error",
        "{'error', 'mask', 'forward_fill'}",
        """What to do with NaN within a sequence. 'error' refuses it. 'mask' skips steps
        without any value, and counts a single missing value as the channel's mean (as
        zero with ``normalize=None``). 'forward_fill' repeats a channel's last value,
        and does the same as 'mask' with what is missing before the first. NaN in all
        channels of the last steps is padding, except in X of two axes, which may have
        NaN only where this parameter allows it.""",
        StrOptions({"error", "mask", "forward_fill"}),
    )
    max_length: int | None = parameter(
        None,
        "int or None",
        "Steps of a sequence that are read; what is longer is cut, with a warning.",
        _SIZE,
        None,
    )

    _attribute_docs = {
        "n_features_in_": (
            "int",
            """Length of the second axis of X of shape ``(n, length)``; else the
            number of channels.""",
        ),
    }

    _input_name = PADDED

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = self.missing != "error"
        return tags

    # ----- rows -----

    def _before_validation(self, X, *, reset):
        """Pad sequences of unequal length."""
        if is_ragged(X):
            return pad(X, variable_dtype(self.precision))
        if not hasattr(X, "shape"):
            X = np.asarray(X)
        shape = X.shape
        if shape == (0,):
            return np.zeros((0, 1))
        if len(shape) > 3:
            raise ValueError(
                f"X has {len(shape)} axes; sequences must have shape (n, length) or (n,"
                " length, channels), or be a list of arrays (length, channels)."
            )
        if len(shape) == 3 and 0 in shape[1:]:
            raise ValueError(f"X of shape {shape} has empty sequences; leave them out.")
        if not reset and len(shape) == 2 and not self._is_table:
            # one channel, whose lengths are open
            return np.asarray(X)[..., np.newaxis]
        return X

    def _validation_options(self, X):
        gaps = len(X.shape) == 3 or self.missing != "error"
        return {
            # a table has a fixed number of columns, sequences have none
            "ensure_2d": len(X.shape) != 3,
            "ensure_all_finite": "allow-nan" if gaps else True,
        }

    def _shape(self, X, *, reset):
        """Return X as ``(n, length, channels)``, padded with NaN."""
        is_table = X.ndim == 2
        if is_table:
            X = X.reshape(*X.shape, 1)
        n_channels = X.shape[2]
        if not reset and n_channels != self._input_shape[1]:
            raise ValueError(
                f"X has sequences of {n_channels} channel(s), but "
                f"{type(self).__name__} was fitted on {self._input_shape[1]}."
            )
        X = self._check_sequences(X)
        if reset:
            if X.shape[1] == 1:
                raise ValueError(
                    "X has sequences of one step only (n_features=1), from which "
                    "nothing can be learned over time; give longer ones."
                )
            self._is_table = is_table
            self._input_shape = (None, n_channels)
            self._longest = X.shape[1]
            if not is_table:
                self.n_features_in_ = n_channels
        return X

    def _check_sequences(self, X):
        if isinstance(X, StoredArray):
            if self.max_length is not None and X.shape[1] > self.max_length:
                raise ValueError(
                    f"X in a file has {X.shape[1]} steps, more than max_length="
                    f"{self.max_length}; pass X[:, :{self.max_length}]."
                )
            return X
        lengths = lengths_of(X, "float32")
        X = cut(X, self.max_length, lengths)
        return handle_missing(X, self.missing, np.minimum(lengths, X.shape[1]))

    def _unshape(self, X):
        """Return sequences in the form in which fit was given X."""
        return X[..., 0] if self._is_table else X

    # ----- networks -----

    def _sizes(self):
        names = (field.name for field in dataclasses.fields(_networks.Sizes))
        sizes = {name: getattr(self, name) for name in names}
        return _networks.Sizes(**sizes)

    def _features(self, inputs):
        return _networks.encode(inputs, self._sizes(), self.pooling)


class RNNClassifier(ClassifierTask, RNN):
    """Recurrent network that classifies sequences of any length.

    X is an array of shape ``(n, length)`` or ``(n, length, channels)``, or a list of
    arrays of shape ``(length_i, channels)`` or ``(length_i,)``. How long the others are
    doesn't change what is predicted for a sequence.

    See Also
    --------
    RNNRegressor : The same network for numbers.
    RNNEncoder : The same network for codes.
    skmed.cnn.CNNClassifier : Features by place, for signals of one length.

    References
    ----------
    .. [1] S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural
       Computation, 1997.
    .. [2] K. Cho et al., "Learning phrase representations using RNN encoder-decoder
       for statistical machine translation", EMNLP, 2014.

    Examples
    --------
    >>> import numpy as np
    >>> from skmed.rnn import RNNClassifier
    >>> rng = np.random.default_rng(0)
    >>> X = [rng.normal(size=(length, 2)) for length in (20, 7, 12, 9)]
    >>> classifier = RNNClassifier(units=(4,), epochs=2, random_state=0)
    >>> classifier.fit(X, ["walk", "rest", "walk", "rest"]).predict_proba(X[:3]).shape
    (3, 2)

    A monitor adds samples as they come:

    >>> stream = classifier.stream()
    >>> for sample in X[0]:
    ...     probabilities = stream.update(sample)
    >>> probabilities.shape
    (1, 2)
    """

    def stream(self, n_sequences=1):
        """Begin to classify sequences whose samples arrive one after the other.

        What came before is carried along as a state of fixed size, so that a new
        sample costs the same after an hour as after a second. When a sequence has
        arrived as a whole, its probabilities are those of ``predict_proba``.

        Parameters
        ----------
        n_sequences : int, default=1
            Sequences (patients) that are followed at once.

        Returns
        -------
        Stream
            Its ``update`` takes new samples and returns probabilities. Fitting again
            doesn't change it.

        Raises
        ------
        ValueError
            Where an answer needs later samples: with ``bidirectional=True``,
            ``conv_filters`` or ``pooling="attention"``.
        """
        check_is_fitted(self)
        check_streams(self)
        return Stream(self, n_sequences)


class RNNRegressor(RegressorTask, RNN):
    """Recurrent network that predicts numbers from sequences of any length.

    One or several targets per sequence; counts with ``loss="poisson"``. X is as for
    :class:`RNNClassifier`.

    See Also
    --------
    RNNClassifier : The same network for classes.
    RNNEncoder : The same network for codes.

    References
    ----------
    .. [1] S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural
       Computation, 1997.

    Examples
    --------
    >>> import numpy as np
    >>> from skmed.rnn import RNNRegressor
    >>> rng = np.random.default_rng(0)
    >>> X = [rng.normal(size=(length, 2)) for length in (20, 7, 12, 9)]
    >>> regressor = RNNRegressor(units=(4,), epochs=2, random_state=0)
    >>> regressor.fit(X, [2.0, 0.7, 1.2, 0.9]).predict(X[:3]).shape
    (3,)
    """


class RNNEncoder(EncoderTask, RNN):
    """Recurrent network that turns sequences of any length into short codes.

    By default an autoencoder [1]_: the code is what a second recurrent network needs to
    rebuild the sequence; missing values and padding don't count. X is as for
    :class:`RNNClassifier`. A supervised code, learned to predict y, is optimistic for
    the rows that it was trained on; put the encoder into a Pipeline, so that what
    follows is judged on rows that the encoder hasn't seen.

    See Also
    --------
    RNNClassifier : The same network for classes.
    skmed.cnn.CNNEncoder : Codes of signals of one length.

    References
    ----------
    .. [1] N. Srivastava, E. Mansimov and R. Salakhutdinov, "Unsupervised learning of
       video representations using LSTMs", ICML, 2015.

    Examples
    --------
    >>> import numpy as np
    >>> from skmed.rnn import RNNEncoder
    >>> rng = np.random.default_rng(0)
    >>> X = [rng.normal(size=(length, 2)) for length in (20, 7, 12, 9)]
    >>> encoder = RNNEncoder(n_components=3, units=(4,), epochs=2, random_state=0)
    >>> encoder.fit_transform(X).shape
    (4, 3)
    >>> [codes.shape for codes in encoder.transform_steps(X[:2])]
    [(20, 3), (7, 3)]
    """

    def transform_steps(self, X):
        """Encode every step of each sequence.

        A step's code is the one that ``transform`` would give if its features were
        those of the whole sequence; with ``pooling="last"`` and no backward reading it
        is the code of the sequence up to that step.

        Parameters
        ----------
        X : array-like or list of array-like
            Rows, as for ``fit``.

        Returns
        -------
        list of ndarray of shape (n_steps_i, n_components)
            One for each sequence. With `conv_filters` a step stands for as many as
            were pooled.
        """
        check_is_fitted(self)
        X, _ = self._check_X(X, reset=False)
        codes = self._run(by_step(self), X)
        lengths = lengths_of(X[:], variable_dtype(self.precision))
        for _ in self.conv_filters:
            lengths = -(-lengths // self.pool_size)
        return [code[:length] for code, length in zip(codes, lengths)]

    # ----- the way back -----

    def _loss(self):
        if self.objective != "reconstruction":
            return super()._loss()
        # the network itself ends in the loss of each row
        dtype = variable_dtype(self.precision)
        return self._targets.loss("absolute_error", dtype)

    def _rebuild(self, code, normalized):
        n_channels = normalized.shape[-1]
        decoder = _networks.decoder(
            self.n_components, self._sizes(), n_channels, normalized.dtype
        )
        rebuilt = decoder(_networks.repeated(code, normalized))
        return _networks.mean_loss(
            normalized, rebuilt, self._loss_name(), variable_dtype(self.precision)
        )

    def _decoder(self, layer):
        with layer_dtype(self.precision), fresh_names():
            return _networks.decoder_of_length(layer, self._longest)
