"""Parameters of all estimators that convert notes to token ids."""

from collections.abc import Callable
from numbers import Integral

from sklearn.utils._param_validation import Interval, RealNotInt, StrOptions

from skmed._parameters import ListOf, Parameterized, parameter

_DOCUMENT_FREQUENCY = (
    Interval(Integral, 1, None, closed="left"),
    Interval(RealNotInt, 0.0, 1.0, closed="both"),
)


class IndexingParameters(Parameterized):
    """Parameters of all estimators that convert notes to token ids."""

    tokenizer: Callable | None = parameter(
        "callable or None",
        """Function from a note to the list of its words, ``str -> list of str``. None
        for ``NLTKTokenizer()``.""",
        callable,
        None,
        default=None,
    )
    max_features: int | None = parameter(
        "int or None",
        """Maximum size of the vocabulary: the words in the most notes (or patients)
        are kept. None keeps all words within `min_df` and `max_df`.""",
        Interval(Integral, 1, None, closed="left"),
        None,
        default=20_000,
    )
    min_df: int | float = parameter(
        "int or float",
        """Minimum document frequency of the words in the vocabulary: a number of
        notes, or a float for a fraction of all notes. Notes count by their weights; if
        `groups` are given, patients are counted instead, whatever the weights. With
        1, words that only one note has, which may be names or addresses, are stored in
        the fitted estimator.""",
        *_DOCUMENT_FREQUENCY,
        default=2,
    )
    max_df: int | float = parameter(
        "int or float",
        """Maximum document frequency of the words in the vocabulary, counted as for
        `min_df`.""",
        *_DOCUMENT_FREQUENCY,
        default=1.0,
    )
    max_length: int | None = parameter(
        "int or None",
        """Maximum number of words of a note that are used. None for the length of the
        longest note in fit.""",
        Interval(Integral, 1, None, closed="left"),
        None,
        default=None,
    )
    truncation: str = parameter(
        "{'post', 'pre'}",
        """Where notes longer than `max_length` are truncated, as in Keras: 'post' at
        the end, 'pre' at the beginning.""",
        StrOptions({"post", "pre"}),
        default="post",
    )
    ngram_range: tuple[int, int] = parameter(
        "tuple (1, int)",
        """Lengths of the n-grams of words that get ids: (1, 1) for words only, (1, 2)
        for words and pairs, (1, 3) for triples too. N-grams are hashed to `n_hash`
        ids, and follow the words of a note.""",
        ListOf(Interval(Integral, 1, None, closed="left"), 2, 2),
        default=(1, 1),
    )
    subword_range: tuple[int, int] | None = parameter(
        "tuple (int, int) or None",
        """Numbers of characters of the subwords that get ids (Bojanowski et al.,
        2017): (3, 5) for the character n-grams of three to five characters of each
        word, with its beginning and end marked. So an unknown word, such as a new
        drug, is represented by its subwords. They are hashed to `n_hash` ids of their
        own, and follow the n-grams of a note. None for no subwords.""",
        ListOf(Interval(Integral, 1, None, closed="left"), 2, 2),
        None,
        default=None,
    )
    n_hash: int = parameter(
        "int",
        """Number of ids that n-grams are hashed to, and number of ids that subwords
        are hashed to. The hash function is the same in all processes.""",
        Interval(Integral, 1, None, closed="left"),
        default=10_000,
    )
