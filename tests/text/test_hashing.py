"""Parts of words as numbers."""

import numpy as np

from skmed.text._hashing import hash_ngrams, hash_subwords


def test_parts_are_those_of_the_marked_word():
    # <ab> has <a, ab, b> of two characters and <ab, ab> of three
    assert len(hash_subwords("ab", 2, 3, 1000)) == 5
    # a part that is all of the word isn't a part
    assert len(hash_subwords("ab", 2, 9, 1000)) == 5
    assert len(hash_subwords("a", 4, 5, 1000)) == 0


def test_words_share_their_ending():
    first, second = (
        set(hash_subwords(word, 4, 5, 10**6).tolist())
        for word in ("hepatitis", "gastritis")
    )
    # itis, tis>, itis>, and the t before them is shared only by "titis"
    assert len(first & second) == 3


def test_the_beginning_of_a_page_without_blanks_is_enough():
    assert len(hash_subwords("a" * 10**6, 3, 5, 100)) < 130


def test_buckets_never_change():
    # what a model has learned must mean the same in another process
    assert hash_subwords("pain", 3, 4, 1000).tolist() == [
        909,
        107,
        550,
        134,
        890,
        715,
        592,
    ]


# ----- n-grams -----


def test_hashes_are_equal_in_all_processes(run_python):
    code = """
import numpy as np
from skmed.text._hashing import hash_ngrams
print([hashes.tolist() for hashes in hash_ngrams(np.array([2, 3, 1, 2, 3]), 3, 1000)])
"""
    by_n = hash_ngrams(np.array([2, 3, 1, 2, 3]), 3, 1000)
    expected = [hashes.tolist() for hashes in by_n]
    assert run_python(code, PYTHONHASHSEED="1").stdout.strip() == str(expected)
    assert expected[0][0] == expected[0][3]


def test_hashes_are_evenly_distributed():
    pairs = np.array(np.meshgrid(np.arange(1, 80), np.arange(1, 80))).reshape(2, -1).T
    hashes = [next(hash_ngrams(pair, 2, 64))[0] for pair in pairs]
    counts = np.bincount(hashes, minlength=64)
    # 97.5 are expected, with a standard deviation of 10
    assert counts.min() > 50
    assert counts.max() < 150
