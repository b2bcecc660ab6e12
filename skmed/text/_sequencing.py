"""The parameters of everything that turns notes into numbers."""

from collections.abc import Callable
from numbers import Integral

from sklearn.utils._param_validation import Interval, RealNotInt, StrOptions

from skmed._parameters import ListOf, Parameterized, parameter

_DF = (
    Interval(Integral, 1, None, closed="left"),
    Interval(RealNotInt, 0.0, 1.0, closed="both"),
)


class Sequencing(Parameterized):
    """The parameters of everything that turns notes into numbers."""

    tokenizer: Callable | None = parameter(
        "callable or None",
        "From a note to its words, `str -> list of str`. None is `NLTKTokenizer()`.",
        callable,
        None,
        default=None,
    )
    vocab_size: int | None = parameter(
        "int or None",
        """The most words to know, those in the most notes (or patients). None knows
        all that `min_df` and `max_df` leave.""",
        Interval(Integral, 1, None, closed="left"),
        None,
        default=20_000,
    )
    min_df: int | float = parameter(
        "int or float",
        """A word is known if at least so many notes have it; a float is the part of
        all notes. Notes count by their weight; where `groups` are given, patients are
        counted instead, whatever their weights. See **Privacy** above.""",
        *_DF,
        default=2,
    )
    max_df: int | float = parameter(
        "int or float",
        "A word is known if at most so many notes have it; counted as `min_df` is.",
        *_DF,
        default=1.0,
    )
    max_length: int | None = parameter(
        "int or None",
        """The most words of a note that are used. None is the length of the longest
        note in fit.""",
        Interval(Integral, 1, None, closed="left"),
        None,
        default=None,
    )
    truncation: str = parameter(
        "{'post', 'pre'}",
        """Where words are cut off a note that is too long, as in Keras: 'post' cuts
        its end off and keeps the beginning, 'pre' keeps the end.""",
        StrOptions({"post", "pre"}),
        default="post",
    )
    ngram_range: tuple[int, int] = parameter(
        "tuple (1, int)",
        """How many neighbouring words are an item of their own: (1, 2) adds pairs,
        (1, 3) triples too. They follow the words of a row, and share `n_hash`
        numbers.""",
        ListOf(Interval(Integral, 1, None, closed="left"), 2, 2),
        default=(1, 1),
    )
    subword_range: tuple[int, int] | None = parameter(
        "tuple (int, int) or None",
        """Whether parts of words are items of their own: (3, 5) adds the three to five
        neighbouring characters of each word, with its beginning and end marked
        (Bojanowski et al., 2017). So a word that is not known, such as a new drug,
        still says something by its ending. They come last in a row, and share `n_hash`
        numbers of their own.""",
        ListOf(Interval(Integral, 1, None, closed="left"), 2, 2),
        None,
        default=None,
    )
    n_hash: int = parameter(
        "int",
        """How many numbers neighbouring words share, and parts of words, by a hash that
        never changes.""",
        Interval(Integral, 1, None, closed="left"),
        default=10_000,
    )
