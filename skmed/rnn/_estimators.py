"""RNNClassifier, RNNRegressor and RNNEncoder."""

from sklearn.utils.validation import check_is_fitted

from skmed._keras.compat.naming import fresh_names
from skmed._keras.compat.precision import layer_dtype, variable_dtype
from skmed._keras.estimators.classifier import ClassifierTask
from skmed._keras.estimators.encoder import EncoderTask
from skmed._keras.estimators.regressor import RegressorTask
from skmed._keras.graphs.padding import lengths_of

from . import _networks
from ._base import RNN
from ._relatives import by_step
from ._stream import Stream, check_streams


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
