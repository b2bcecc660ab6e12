"""TokenSequencer: notes as padded sequences of token ids."""

from typing import Self

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

from ._indexing import PADDING, TokenIndexer, pad_rows
from ._notes import NotesParameters, check_notes, handle_missing

_UNKNOWN_WORD = "[UNK]"


class TokenSequencer(
    TokenIndexer,
    NotesParameters,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    BaseEstimator,
):
    """Convert notes to padded sequences of token ids.

    Id 0 is padding, at the end of a row, 1 is an unknown word, and the words of the
    vocabulary begin with 2. The ids of n-grams and subwords follow those of the words
    of a note.

    A fitted sequencer, and a model that has one, stores its vocabulary and no other
    text. Rare words may be names, addresses or numbers of patients, so by default
    words of one note alone are left out (``min_df=2``). This lowers the risk of
    identification but does not exclude it: names that occur in several notes, of one
    patient or of a doctor, are kept. To lower it further, give `groups`, so that
    patients are counted instead of notes, raise `min_df`, remove names beforehand, and
    read `vocabulary_` before a model is shared.

    See Also
    --------
    NLTKTokenizer : The default tokenizer.
    sklearn.feature_extraction.text.CountVectorizer : Counts of words, without their
        order.

    References
    ----------
    Joulin, Grave, Bojanowski & Mikolov (2017). "Bag of Tricks for Efficient Text
    Classification", *EACL* (hashed n-grams).

    Bojanowski, Grave, Joulin & Mikolov (2017). "Enriching Word Vectors with Subword
    Information", *TACL* 5 (hashed subwords).

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
            "Id of each word of the vocabulary, from 2, by decreasing document "
            "frequency.",
        ),
        "n_ids_": (
            "int",
            "Number of ids, with those of padding, unknown words, hashed n-grams and "
            "hashed subwords: the input dimension of an embedding.",
        ),
        "n_words_": (
            "int",
            "Number of ids of padding, unknown words and words, which come first.",
        ),
        "length_": ("int", "Maximum number of words of a note that are used."),
        "tokenizer_": ("callable", "Tokenizer that splits notes into words."),
        "n_features_in_": ("int", "1, the column of notes."),
        "feature_names_in_": (
            "ndarray of shape (1,)",
            "Name of that column, if X was a table in fit.",
        ),
    }

    # fit requests groups by default under metadata routing
    __metadata_request__fit = {"groups": True}

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.transformer_tags.preserves_dtype = []  # the output is int32
        return tags

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None, sample_weight=None, groups=None) -> Self:
        """Build the vocabulary.

        Parameters
        ----------
        X : list, array or Series of str, or table of one column
            Notes.
        y : Ignored
            Not used; a Pipeline passes it.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the notes. Notes of zero weight are ignored.
        groups : array-like of shape (n_samples,), default=None
            Patient of each note. If given, `min_df` and `max_df` count patients.

        Returns
        -------
        object
            The fitted sequencer.
        """
        with restore_on_failure(self):
            notes = check_notes(self, X, reset=True)
            weight = check_weights(sample_weight, notes)
            groups = check_groups(groups, notes)
            if weight is not None:
                positive = np.flatnonzero(weight)
                weight, notes = weight[positive], [notes[i] for i in positive]
                groups = None if groups is None else groups[positive]
            notes = handle_missing(notes, self.missing)
            self.build_vocabulary(notes, weight, groups)
            self._n_columns = self._max_row_length(notes)
        return self

    def transform(self, X) -> np.ndarray:
        """Convert notes to token ids.

        Parameters
        ----------
        X : list, array or Series of str, or table of one column
            Notes.

        Returns
        -------
        ndarray of int32, shape (n_samples, n_columns)
            Ids of each note: those of words, n-grams and subwords, then zeros.
        """
        check_is_fitted(self)
        notes = handle_missing(check_notes(self, X, reset=False), self.missing)
        rows = [self.encode(note) for note in notes]
        return pad_rows(rows, self._n_features_out, np.int32)

    def inverse_transform(self, X):
        """Convert token ids back to words.

        Parameters
        ----------
        X : array-like of int, shape (n_samples, n_columns)
            Ids as `transform` returns them.

        Returns
        -------
        list of list of str
            Words of each row, with "[UNK]" for unknown ones. Padding, n-grams and
            subwords are left out.

        Raises
        ------
        ValueError
            If X is no two-dimensional array of ids.
        """
        check_is_fitted(self)
        X = np.asarray(X)
        if X.ndim != 2 or X.dtype.kind not in "iu":
            raise ValueError(
                f"X must hold ids as transform returns them, an array of int with two "
                f"axes; got {X.dtype} of shape {X.shape}."
            )
        if X.size and not (X.min() >= 0 and X.max() < self.n_ids_):
            raise ValueError(
                f"X must hold ids from 0 to {self.n_ids_ - 1}, as transform returns "
                f"them; got {X.min()} to {X.max()}."
            )
        words = np.array([None, _UNKNOWN_WORD, *self.vocabulary_], dtype=object)
        n_words = len(words)
        return [words[row[(row > PADDING) & (row < n_words)]].tolist() for row in X]

    @property
    def _n_features_out(self):
        return self._n_columns
