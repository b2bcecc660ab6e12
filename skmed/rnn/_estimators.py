"""RNNClassifier, RNNRegressor and RNNEncoder."""

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skmed._keras.estimators.classifier import Classifier
from skmed._keras.estimators.encoder import Encoder
from skmed._keras.estimators.prediction import run_network
from skmed._keras.estimators.regressor import Regressor
from skmed._keras.graphs.padding import sequence_lengths

from ._base import RNN
from ._derived_networks import stepwise_network
from ._stream import Stream, check_streams


class RNNClassifier(Classifier, RNN):
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

    def stream(self, n_sequences=1) -> Stream:
        """Classify sequences whose samples arrive one after the other.

        A state of fixed size is kept between samples, so that the time per sample does
        not grow. The probabilities after the last sample are those of
        ``predict_proba``.

        Parameters
        ----------
        n_sequences : int, default=1
            Number of sequences (patients).

        Returns
        -------
        Stream
            Its ``update`` adds samples and returns probabilities. Fitting again has no
            effect on it.

        Raises
        ------
        ValueError
            If a prediction needs later samples: with ``bidirectional=True``,
            ``filters`` or ``pooling="attention"``.
        """
        check_is_fitted(self)
        check_streams(self)
        return Stream(self, n_sequences)


class RNNRegressor(Regressor, RNN):
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


class RNNEncoder(Encoder, RNN):
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

    def transform_steps(self, X) -> list[np.ndarray]:
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
            One for each sequence. With `filters` a step stands for as many as
            were pooled.
        """
        fitted, X = self._prepare(X)
        codes = run_network(stepwise_network(self), X)
        lengths = sequence_lengths(X[:], fitted.inputs.dtype)
        for _ in self.filters:
            lengths = -(-lengths // self._sizes().pool_size)
        return [code[:length] for code, length in zip(codes, lengths)]
