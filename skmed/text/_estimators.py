"""The text estimators: TextClassifier, TextRegressor and TextEncoder."""

from skmed._keras.estimators.classifier import Classifier
from skmed._keras.estimators.encoder import Encoder
from skmed._keras.estimators.fitted import FittedAttribute
from skmed._keras.estimators.regressor import Regressor
from skmed._parameters import parameter_of

from ._base import Text


class TextClassifier(Classifier, Text):
    """Network that classifies notes.

    X is raw text, so that the vocabulary is learned in each fold of a cross-validation.
    A fitted model contains the words of its vocabulary, but no notes. With
    `partial_fit` the vocabulary is that of the first call.

    See Also
    --------
    TextRegressor : The same network for regression.
    TextEncoder : The same network for encoding.
    sklearn.feature_extraction.text.TfidfVectorizer : Features for a linear model, the
        usual baseline.

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


class TextRegressor(Regressor, Text):
    """Network that predicts numbers from notes.

    It predicts one or several targets per note, and counts with ``loss="poisson"``.

    See Also
    --------
    TextClassifier : The same network for classification.
    TextEncoder : The same network for encoding.

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


class TextEncoder(Encoder, Text):
    """Network that encodes notes as vectors.

    By default it is trained without labels: words of each note are dropped at random,
    and predicted from the code of the remaining ones (a continuous bag of words [1]_
    over the whole note). With `word_dropout=0` all words of the note are predicted.

    See Also
    --------
    TextClassifier : The same network for classification.
    sklearn.decomposition.TruncatedSVD : Linear codes of word counts.

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

    # subwords would reveal the dropped word
    subword_range: tuple[int, int] | None = parameter_of(
        Text, "subword_range", default=None
    )
    word_dropout: float = parameter_of(Text, "word_dropout", default=0.3)
    loss: str | None = parameter_of(
        Encoder,
        "loss",
        default=None,
        doc="""Loss that training minimises; None for the first of its objective.
        Reconstruction and classification: 'log_loss'; classification: 'focal'.
        Regression: 'squared_error', 'absolute_error', 'huber', 'poisson'.""",
    )

    # the order of words can't be reconstructed from a code
    _invertible = False

    decoder_ = FittedAttribute(
        "decoder",
        "keras.Model",
        "Model from codes to logits of `vocabulary_`; only with reconstruction.",
    )
