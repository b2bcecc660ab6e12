"""Hashing of n-grams and subwords to integers, for which no vocabulary is stored."""

import zlib
from functools import lru_cache

import numpy as np

# characters of a word that subwords are made of; longer words are no real words
_MAX_WORD_LENGTH = 40
# splitmix64 (Steele, Lea & Flood, 2014): equal on all machines and in all processes
_INCREMENT = np.uint64(0x9E3779B97F4A7C15)
_MIX = ((30, np.uint64(0xBF58476D1CE4E5B9)), (27, np.uint64(0x94D049BB133111EB)))


def _mix_bits(state):
    for shift, factor in _MIX:
        state = (state ^ (state >> np.uint64(shift))) * factor
    return state ^ (state >> np.uint64(31))


def hash_ngrams(ids, max_n, n_hash):
    """Hash the n-grams of a note, for n from 2.

    Parameters
    ----------
    ids : ndarray of int, shape (n_words,)
        Ids of the words of a note.
    max_n : int
        Largest n.
    n_hash : int
        Number of hash values.

    Yields
    ------
    ndarray of int64, shape (n_words - n + 1,)
        Hash values of the n-grams, from 0 to ``n_hash - 1``.
    """
    words = _mix_bits((ids.astype(np.uint64) + np.uint64(1)) * _INCREMENT)
    state = words
    for n in range(2, max_n + 1):
        if n > len(ids):
            return
        # depends on the order: "no pain" isn't "pain no"
        state = _mix_bits(state[:-1] * _INCREMENT + words[n - 1 :])
        yield (state % np.uint64(n_hash)).astype(np.int64)


@lru_cache(2**16)
def hash_subwords(word, min_n, max_n, n_hash):
    """Hash the subwords of a word (Bojanowski et al., 2017).

    Parameters
    ----------
    word : str
        The word. Its beginning and end are marked, and count as characters.
    min_n, max_n : int
        Smallest and largest number of characters of a subword.
    n_hash : int
        Number of hash values.

    Returns
    -------
    ndarray of int32, shape (n_subwords,)
        Hash values of the subwords, from 0 to ``n_hash - 1``.
    """
    text = f"<{word[:_MAX_WORD_LENGTH]}>"
    # the whole word isn't a subword
    lengths = range(min_n, min(max_n, len(text) - 1) + 1)
    subwords = [text[i : i + n] for n in lengths for i in range(len(text) - n + 1)]
    codes = np.array(
        [zlib.crc32(subword.encode("utf-8", "surrogatepass")) for subword in subwords],
        np.uint64,
    )
    return (_mix_bits(codes * _INCREMENT) % np.uint64(n_hash)).astype(np.int32)
