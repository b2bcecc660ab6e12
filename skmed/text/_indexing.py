"""Mapping of words, n-grams and subwords to integer ids."""

from itertools import repeat

import numpy as np
from sklearn.base import clone

from ._hashing import hash_ngrams, hash_subwords
from ._indexing_parameters import IndexingParameters
from ._tokenizer import NLTKTokenizer
from ._vocabulary import count_documents, prune_vocabulary

PADDING, UNKNOWN, FIRST_WORD = 0, 1, 2


class TokenIndexer(IndexingParameters):
    """Mapping of the words, n-grams and subwords of a note to integer ids.

    Id 0 is padding and 1 an unknown word. Then follow the ids of the words in the
    vocabulary, of hashed n-grams and of hashed subwords.
    """

    def build_vocabulary(self, notes, weight, groups, *, reserve=False):
        """Build the vocabulary from validated notes.

        Parameters
        ----------
        notes : sequence of str
            Notes, without those of zero weight.
        weight : ndarray of shape (n_notes,) or None
            Positive weights.
        groups : ndarray of shape (n_notes,) or None
            Patient of each note.
        reserve : bool
            Whether the number of word ids is rounded up, so that vocabularies of
            similar size have equally many.

        Raises
        ------
        TypeError
            If the tokenizer doesn't return a list of str.
        ValueError
            If parameters are inconsistent, or if the vocabulary is empty.
        """
        if self.ngram_range[0] != 1 or self.ngram_range[1] < 1:
            raise ValueError(
                f"ngram_range must begin with 1, since words always have ids; "
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
        max_length = 1

        def tokenized():
            nonlocal max_length
            for note in notes:
                words = self._tokenize(note)
                max_length = max(max_length, len(words))
                yield words

        counts, total = count_documents(tokenized(), weight, groups)
        self._check_words(counts)
        words = prune_vocabulary(
            counts, total, self.min_df, self.max_df, self.max_features
        )
        self.vocabulary_ = {word: i for i, word in enumerate(words, FIRST_WORD)}
        n_words = FIRST_WORD + len(words)
        self.n_words_ = _round_up(n_words) if reserve else n_words
        self.n_ids_ = self.n_words_ + self.n_hash * len(hashed_offsets(self))
        self.length_ = self.max_length or max_length

    def encode(self, note):
        """Return the ids of a note.

        Parameters
        ----------
        note : str
            A note.

        Returns
        -------
        ndarray of uint16 or int32, shape (n_tokens,)
            Ids of the words, then of the n-grams, then of the subwords.
        """
        words = self._tokenize(note)
        if len(words) > self.length_:
            is_post = self.truncation == "post"
            words = words[: self.length_] if is_post else words[-self.length_ :]
        ids = np.fromiter(
            map(self.vocabulary_.get, words, repeat(UNKNOWN)), np.int32, len(words)
        )
        offsets, encoded = hashed_offsets(self), [ids]
        if "ngrams" in offsets:
            hashes = hash_ngrams(ids, self.ngram_range[1], self.n_hash)
            encoded += [offsets["ngrams"] + each for each in hashes]
        if "subwords" in offsets and words:
            hashes = [
                hash_subwords(word, *self.subword_range, self.n_hash) for word in words
            ]
            encoded.append(np.concatenate(hashes) + np.int32(offsets["subwords"]))
        # ids take most of the memory of a fit
        dtype = np.uint16 if self.n_ids_ <= 2**16 else np.int32
        return np.concatenate(encoded, dtype=dtype, casting="unsafe")

    def _tokenize(self, note):
        """Return the words of a note. That they are str is checked in fit only."""
        words = self.tokenizer_(note) if note else []
        if not isinstance(words, list | tuple):
            raise TypeError(
                "tokenizer must return a list of str for each note; got "
                f"{type(words).__name__}."
            )
        return words

    @staticmethod
    def _check_words(words):
        """Raise if words aren't str."""
        invalid = [word for word in words if not isinstance(word, str)]
        if invalid:
            raise TypeError(
                "tokenizer must return words as str; got one of type "
                f"{type(invalid[0]).__name__}."
            )

    def _max_row_length(self, notes):
        """Return the largest number of ids that a note can have.

        Words differ in their number of subwords: with these, the largest number of
        ids that one of the notes has.
        """
        if self.subword_range is not None:
            return max(len(self.encode(note)) for note in notes)
        max_n = min(self.ngram_range[1], self.length_)
        return sum(self.length_ - n + 1 for n in range(1, max_n + 1))


def hashed_offsets(indexer):
    """Return the first id of each kind of hashed tokens.

    Parameters
    ----------
    indexer : TokenIndexer
        Indexer whose ``n_words_`` is set.

    Returns
    -------
    dict of str to int
        First id of "ngrams" and of "subwords", in this order, if they are used.
    """
    is_used = {
        "ngrams": indexer.ngram_range[1] > 1,
        "subwords": indexer.subword_range is not None,
    }
    kinds = [kind for kind, used in is_used.items() if used]
    return {kind: indexer.n_words_ + i * indexer.n_hash for i, kind in enumerate(kinds)}


def _round_up(n):
    """Round up, by an eighth at most, to one of eight sizes per power of two."""
    step = 1 << max(0, n.bit_length() - 4)
    return -(-n // step) * step


def pad_rows(rows, width=None, dtype=None):
    """Pad rows of ids to one array.

    Parameters
    ----------
    rows : list of ndarray of int
        Ids of each note. The list is emptied, so that memory is freed row by row.
    width : int or None
        Number of columns. None for the length of the longest row.
    dtype : dtype or None
        Dtype of the array. None for that of the rows.

    Returns
    -------
    ndarray of int, shape (n_rows, width)
        Ids, with zeros after the end of each row. Longer rows are truncated.
    """
    width = max(1, *map(len, rows)) if width is None else width
    # PADDING is zero, and pages of zeros take no memory until they are written to
    ids = np.zeros((len(rows), width), dtype or rows[0].dtype)
    for padded in ids[::-1]:
        row = rows.pop()
        padded[: len(row)] = row[:width]
    return ids
