"""TokenSequencer: notes as rows of numbers."""

from collections.abc import Callable
from itertools import repeat
from numbers import Integral

import numpy as np
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    _fit_context,
    clone,
)
from sklearn.utils._param_validation import Interval, RealNotInt, StrOptions
from sklearn.utils.validation import check_is_fitted

from skmed._parameters import ListOf, Parameterized, parameter
from skmed._samples import check_groups, check_weights
from skmed._unharmed import unharmed
from skmed.text._ngrams import ngram_buckets, subword_buckets
from skmed.text._notes import TakesNotes, check_notes, without_words
from skmed.text._tokenizer import NLTKTokenizer
from skmed.text._vocabulary import count_documents, prune

PADDING, UNKNOWN, FIRST_WORD = 0, 1, 2
_UNKNOWN_WORD = "[UNK]"
_DF = (
    Interval(Integral, 1, None, closed="left"),
    Interval(RealNotInt, 0.0, 1.0, closed="both"),
)


class Sequencing(Parameterized):
    """The parameters of everything that turns notes into numbers."""

    tokenizer: Callable | None = parameter(
        None,
        "callable or None",
        "From a note to its words, `str -> list of str`. None is `NLTKTokenizer()`.",
        callable,
        None,
    )
    vocab_size: int | None = parameter(
        20_000,
        "int or None",
        """The most words to know, those in the most notes (or patients). None knows
        all that `min_df` and `max_df` leave.""",
        Interval(Integral, 1, None, closed="left"),
        None,
    )
    min_df: int | float = parameter(
        2,
        "int or float",
        """A word is known if at least so many notes have it; a float is the part of
        all notes. Notes count by their weight; where `groups` are given, patients are
        counted instead, whatever their weights. See **Privacy** above.""",
        *_DF,
    )
    max_df: int | float = parameter(
        1.0,
        "int or float",
        "A word is known if at most so many notes have it; counted as `min_df` is.",
        *_DF,
    )
    max_length: int | None = parameter(
        None,
        "int or None",
        """The most words of a note that are used. None is the length of the longest
        note in fit.""",
        Interval(Integral, 1, None, closed="left"),
        None,
    )
    truncation: str = parameter(
        "post",
        "{'post', 'pre'}",
        """Where words are cut off a note that is too long, as in Keras: 'post' cuts
        its end off and keeps the beginning, 'pre' keeps the end.""",
        StrOptions({"post", "pre"}),
    )
    ngram_range: tuple[int, int] = parameter(
        (1, 1),
        "tuple (1, int)",
        """How many neighbouring words are an item of their own: (1, 2) adds pairs,
        (1, 3) triples too. They follow the words of a row, and share `n_hash`
        numbers.""",
        ListOf(Interval(Integral, 1, None, closed="left"), 2, 2),
    )
    subword_range: tuple[int, int] | None = parameter(
        None,
        "tuple (int, int) or None",
        """Whether parts of words are items of their own: (3, 5) adds the three to five
        neighbouring characters of each word, with its beginning and end marked
        (Bojanowski et al., 2017). So a word that is not known, such as a new drug,
        still says something by its ending. They come last in a row, and share `n_hash`
        numbers of their own.""",
        ListOf(Interval(Integral, 1, None, closed="left"), 2, 2),
        None,
    )
    n_hash: int = parameter(
        10_000,
        "int",
        """How many numbers neighbouring words share, and parts of words, by a hash that
        never changes.""",
        Interval(Integral, 1, None, closed="left"),
    )


