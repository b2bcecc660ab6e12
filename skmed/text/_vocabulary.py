"""Document frequencies of words, and selection of a vocabulary by them."""

from collections import Counter
from numbers import Integral

import numpy as np

# relative tolerance for rounding errors
_TOLERANCE = 1e-9


def count_documents(notes, weight, groups):
    """Count the documents that each word occurs in.

    Parameters
    ----------
    notes : iterable of list of str
        Words of each note.
    weight : ndarray of shape (n_notes,) or None
        Weight of each note.
    groups : ndarray of shape (n_notes,) or None
        Patient of each note, with the notes of a patient in consecutive order. If
        given, a document is a patient, whatever the number and the weights of the
        notes.

    Returns
    -------
    counts : Counter
        Total weight of the documents that each word occurs in.
    total : float
        Total weight of all documents.
    """
    counts = Counter()
    if groups is not None:
        is_first = np.append(True, groups[1:] != groups[:-1])
        document = set()
        for words, is_new in zip(notes, is_first.tolist()):
            if is_new:
                counts.update(document)
                document = set()
            document.update(words)
        counts.update(document)
        return counts, is_first.sum()
    if weight is None:
        total = 0
        for words in notes:
            counts.update(set(words))
            total += 1
        return counts, total
    for words, note_weight in zip(notes, weight.tolist()):
        for word in set(words):
            counts[word] += note_weight
    return counts, weight.sum()


def prune_vocabulary(counts, total, min_df, max_df, max_features):
    """Select words by document frequency.

    Parameters
    ----------
    counts : Counter
        Number, or total weight, of the documents that each word occurs in.
    total : float
        Number, or total weight, of all documents.
    min_df, max_df : int or float
        Limits of the document frequency, as a number or as a fraction of ``total``.
    max_features : int or None
        Maximum number of words.

    Returns
    -------
    list of str
        Selected words, by decreasing document frequency, then in alphabetical order.

    Raises
    ------
    ValueError
        If no word is within the limits.
    """
    low, high = (
        df if isinstance(df, Integral) else df * total for df in (min_df, max_df)
    )
    # sums of weights have rounding errors that depend on the order of notes
    low, high = low * (1 - _TOLERANCE), high * (1 + _TOLERANCE)
    words = [word for word, count in counts.items() if low <= count <= high]
    if not words:
        raise ValueError(
            f"No word is left of {len(counts)}: none is in at least min_df={min_df} "
            f"and at most max_df={max_df} of {total:g} documents; give more notes, or "
            "lower min_df (1 also keeps what only one note has, such as names)."
        )
    words.sort(key=lambda word: (-counts[word], word))
    return words[:max_features]
