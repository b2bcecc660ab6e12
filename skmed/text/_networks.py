"""Networks that compute features from the ids of tokens.

Id 0 is padding, which all functions ignore.
"""

from dataclasses import dataclass

from skmed._keras import keras, layers, ops
from skmed._keras.shared_layers import attend, drop


@dataclass(frozen=True)
class Sizes:
    """Sizes of a network.

    Parameters
    ----------
    filters : tuple of int
        Number of filters of each convolution.
    kernel_size : tuple of int
        Sizes of the convolutions in words.
    units : tuple of int
        Units of each recurrent layer, in each direction.
    depth, n_heads : int
        Blocks of the transformer, and attention heads of each block.
    dense_units : tuple of int
        Units of each dense layer before the output layer.
    dropout : float
        Dropout rate around dense layers and in transformer blocks.
    """

    filters: tuple
    kernel_size: tuple
    units: tuple
    depth: int
    n_heads: int
    dense_units: tuple
    dropout: float


@dataclass(frozen=True)
class TokenIds:
    """The ids of the tokens of notes, and their dropout.

    Parameters
    ----------
    ids : KerasTensor of int, shape (batch, length)
        Ids; zero is padding.
    keep : KerasTensor of shape (batch, length), or None
        Factors of word dropout: zero for tokens that are dropped in training.
    """

    ids: keras.KerasTensor
    keep: keras.KerasTensor | None = None

    @property
    def mask(self):
        """Tokens that aren't padding: bool of shape (batch, length)."""
        return ops.not_equal(self.ids, 0)


def select_words(tokens, n_words, longest):
    """Return the words among the tokens, without n-grams and subwords."""
    ids = tokens.ids[:, :longest]
    ids = ops.where(ops.less(ids, n_words), ids, ops.zeros_like(ids))
    return trim(TokenIds(ids, tokens.keep))


def select_ids(tokens, first, size):
    """Return the tokens with ids from ``first`` to ``first + size``, counted from 1."""
    ids = tokens.ids - (first - 1)
    inside = ops.logical_and(ops.greater(ids, 0), ops.less_equal(ids, size))
    return TokenIds(ops.where(inside, ids, ops.zeros_like(ids)), tokens.keep)


def trim(tokens):
    """Drop columns that are padding in all notes; keep at least the first column."""
    used = ops.any(tokens.mask, axis=0)
    column = ops.cumsum(ops.ones_like(used, "int32"))
    used = ops.nonzero(ops.logical_or(used, ops.equal(column, 1)))[0]
    ids = ops.take(tokens.ids, used, axis=1)
    return TokenIds(
        ids, None if tokens.keep is None else ops.take(tokens.keep, used, 1)
    )


def embed(tokens, embedding, scale=None):
    """Return the weighted vectors of tokens.

    Parameters
    ----------
    tokens : TokenIds
        Tokens.
    embedding : keras.layers.Embedding
        Vectors by id.
    scale : keras.layers.Embedding or None
        Weights by id.

    Returns
    -------
    KerasTensor of shape (batch, length, dim)
        Vectors; zero for padding and dropped tokens.
    """
    vectors = embedding(tokens.ids)
    _, dropout_weight = _weights(tokens, scale, vectors.dtype)
    return vectors * ops.expand_dims(dropout_weight, -1)


def weighted_mean(tokens, embedding, scale=None):
    """Compute the weighted mean of the vectors of tokens.

    Parameters
    ----------
    tokens : TokenIds
        Tokens.
    embedding : keras.layers.Embedding
        Vectors by id.
    scale : keras.layers.Embedding or None
        Weights by id.

    Returns
    -------
    KerasTensor of shape (batch, dim)
        Means; zero if all weights are zero.
    """
    vectors = embedding(tokens.ids)
    weights = _weights(tokens, scale, vectors.dtype)
    weight, dropout_weight = (ops.expand_dims(values, 1) for values in weights)
    # a matrix product avoids a weighted copy of all vectors
    sums = ops.matmul(dropout_weight, vectors)
    return layers.Flatten()(_safe_divide(sums, ops.sum(weight, axis=2, keepdims=True)))


def weighted_mean_by_counts(tokens, size, vectors, scale=None):
    """Compute the weighted mean of the vectors of tokens from counts.

    Notes have thousands of subwords. The product of their counts with all vectors is
    several times faster than a lookup of each vector, and needs less memory.

    Parameters
    ----------
    tokens : TokenIds
        Tokens with ids from 1.
    size : int
        Number of ids.
    vectors : keras.layers.Dense
        Layer whose kernel is the vectors by id.
    scale : keras.layers.Layer or None
        Layer that multiplies counts by weights.

    Returns
    -------
    KerasTensor of shape (batch, dim)
        Means; zero if all weights are zero.
    """
    weight = dropout_weight = _counts(tokens.ids, size)
    if tokens.keep is not None:
        kept_ids = ops.where(tokens.keep > 0, tokens.ids, ops.zeros_like(tokens.ids))
        # dropout scales up the kept tokens
        factor = ops.max(tokens.keep, axis=1, keepdims=True)
        dropout_weight = _counts(kept_ids, size) * ops.cast(factor, weight.dtype)
    if scale is not None:
        weight, dropout_weight = scale(weight), scale(dropout_weight)
    return vectors(_safe_divide(dropout_weight, ops.sum(weight, axis=1, keepdims=True)))