class TokenSequencer(
    Sequencing,
    TakesNotes,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    BaseEstimator,
):
    """Notes as rows of numbers, one for each word, of equal length.

    0 pads a row at its end, 1 is a word that is not known, and words begin with 2.
    With `ngram_range`, the numbers of neighbouring words come after those of words.

    **Privacy.** A fitted sequencer, and a model that has one, holds its vocabulary and
    no other text. A word of one note alone tells little about other patients and may
    be a name, an address or a number of this one, so `min_df=2` leaves it out. That
    lowers the risk and does not remove it: a name that several notes have, those of one
    patient or those that a doctor signs, is kept. Give `groups`, so that patients are
    counted rather than their notes, raise `min_df`, remove names before, and read
    `vocabulary_` before a model is handed on.

    See Also
    --------
    NLTKTokenizer : The default tokenizer.
    sklearn.feature_extraction.text.TfidfVectorizer : Counts of words, without order.

    References
    ----------
    Joulin, Grave, Bojanowski & Mikolov (2017). "Bag of Tricks for Efficient Text
    Classification", *EACL* (hashed neighbours).

    Examples
    --------
    >>> from skmed.text import TokenSequencer
    >>> notes = ["no chest pain", "chest pain at rest", "pain at night"]
    >>> sequencer = TokenSequencer().fit(notes)
    >>> sequencer.transform(notes).shape
    (3, 4)
    >>> sequencer.inverse_transform(sequencer.transform(["chest pain today"]))
    [['chest', 'pain', '[UNK]']]
    """

    _attribute_docs = {
        "vocabulary_": (
            "dict of str to int",
            "The number of each known word, the most frequent first, from 2.",
        ),
        "n_ids_": (
            "int",
            "How many numbers there are, padding, unknown and buckets of neighbours "
            "among them: the rows of an embedding.",
        ),
        "n_words_": (
            "int",
            "How many of them are padding, unknown and words; neighbours come after.",
        ),
        "length_": ("int", "How many words of a note are used at most."),
        "tokenizer_": ("callable", "What cuts notes into words."),
        "n_features_in_": ("int", "1, the column of notes."),
        "feature_names_in_": (
            "ndarray of shape (1,)",
            "The name of that column, where X was a table.",
        ),
    }

    # patients are counted by default wherever groups are routed
    __metadata_request__fit = {"groups": True}

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.transformer_tags.preserves_dtype = []  # text in, int32 out
        return tags

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None, sample_weight=None, groups=None):
        """Learn which words there are.

        Parameters
        ----------
        X : list, array or Series of str, or table of one column
            Notes.
        y : Ignored
            Not used; a Pipeline passes it.
        sample_weight : array-like of shape (n_samples,), default=None
            How often each note counts; one of weight 0 is left out.
        groups : array-like of shape (n_samples,), default=None
            The patient of each note. `min_df` and `max_df` then count patients.

        Returns
        -------
        object
            The fitted sequencer itself.
        """
        with unharmed(self):
            notes = check_notes(self, X, reset=True)
            weight = check_weights(sample_weight, notes)
            groups = check_groups(groups, notes)
            present = np.arange(len(notes))
            if weight is not None:
                present = present[weight > 0]
                weight = weight[present]
            notes = without_words([notes[i] for i in present], self.empty)
            self.learn(notes, weight, None if groups is None else groups[present])
            self._width = self._longest_row(notes)
        return self

    def learn(self, notes, weight, groups):
        """Learn which words there are, from notes that are checked.

        Parameters
        ----------
        notes : sequence of str
            All of them count.
        weight : ndarray of shape (n_notes,) or None
            Above zero.
        groups : ndarray of shape (n_notes,) or None
            Patients.
        """
        if self.ngram_range[0] != 1 or self.ngram_range[1] < 1:
            raise ValueError(
                f"ngram_range must begin with 1, since words always have numbers; "
                f"got {self.ngram_range}."
            )
        if self.subword_range is not None and np.diff(self.subword_range)[0] < 0:
            raise ValueError(
                f"subword_range must be (shortest, longest); got {self.subword_range}."
            )
        if groups is not None:
            order = np.argsort(groups, kind="stable")
            groups, notes = groups[order], [notes[i] for i in order]
            weight = None if weight is None else weight[order]
        self.tokenizer_ = (
            NLTKTokenizer()
            if self.tokenizer is None
            else clone(self.tokenizer, safe=False)
        )
        longest = 1

        def words():
            nonlocal longest
            for note in notes:
                found = self._words(note)
                longest = max(longest, len(found))
                yield found

        counts, total = count_documents(words(), weight, groups)
        self._refuse_other(counts)
        chosen = prune(counts, total, self.min_df, self.max_df, self.vocab_size)
        self.vocabulary_ = {w: i for i, w in enumerate(chosen, FIRST_WORD)}
        self.n_words_ = FIRST_WORD + len(chosen)
        n_pairs = self.n_hash if self.ngram_range[1] > 1 else 0
        n_subwords = 0 if self.subword_range is None else self.n_hash
        self.n_ids_ = self.n_words_ + n_pairs + n_subwords
        self.length_ = self.max_length or longest

    def transform(self, X):
        """Turn notes into numbers.

        Parameters
        ----------
        X : list, array or Series of str, or table of one column
            Notes.

        Returns
        -------
        ndarray of int32, shape (n_samples, n_columns)
            A row for each note: its words, then its neighbouring words, then zeros.
        """
        check_is_fitted(self)
        notes = without_words(check_notes(self, X, reset=False), self.empty)
        return padded([self.numbers(note) for note in notes], self._n_features_out)

    def inverse_transform(self, X):
        """Turn numbers back into words.

        Parameters
        ----------
        X : array-like of int, shape (n_samples, n_columns)
            Rows as `transform` makes them.

        Returns
        -------
        list of list of str
            The words of each row, "[UNK]" for those that are not known; padding and
            numbers of neighbouring words are left out.
        """
        check_is_fitted(self)
        X = np.asarray(X)
        if X.ndim != 2 or X.dtype.kind not in "iu":
            raise ValueError(
                f"X must hold numbers that transform made, an array of int of two "
                f"axes; got {X.dtype} of shape {X.shape}."
            )
        if X.size and not (X.min() >= 0 and X.max() < self.n_ids_):
            raise ValueError(
                f"X must hold numbers from 0 to {self.n_ids_ - 1}, which transform "
                f"made; got {X.min()} to {X.max()}."
            )
        names = np.array([None, _UNKNOWN_WORD, *self.vocabulary_], dtype=object)
        last = len(names)
        return [names[row[(row > PADDING) & (row < last)]].tolist() for row in X]

    @property
    def _n_features_out(self):
        return self._width

    def _longest_row(self, notes):
        """Return how many numbers a row may have; parts of words are as many as are."""
        if self.subword_range is not None:
            return max(len(self.numbers(note)) for note in notes)
        longest = min(self.ngram_range[1], self.length_)
        return sum(self.length_ - n + 1 for n in range(1, longest + 1))

    def _words(self, note):
        """Return the words of a note, checked as far as that costs nothing."""
        words = self.tokenizer_(note) if note else []
        if not isinstance(words, list | tuple):
            raise TypeError(
                "tokenizer must return a list of str for each note; got "
                f"{type(words).__name__}."
            )
        return words

    @staticmethod
    def _refuse_other(words):
        others = [word for word in words if not isinstance(word, str)]
        if others:
            raise TypeError(
                "tokenizer must return words as str; got one of type "
                f"{type(others[0]).__name__}."
            )

    def numbers(self, note):
        """Return the numbers of a note, as many as there are.

        Parameters
        ----------
        note : str
            A note.

        Returns
        -------
        ndarray of int32, shape (n_numbers,)
            Words, neighbouring words, parts of words.
        """
        words = self._words(note)
        if len(words) > self.length_:
            cut = slice(self.length_) if self.truncation == "post" else None
            words = words[cut or slice(-self.length_, None)]
        ids = np.fromiter(
            map(self.vocabulary_.get, words, repeat(UNKNOWN)), np.int32, len(words)
        )
        first, parts = self.n_words_, [ids]
        if self.ngram_range[1] > 1:
            found = ngram_buckets(ids, self.ngram_range[1], self.n_hash)
            parts += [first + buckets for buckets in found]
            first += self.n_hash
        if self.subword_range is not None:
            found = (
                subword_buckets(w, *self.subword_range, self.n_hash) for w in words
            )
            parts += [first + buckets for buckets in found]
        return ids if len(parts) == 1 else np.concatenate(parts, dtype=np.int32)


def padded(rows, width=None):
    """Put rows of numbers into one array.

    Parameters
    ----------
    rows : list of ndarray of int
        Each as long as it is.
    width : int or None
        Of the array; None for the longest row.

    Returns
    -------
    ndarray of int32, shape (n_rows, width)
        With zeros after the end of each row; what is longer is cut.
    """
    longest = max(1, *map(len, rows)) if width is None else width
    ids = np.full((len(rows), longest), PADDING, np.int32)
    for row, numbers in zip(ids, rows):
        row[: len(numbers)] = numbers[:longest]
    return ids
