"""Validation of notes, and their conversion to ids of tokens."""

import numpy as np
from sklearn.utils.validation import _check_y, check_consistent_length

from skmed._keras import keras
from skmed._keras.data.inputs import Inputs
from skmed._keras.graphs.padding import PADDED
from skmed._keras.shared_layers import drop
from skmed._validation.messages import translate_errors

from . import _networks
from ._indexing import FIRST_WORD, TokenIndexer, hashed_offsets, pad_rows
from ._notes import check_notes, handle_missing
from ._vectors import inverse_document_frequencies

# notes from which the mean number of n-grams is estimated
_N_COUNTED_NOTES = 1000


class NotesInputs(Inputs):
    """Notes as the input of a network, with a vocabulary that is learned.

    Parameters
    ----------
    vocabulary : dict
        Parameters of `TokenIndexer`.
    missing : {"warn", "error"}
        How notes without words are handled.
    use_idf : bool
        Whether inverse document frequencies are learned.
    word_dropout : float
        Fraction of the words that are dropped in training.
    reserve : bool
        Whether the number of words is rounded up, so that the networks of the folds of
        a cross-validation have equal sizes and are compiled once.

    Attributes
    ----------
    indexer : TokenIndexer
        Converts notes to ids.
    vocabulary : dict of str to int
        Id of each word.
    idf : ndarray of shape (n_ids,) or None
        Inverse document frequencies by id.
    n_per_note : dict of str to float
        Mean number of n-grams and of subwords per note.
    seed : int
        Seed of the fit.
    """

    name = PADDED
    shape = (None,)
    dtype = "int32"

    def __init__(self, vocabulary, missing, use_idf, word_dropout, reserve):
        self._parameters = vocabulary
        self._missing = missing
        self._use_idf = use_idf
        self._word_dropout = word_dropout
        self._reserve = reserve
        self.idf = None

    def check(self, estimator, X, y="no_validation", *, reset):
        """Validate notes and y; return notes as an array of str."""
        notes = handle_missing(check_notes(estimator, X, reset=reset), self._missing)
        if y is None:
            raise ValueError(
                f"{type(estimator).__name__} requires y to be passed, but the target y "
                "is None."
            )
        if isinstance(y, str):
            y = None
        else:
            with translate_errors():
                y = _check_y(y, multi_output=True)
                check_consistent_length(notes, y)
        X = np.empty(len(notes), dtype=object)
        X[:] = notes
        return X, y

    def fit(self, samples, seed):
        """Learn the vocabulary; return the ids of the training notes."""
        self.seed = seed
        indexer = TokenIndexer(**self._parameters)
        indexer.build_vocabulary(
            samples.X, samples.weight, samples.groups, reserve=self._reserve
        )
        # alphabetic order: initial vectors must not depend on frequencies of words
        words = sorted(indexer.vocabulary_)
        indexer.vocabulary_ = {w: i for i, w in enumerate(words, FIRST_WORD)}
        self.indexer = indexer
        self.vocabulary = indexer.vocabulary_
        ids = self.transform(samples.X)
        if self._use_idf:
            self.idf = inverse_document_frequencies(ids, samples.weight, indexer.n_ids_)
        subset = ids[:: 1 + len(ids) // _N_COUNTED_NOTES]
        self.n_per_note = {
            name: np.sum((subset >= first) & (subset < first + indexer.n_hash))
            / len(subset)
            for name, first in hashed_offsets(indexer).items()
        }
        return ids

    def transform(self, X):
        """Return the ids of notes, padded with zeros."""
        return pad_rows([self.indexer.encode(note) for note in X])

    def preprocess(self, x):
        """Return the tokens of notes, with word dropout."""
        if not self._word_dropout:
            return _networks.TokenIds(x)
        dtype = keras.config.dtype_policy().compute_dtype
        ones = keras.ops.cast(keras.ops.ones_like(x), dtype)
        return _networks.TokenIds(x, drop(ones, self._word_dropout))

    def words(self, tokens):
        """Return the words among the tokens of notes."""
        indexer = self.indexer
        return _networks.select_words(tokens, indexer.n_words_, indexer.length_)
