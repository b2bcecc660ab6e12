"""Which words a model may know: counted by note or by patient, and pruned."""

from collections import Counter
from numbers import Integral

import numpy as np

_ROUNDING = 1e-9


def count_documents(words, weight, groups):
    """Count in how many documents each word is.

    Parameters
    ----------
    words : iterable of list of str
        The words of each note.
    weight : ndarray of shape (n_notes,) or None
        How often each note counts.
    groups : ndarray of shape (n_notes,) or None
        Patients, one per note, those of a patient next to each other: then a document
        is a patient, however many notes and whatever weight.

    Returns
    -------
    counts : Counter
        The weight of the documents that have a word.
    total : float
        The weight of all documents.
    """
    counts = Counter()
    if groups is not None:
        new = np.append(True, groups[1:] != groups[:-1])
        document = set()
        for note, first in zip(words, new.tolist()):
            if first:
                counts.update(document)
                document = set()
            document.update(note)
        counts.update(document)
        return counts, new.sum()
    if weight is None:
        total = 0
        for note in words:
            counts.update(set(note))
            total += 1
        return counts, total
    for note, times in zip(words, weight.tolist()):
        for word in set(note):
            counts[word] += times
    return counts, weight.sum()


def prune(counts, total, min_df, max_df, size):
    """Choose words by the number of documents that have them.

    Parameters
    ----------
    counts : Counter
        In how many documents each word is.
    total : float
        How many documents there are.
    min_df, max_df : int or float
        Limits, as a number or as part of all documents.
    size : int or None
        The most words to choose.

    Returns
    -------
    list of str
        The most frequent first, and by alphabet where they are equally so.
    """
    least, most = (
        df if isinstance(df, Integral) else df * total for df in (min_df, max_df)
    )
    # sums of weights differ in the last digit by the order of notes
    least, most = least * (1 - _ROUNDING), most * (1 + _ROUNDING)
    kept = [word for word, count in counts.items() if least <= count <= most]
    if not kept:
        raise ValueError(
            f"No word is left of {len(counts)}: none is in at least min_df={min_df} "
            f"and at most max_df={max_df} of {total:g} documents; give more notes, or "
            "lower min_df (1 also keeps what only one note has, such as names)."
        )
    kept.sort(key=lambda word: (-counts[word], word))
    return kept[:size]
