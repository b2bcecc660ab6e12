"""Vectors of words that others have learned: from a file, a dict or an array."""

import gzip
import os
from pathlib import Path

import numpy as np


def read_vectors(embeddings, vocabulary):
    """Return the vectors of those words that have one.

    Parameters
    ----------
    embeddings : str, os.PathLike, dict or tuple
        What a user gave: the path of a GloVe or word2vec text file (also ``.gz``), a
        dict of word to vector, or ``(array, words)``, whose words are a list, or a
        dict of word to row.
    vocabulary : dict of str to int
        Words to look for.

    Returns
    -------
    dict of str to ndarray of shape (dim,)
        One or more.

    Raises
    ------
    ValueError
        Where no word has a vector, or vectors are of unequal length.
    """
    if isinstance(embeddings, str | os.PathLike):
        found = _from_file(Path(embeddings), vocabulary)
    elif isinstance(embeddings, dict):
        found = {word: embeddings[word] for word in vocabulary if word in embeddings}
    else:
        found = _from_array(*embeddings, vocabulary)
    if not found:
        raise ValueError(
            f"embeddings has a vector for none of the {len(vocabulary)} words of X; "
            "compare their spelling; tokenizer=NLTKTokenizer(stemmer=None) leaves "
            "words whole."
        )
    vectors = {word: np.asarray(vector, np.float32) for word, vector in found.items()}
    shapes = {vector.shape for vector in vectors.values()}
    if len(shapes) > 1 or len(min(shapes)) != 1:
        raise ValueError(
            "embeddings must give one vector per word, all of the same length; got "
            f"shapes {sorted(shapes)[:3]}."
        )
    if not all(np.isfinite(vector).all() for vector in vectors.values()):
        raise ValueError("embeddings has NaN or infinite values; leave such words out.")
    return vectors


def _from_array(array, words, vocabulary):
    if np.ndim(array) != 2 or len(words) > len(array):
        raise ValueError(
            f"embeddings=(array, words) has an array of shape {np.shape(array)} for "
            f"{len(words)} words; it must have one row for each."
        )
    rows = words if isinstance(words, dict) else {w: i for i, w in enumerate(words)}
    return {word: array[rows[word]] for word in vocabulary if word in rows}


def _from_file(path, vocabulary):
    if not path.is_file():
        raise ValueError(f"embeddings={str(path)!r} isn't a file.")
    found = {}
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as lines:
            for i, line in enumerate(lines):
                word, _, numbers = line.rstrip().partition(" ")
                # word2vec begins with the number of words and of values
                if word in vocabulary and not (i == 0 and len(numbers.split()) == 1):
                    found[word] = np.array(numbers.split(), np.float32)
    except (UnicodeDecodeError, ValueError) as error:
        raise ValueError(
            f"embeddings={str(path)!r} isn't a text file of vectors, a word and its "
            "numbers in each line; write word2vec's binary form as text first."
        ) from error
    return found


def table_of(vectors, vocabulary, n_rows, seed):
    """Return first weights of an embedding.

    Parameters
    ----------
    vectors : dict of str to ndarray of shape (dim,)
        Of some words.
    vocabulary : dict of str to int
        Rows of all words.
    n_rows : int
        Rows of the embedding.
    seed : int
        Of the vectors of other words, which vary as much as those given.

    Returns
    -------
    ndarray of float32, shape (n_rows, dim)
        The first, that of padding, is zero.
    """
    given = np.stack(list(vectors.values()))
    rng = np.random.default_rng([seed, 3])
    table = rng.normal(0, given.std(), (n_rows, given.shape[1])).astype(np.float32)
    for word, vector in vectors.items():
        table[vocabulary[word]] = vector
    table[0] = 0
    return table


def inverse_frequencies(ids, weight, n_ids):
    """Return how rare each number is, as scikit-learn's TfidfTransformer does.

    Parameters
    ----------
    ids : ndarray of int, shape (n, length)
        Rows.
    weight : ndarray of shape (n,) or None
        Their weights.
    n_ids : int
        How many numbers there are.

    Returns
    -------
    ndarray of float64, shape (n_ids,)
        One and more.
    """
    weight = np.ones(len(ids)) if weight is None else weight
    counts = np.zeros(n_ids)
    for row, times in zip(ids, weight):
        counts[np.unique(row)] += times
    return np.log((1 + weight.sum()) / (1 + counts)) + 1
