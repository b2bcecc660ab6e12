"""Pretrained word vectors, and inverse document frequencies."""

import gzip
import os
from pathlib import Path

import numpy as np


def read_vectors(embeddings, vocabulary):
    """Read the pretrained vectors of the words in a vocabulary.

    Parameters
    ----------
    embeddings : str, os.PathLike, dict or tuple
        Path of a text file of GloVe (Pennington et al., 2014) or word2vec (Mikolov et
        al., 2013), also ``.gz``; dict of word to vector; or ``(array, words)``, where
        ``words`` is a list, or a dict of word to row.
    vocabulary : dict of str to int
        Words to look for.

    Returns
    -------
    dict of str to ndarray of float32, shape (dim,)
        Vectors of the words that have one.

    Raises
    ------
    ValueError
        If no word has a vector, if vectors are of unequal length or not finite, or if
        the file can't be read.
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
                # the first line of word2vec is the number of words and the dimension
                if word in vocabulary and not (i == 0 and len(numbers.split()) == 1):
                    found[word] = np.array(numbers.split(), np.float32)
    except (UnicodeDecodeError, ValueError) as error:
        raise ValueError(
            f"embeddings={str(path)!r} isn't a text file of vectors, a word and its "
            "numbers in each line; write word2vec's binary form as text first."
        ) from error
    return found


def embedding_matrix(vectors, vocabulary, n_rows, seed):
    """Return initial weights of an embedding layer.

    Parameters
    ----------
    vectors : dict of str to ndarray of shape (dim,)
        Pretrained vectors of some words.
    vocabulary : dict of str to int
        Row of each word.
    n_rows : int
        Number of rows of the embedding layer.
    seed : int
        Seed of the vectors of other words, which are normally distributed with the
        standard deviation of the pretrained ones.

    Returns
    -------
    ndarray of float32, shape (n_rows, dim)
        Weights. The first row, that of padding, is zero.
    """
    pretrained = np.stack(list(vectors.values()))
    rng = np.random.default_rng([seed, 3])
    matrix = rng.normal(0, pretrained.std(), (n_rows, pretrained.shape[1]))
    matrix = matrix.astype(np.float32)
    for word, vector in vectors.items():
        matrix[vocabulary[word]] = vector
    matrix[0] = 0
    return matrix


def inverse_document_frequencies(ids, weight, n_ids):
    """Compute smoothed inverse document frequencies, as TfidfTransformer does.

    Parameters
    ----------
    ids : ndarray of int, shape (n_notes, length)
        Ids of the tokens of each note.
    weight : ndarray of shape (n_notes,) or None
        Weight of each note.
    n_ids : int
        Number of ids.

    Returns
    -------
    ndarray of float64, shape (n_ids,)
        Inverse document frequency of each id, at least 1.
    """
    weight = np.ones(len(ids)) if weight is None else weight
    counts = np.zeros(n_ids)
    for row, row_weight in zip(ids, weight):
        counts[np.unique(row)] += row_weight
    return np.log((1 + weight.sum()) / (1 + counts)) + 1
