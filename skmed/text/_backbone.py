"""The backbone of a text network: word vectors, architecture, n-grams, subwords."""

import numpy as np

from skmed._keras import keras
from skmed._keras.estimators.network import call_architecture

from . import _networks
from ._indexing import hashed_offsets
from ._vectors import embedding_matrix, read_vectors

_EMBEDDING_DIM = 64
# number of counts whose product with vectors takes as long as the lookup of a vector
_COUNTS_PER_LOOKUP = 100


def build_features(tokens, inputs, architecture, sizes, embeddings):
    """Return the features of notes.

    Parameters
    ----------
    tokens : TokenIds
        Tokens of notes.
    inputs : NotesInputs
        Fitted inputs.
    architecture : str or callable
        Architecture that computes features from word vectors.
    sizes : Sizes
        Sizes of the network.
    embeddings : keras.layers.Embedding
        Word vectors.

    Returns
    -------
    KerasTensor of shape (batch, n_features)
        Features of words, n-grams and subwords.
    """
    features = [_word_features(tokens, inputs, architecture, sizes, embeddings)]
    n_hash = inputs.indexer.n_hash
    for name, first in hashed_offsets(inputs.indexer).items():
        selected = _networks.select_ids(tokens, first, n_hash)
        features.append(_hashed_features(selected, inputs, name, first, embeddings))
    if len(features) > 1:
        features = [keras.layers.Concatenate()(features)]
    return _networks.add_dense(features[0], sizes)


def word_embedding(inputs, dim, embeddings, trainable, seed):
    """Return the embedding layer of words.

    Parameters
    ----------
    inputs : NotesInputs
        Fitted inputs.
    dim : int or None
        Size of the vectors; None for 64, or that of the given vectors.
    embeddings : object
        The parameter ``embeddings`` of the estimator.
    trainable : bool
        Whether the vectors are trained.
    seed : int
        Seed of the vectors of words without a given one.

    Returns
    -------
    keras.layers.Embedding
        The layer, which is built if vectors are given.
    """
    n_words = inputs.indexer.n_words_
    keywords = {"trainable": trainable, "name": "words"}
    if embeddings is None:
        return keras.layers.Embedding(n_words, dim or _EMBEDDING_DIM, **keywords)
    vectors = read_vectors(embeddings, inputs.vocabulary)
    table = embedding_matrix(vectors, inputs.vocabulary, n_words, seed)
    return _with_weights(keras.layers.Embedding(*table.shape, **keywords), None, table)


def _word_features(tokens, inputs, architecture, sizes, embedding):
    """Return the features that the architecture computes from word vectors."""
    words, scale = inputs.words(tokens), None
    if inputs.idf is not None:
        scale = _scale_of_ids(inputs.idf[: inputs.indexer.n_words_], "idf")
    if architecture == "bag":
        return _networks.weighted_mean(words, embedding, scale)
    vectors = _networks.embed(words, embedding, scale)
    if callable(architecture):
        return call_architecture(architecture, keras.layers.Masking()(vectors))
    if architecture == "cnn":
        return _networks.convolutional(vectors, words.mask, sizes)
    if architecture == "rnn":
        return _networks.recurrent(vectors, words.mask, sizes)
    longest = inputs.indexer.length_
    return _networks.transformer(vectors, words.mask, sizes, longest)


def _hashed_features(tokens, inputs, name, first, embedding):
    """Return the mean vector of n-grams or of subwords."""
    size, dim, scale = inputs.indexer.n_hash, embedding.output_dim, None
    idf = None if inputs.idf is None else inputs.idf[first : first + size]
    if inputs.n_per_note[name] * _COUNTS_PER_LOOKUP < size:
        if idf is not None:
            scale = _scale_of_ids(np.append(0.0, idf), f"idf_{name}")
        vectors = keras.layers.Embedding(size + 1, dim, name=name)
        return _networks.weighted_mean(_networks.trim(tokens), vectors, scale)
    if idf is not None:
        scale = _scale_of_counts(idf, f"idf_{name}")
    # the initializer of an Embedding
    vectors = keras.layers.Dense(
        dim, use_bias=False, kernel_initializer="uniform", name=name
    )
    return _networks.weighted_mean_by_counts(tokens, size, vectors, scale)


def _scale_of_ids(idf, name):
    layer = keras.layers.Embedding(len(idf), 1, trainable=False, name=name)
    return _with_weights(layer, None, idf[:, np.newaxis])


def _scale_of_counts(idf, name):
    layer = keras.layers.EinsumDense(
        "bn,n->bn",
        len(idf),
        trainable=False,
        # float16 is not exact for large counts
        dtype=keras.config.dtype_policy().variable_dtype,
        name=name,
    )
    return _with_weights(layer, (None, len(idf)), idf)


def _with_weights(layer, shape, values):
    """Build a layer and set its weights."""
    layer.build(shape)
    layer.set_weights([values])
    return layer
