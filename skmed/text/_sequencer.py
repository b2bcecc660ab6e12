"""TokenSequencer: notes as rows of numbers."""

import numpy as np
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    _fit_context,
)
from sklearn.utils.validation import check_is_fitted

from skmed._restore import restore_on_failure
from skmed._validation.sample_props import check_groups, check_weights

from ._notes import TakesNotes, check_notes, without_words
from ._numbering import PADDING, Numbering, padded

_UNKNOWN_WORD = "[UNK]"


class TokenSequencer(
    Numbering,
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
        with restore_on_failure(self):
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
        rows = [self.numbers(note) for note in notes]
        return padded(rows, self._n_features_out, np.int32)

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
