"""The recurrent estimators: RNNClassifier, RNNRegressor and RNNEncoder."""

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
    arrays of shape ``(length_i, channels)`` or ``(length_i,)``. The prediction for a
    sequence doesn't depend on the lengths of the others.

    See Also
    --------
    RNNRegressor : The same network for regression.
    RNNEncoder : The same network for encoding.
    skmed.cnn.CNNClassifier : Convolutional network for signals of equal length.

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

    Classify a signal while it is recorded:

    >>> stream = classifier.stream()
    >>> for sample in X[0]:
    ...     probabilities = stream.update(sample)
    >>> probabilities.shape
    (1, 2)
    """

    def stream(self, n_sequences=1) -> Stream:
        """Classify sequences while they are recorded.

        A state of fixed size is kept between time steps, so that the time per step does
        not grow. The probabilities after the last time step are those of
        ``predict_proba``.

        Parameters
        ----------
        n_sequences : int, default=1
            Number of sequences, such as patients.

        Returns
        -------
        Stream
            Its method ``update`` adds time steps and returns probabilities. Another
            fit doesn't change it.

        Raises
        ------
        ValueError
            If the network can't be evaluated step by step: with
            ``bidirectional=True``, ``filters``, ``pooling="attention"`` or
            ``max_length``.
        """
        check_is_fitted(self)
        check_streams(self)
        return Stream(self, n_sequences)


class RNNRegressor(Regressor, RNN):
    """Recurrent network that predicts numbers from sequences of any length.

    It predicts one or several targets per sequence, and counts with
    ``loss="poisson"``. X is as for :class:`RNNClassifier`.

    See Also
    --------
    RNNClassifier : The same network for classification.
    RNNEncoder : The same network for encoding.

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
    """Recurrent network that encodes sequences of any length as vectors.

    By default it is an autoencoder [1]_, whose recurrent decoder reconstructs the
    sequence from the code; its loss ignores missing values and padding. X is as for
    :class:`RNNClassifier`. Codes of a supervised encoder, which is trained to predict
    y, are more accurate for the samples that it was trained on; use it in a Pipeline,
    so that cross-validation evaluates codes of samples that the encoder was not trained
    on.

    See Also
    --------
    RNNClassifier : The same network for classification.
    skmed.cnn.CNNEncoder : Convolutional network for signals of equal length.

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
        """Encode each time step of each sequence.

        The code of a time step is computed from the output of the recurrent layers at
        that step, without pooling. With ``pooling="last"`` and ``bidirectional=False``
        it is the code of the sequence up to that step.

        Parameters
        ----------
        X : array-like or list of array-like
            Samples, as for ``fit``.

        Returns
        -------
        list of ndarray of shape (n_steps_i, n_components)
            Codes of each sequence. With `filters` they are those of pooled time steps.
        """
        fitted, X = self._prepare(X)
        codes = run_network(stepwise_network(self), X)
        lengths = sequence_lengths(X[:], fitted.inputs.dtype)
        for _ in self.filters:
            lengths = -(-lengths // self._sizes().pool_size)
        return [code[:length] for code, length in zip(codes, lengths)]
