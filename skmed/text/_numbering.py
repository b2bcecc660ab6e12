"""The numbers of words, of neighbouring words and of parts of words."""

from itertools import repeat

import numpy as np
from sklearn.base import clone

from ._ngrams import ngram_buckets, subword_buckets
from ._sequencing import Sequencing
from ._tokenizer import NLTKTokenizer
from ._vocabulary import count_documents, prune

PADDING, UNKNOWN, FIRST_WORD = 0, 1, 2


class Numbering(Sequencing):
    """Learns which words there are, and numbers them.

    0 pads, 1 is a word that is not known, then come words, buckets of neighbouring
    words and buckets of parts of words.
    """

    def learn(self, notes, weight, groups, *, room=False):
        """Learn which words there are, from notes that are checked.

        Parameters
        ----------
        notes : sequence of str
            All of them count.
        weight : ndarray of shape (n_notes,) or None
            Above zero.
        groups : ndarray of shape (n_notes,) or None
            Patients.
        room : bool
            Leave numbers free after those of words.
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
        n_words = FIRST_WORD + len(chosen)
        self.n_words_ = _round_size(n_words) if room else n_words
        self.n_ids_ = self.n_words_ + self.n_hash * len(kinds_of(self))
        self.length_ = self.max_length or longest

    def numbers(self, note):
        """Return the numbers of a note, as many as there are.

        Parameters
        ----------
        note : str
            A note.

        Returns
        -------
        ndarray of uint16 or int32, shape (n_numbers,)
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
            found = [
                subword_buckets(w, *self.subword_range, self.n_hash) for w in words
            ]
            parts += [np.concatenate(found) + np.int32(first)] if found else []
        # most of a fit's memory is these
        dtype = np.uint16 if self.n_ids_ <= 2**16 else np.int32
        return np.concatenate(parts, dtype=dtype, casting="unsafe")

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

    def _longest_row(self, notes):
        """Return how many numbers a row may have; parts of words are as many as are."""
        if self.subword_range is not None:
            return max(len(self.numbers(note)) for note in notes)
        longest = min(self.ngram_range[1], self.length_)
        return sum(self.length_ - n + 1 for n in range(1, longest + 1))


def kinds_of(numbering):
    """Return the first number of each kind that isn't words, in their order.

    Parameters
    ----------
    numbering : Numbering
        That knows how many words there are.

    Returns
    -------
    dict of str to int
        Of "neighbours" and "parts", those that are used.
    """
    used = {
        "neighbours": numbering.ngram_range[1] > 1,
        "parts": numbering.subword_range is not None,
    }
    names = [name for name, is_used in used.items() if is_used]
    return {
        name: numbering.n_words_ + i * numbering.n_hash for i, name in enumerate(names)
    }


def _round_size(n):
    """Round up, by an eighth at most, to one of eight sizes for each power of two."""
    step = 1 << max(0, n.bit_length() - 4)
    return -(-n // step) * step


def padded(rows, width=None, dtype=None):
    """Put rows of numbers into one array.

    Parameters
    ----------
    rows : list of ndarray of int
        Each as long as it is. The list is emptied, so that nothing is held twice.
    width : int or None
        Of the array; None for the longest row.
    dtype : dtype or None
        Of the array; None for that of the rows.

    Returns
    -------
    ndarray of int, shape (n_rows, width)
        With zeros after the end of each row; what is longer is cut.
    """
    longest = max(1, *map(len, rows)) if width is None else width
    # the system gives memory of zeros, which is PADDING, when something is written
    ids = np.zeros((len(rows), longest), dtype or rows[0].dtype)
    for row in ids[::-1]:
        numbers = rows.pop()
        row[: len(numbers)] = numbers[:longest]
    return ids
