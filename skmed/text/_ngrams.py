"""Neighbouring words as numbers: buckets that nothing has to be stored for."""

import zlib
from functools import lru_cache

import numpy as np

_LONGEST = 40
# splitmix64 (Steele, Lea & Flood, 2014): the same on every machine and in every run
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = ((30, np.uint64(0xBF58476D1CE4E5B9)), (27, np.uint64(0x94D049BB133111EB)))


def _mixed(state):
    for shift, factor in _MIX:
        state = (state ^ (state >> np.uint64(shift))) * factor
    return state ^ (state >> np.uint64(31))


def ngram_buckets(ids, longest, n_hash):
    """Put every two, three, ... neighbours into buckets.

    Parameters
    ----------
    ids : ndarray of int, shape (n_words,)
        The words of one note.
    longest : int
        How many neighbours at most.
    n_hash : int
        How many buckets there are.

    Yields
    ------
    ndarray of int64, shape (n_words - n + 1,)
        The buckets of n neighbours, for n from 2.
    """
    words = _mixed((ids.astype(np.uint64) + np.uint64(1)) * _STEP)
    state = words
    for n in range(2, longest + 1):
        if n > len(ids):
            return
        # order counts: "no pain" isn't "pain no"
        state = _mixed(state[:-1] * _STEP + words[n - 1 :])
        yield (state % np.uint64(n_hash)).astype(np.int64)


@lru_cache(2**16)
def subword_buckets(word, shortest, longest, n_hash):
    """Put the parts of a word into buckets.

    Parameters
    ----------
    word : str
        Its beginning and end are marked, so that a part knows where it is from.
    shortest, longest : int
        How many characters a part has.
    n_hash : int
        How many buckets there are.

    Returns
    -------
    ndarray of int32, shape (n_parts,)
        One for each part.
    """
    # of what is no word but a page of letters the beginning is enough
    text = f"<{word[:_LONGEST]}>"
    # a part that is all of the word is the word
    lengths = range(shortest, min(longest, len(text) - 1) + 1)
    parts = [text[i : i + n] for n in lengths for i in range(len(text) - n + 1)]
    codes = np.array(
        [zlib.crc32(part.encode("utf-8", "surrogatepass")) for part in parts], np.uint64
    )
    return (_mixed(codes * _STEP) % np.uint64(n_hash)).astype(np.int32)
