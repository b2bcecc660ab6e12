"""TextClassifier, TextRegressor and TextEncoder."""

from skmed._keras import keras
from skmed._keras.compat.precision import variable_dtype
from skmed._keras.data.reconstruction import InputTargets
from skmed._keras.estimators.classifier import ClassifierTask
from skmed._keras.estimators.encoder import EncoderTask
from skmed._keras.estimators.regressor import RegressorTask
from skmed._parameters import parameter_of

from . import _networks
from ._base import Text


class TextClassifier(ClassifierTask, Text):
    """Network that classifies notes.

    Notes go in as they are, so that words are chosen and counted inside each fold of
    a cross-validation. A fitted model holds the words that `min_df` leaves, and no
    notes. With `partial_fit` the first part says which words there are.

    See Also
    --------
    TextRegressor : The same network for numbers.
    TextEncoder : The same network for codes.
    sklearn.feature_extraction.text.TfidfVectorizer : Before a linear model, the
        baseline to beat.

    References
    ----------
    .. [1] A. Joulin, E. Grave, P. Bojanowski and T. Mikolov, "Bag of tricks for
       efficient text classification", EACL, 2017.
    .. [2] Y. Kim, "Convolutional neural networks for sentence classification", EMNLP,
       2014.

    Examples
    --------
    >>> from skmed.text import TextClassifier
    >>> notes = ["cough and fever", "chest pain at rest", "fever", "chest pain"] * 5
    >>> classifier = TextClassifier(epochs=2, random_state=0)
    >>> classifier.fit(notes, [0, 1, 0, 1] * 5).predict_proba(["no fever"]).shape
    (1, 2)
    """


class TextRegressor(RegressorTask, Text):
    """Network that predicts numbers from notes.

    One or several targets per note; counts with ``loss="poisson"``.

    See Also
    --------
    TextClassifier : The same network for classes.
    TextEncoder : The same network for codes.

    References
    ----------
    .. [1] A. Joulin, E. Grave, P. Bojanowski and T. Mikolov, "Bag of tricks for
       efficient text classification", EACL, 2017.

    Examples
    --------
    >>> from skmed.text import TextRegressor
    >>> notes = ["two days of fever", "a week of fever", "fever", "no fever"] * 5
    >>> regressor = TextRegressor(epochs=2, random_state=0)
    >>> regressor.fit(notes, [2.0, 7.0, 1.0, 0.0] * 5).predict(notes[:3]).shape
    (3,)
    """


class HeldOutWords(InputTargets):
    """Words of a row that the network didn't see.

    The network ends in how surprising they are, which is the loss itself.
    """

    kind = "held-out words"
    losses = ("cross_entropy",)

    def loss(self, name, dtype):
        """Return the mean over rows of what the network gives."""
        return super().loss("absolute_error", dtype)


class TextEncoder(EncoderTask, Text):
    """Network that turns notes into short codes.

    By default it learns without labels: words are left out of each note at random,
    and the code of what is left must tell them (a continuous bag of words over the
    whole note). With `word_dropout=0` it must tell the words that it sees.

    See Also
    --------
    TextClassifier : The same network for classes.
    sklearn.decomposition.TruncatedSVD : The linear code of counted words.

    References
    ----------
    .. [1] T. Mikolov, K. Chen, G. Corrado and J. Dean, "Efficient estimation of word
       representations in vector space", ICLR workshop, 2013.

    Examples
    --------
    >>> from skmed.text import TextEncoder
    >>> notes = ["cough and fever", "chest pain at rest", "fever", "chest pain"] * 5
    >>> encoder = TextEncoder(n_components=3, epochs=2, random_state=0)
    >>> encoder.fit_transform(notes).shape
    (20, 3)
    """

    # parts of a word would tell the word that was left out
    subword_range: tuple[int, int] | None = parameter_of(
        Text, "subword_range", default=None
    )
    word_dropout: float = parameter_of(Text, "word_dropout", default=0.3)
    loss: str | None = parameter_of(
        EncoderTask,
        "loss",
        default=None,
        doc="""What training minimises; None for the objective's usual loss.
        Reconstruction and classification: 'cross_entropy'; classification: 'focal'.
        Regression: 'squared_error', 'absolute_error', 'huber', 'poisson'.""",
    )

    _objectives = {**EncoderTask._objectives, "reconstruction": HeldOutWords}
    _attribute_docs = {
        "decoder_": (
            "keras.Model",
            "From codes to logits of the words of `vocabulary_`; only with "
            "reconstruction.",
        )
    }

    @property
    def _leaves_room(self):
        # the decoder has a number for each word and no more
        return self.objective != "reconstruction"

    def _rebuild(self, code, items):
        dtype = variable_dtype(self.precision)
        n_words = self._indexer.n_words_
        decoder_input = keras.Input((self.n_components,), dtype=code.dtype)
        scores = keras.layers.Dense(n_words, dtype=dtype)(decoder_input)
        decoder = keras.Model(decoder_input, scores, name="decoder")
        loss = _networks.held_out_loss(decoder(code), self._words(items))
        return keras.layers.Identity(dtype=dtype, name="output")(loss)