def _counts(ids, size):
    """Return the counts of ids from 1 in each note."""
    counts = ops.bincount(ids, minlength=size + 1)[:, 1:]
    # float16 is not exact for large counts
    dtype = keras.config.dtype_policy().variable_dtype
    return ops.cast(ops.reshape(counts, (-1, size)), dtype)


def _weights(tokens, scale, dtype):
    """Return the weights of tokens without and with dropout."""
    weight = ops.cast(tokens.mask, dtype)
    if scale is not None:
        weight = weight * ops.squeeze(scale(tokens.ids), -1)
    dropout_weight = weight
    if tokens.keep is not None:
        dropout_weight = weight * ops.cast(tokens.keep, dtype)
    return weight, dropout_weight


def _safe_divide(sums, total):
    return sums / ops.where(total > 0, total, ops.ones_like(total))


def convolutional(vectors, mask, sizes):
    """Apply convolutions and max-pooling over words (Kim, 2014)."""
    mask = ops.expand_dims(mask, -1)
    maxima = []
    for n_filters, width in zip(sizes.filters, sizes.kernel_size, strict=True):
        convolve = layers.Conv1D(n_filters, width, padding="same")
        activations = layers.Activation("relu")(convolve(vectors))
        activations = ops.where(mask, activations, ops.zeros_like(activations))
        maxima.append(ops.max(activations, axis=1))
    return maxima[0] if len(maxima) == 1 else layers.Concatenate()(maxima)


def recurrent(vectors, mask, sizes):
    """Apply bidirectional LSTMs and attention pooling (Yang et al., 2016)."""
    x = vectors
    for units in sizes.units:
        lstm = layers.LSTM(units, return_sequences=True)
        x = layers.Bidirectional(lstm)(x, mask=mask)
    return attend(x, mask)


def transformer(vectors, mask, sizes, longest):
    """Apply transformer blocks (Vaswani et al., 2017) and average over words."""
    dim = vectors.shape[-1]
    position = ops.cumsum(ops.ones_like(ops.cast(mask, "int32")), axis=1) - 1
    x = vectors + layers.Embedding(longest, dim, name="position")(position)
    attention_mask = ops.expand_dims(mask, 1)
    for _ in range(sizes.depth):
        attention = layers.MultiHeadAttention(
            sizes.n_heads, max(1, dim // sizes.n_heads)
        )
        h = layers.LayerNormalization()(x)
        x = x + drop(attention(h, h, attention_mask=attention_mask), sizes.dropout)
        h = layers.LayerNormalization()(x)
        h = layers.Dense(4 * dim, activation="gelu")(h)
        x = x + drop(layers.Dense(dim)(h), sizes.dropout)
    x = layers.LayerNormalization()(x)
    weight = ops.expand_dims(ops.cast(mask, x.dtype), -1)
    return _safe_divide(ops.sum(x * weight, axis=1), ops.sum(weight, axis=1))


def add_dense(x, sizes):
    """Add dense layers, with dropout before each of them and after the last."""
    for units in sizes.dense_units:
        x = drop(x, sizes.dropout)
        x = layers.Dense(units, activation="relu")(x)
    return drop(x, sizes.dropout)


def held_out_loss(scores, tokens):
    """Return the log loss of the held-out words of each note.

    Parameters
    ----------
    scores : KerasTensor of shape (batch, n_words)
        Logits of each word.
    tokens : TokenIds
        Words. In notes without dropped words, as in predictions, all are predicted.

    Returns
    -------
    KerasTensor of shape (batch, 1)
        Mean negative log probabilities.
    """
    # unknown words can't be predicted
    known = ops.cast(ops.greater(tokens.ids, 1), scores.dtype)
    target = known
    if tokens.keep is not None:
        held_out = known * ops.cast(ops.equal(tokens.keep, 0), scores.dtype)
        any_held_out = ops.any(held_out > 0, axis=1, keepdims=True)
        target = ops.where(any_held_out, held_out, known)
    log_probabilities = ops.log_softmax(scores, axis=-1)
    losses = -ops.take_along_axis(log_probabilities, tokens.ids, axis=1) * target
    total = ops.sum(target, axis=1, keepdims=True)
    total = ops.where(total > 0, total, ops.ones_like(total))
    return ops.sum(losses, axis=1, keepdims=True) / total
