"""Networks of the integers of words, from tensor to tensor.

Zero is padding, which every function ignores.
"""

from dataclasses import dataclass

from skmed._keras import keras, layers, ops
from skmed._keras.shared_layers import attend, drop


@dataclass(frozen=True)
class Sizes:
    """How large a network is.

    Parameters
    ----------
    filters : tuple of int
        Filters of each convolution.
    kernel_size : tuple of int
        Their widths in words.
    units : tuple of int
        Units of each recurrent layer, in each direction.
    depth, n_heads : int
        Blocks of the transformer, and heads of each.
    dense_units : tuple of int
        Of each dense layer before the prediction.
    dropout : float
        Rate around dense layers and inside transformer blocks.
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
    """The integers of a batch of notes, and which are dropped.

    Parameters
    ----------
    ids : KerasTensor of int, shape (batch, length)
        Integers; zero is padding.
    keep : KerasTensor of shape (batch, length), or None
        Factors: zero for those dropped in training.
    """

    ids: keras.KerasTensor
    keep: keras.KerasTensor | None = None

    @property
    def mask(self):
        """Mask of what isn't padding: bool of shape (batch, length)."""
        return ops.not_equal(self.ids, 0)


def select_words(tokens, n_words, longest):
    """Return the words of notes, without n-grams and subwords."""
    ids = tokens.ids[:, :longest]
    ids = ops.where(ops.less(ids, n_words), ids, ops.zeros_like(ids))
    return trim(TokenIds(ids, tokens.keep))


def select_ids(tokens, first, size):
    """Return those of ``size`` integers from ``first`` on, counted from 1."""
    ids = tokens.ids - (first - 1)
    inside = ops.logical_and(ops.greater(ids, 0), ops.less_equal(ids, size))
    return TokenIds(ops.where(inside, ids, ops.zeros_like(ids)), tokens.keep)


def trim(tokens):
    """Drop columns that are padding in all notes, except the first."""
    used = ops.any(tokens.mask, axis=0)
    column = ops.cumsum(ops.ones_like(used, "int32"))
    used = ops.nonzero(ops.logical_or(used, ops.equal(column, 1)))[0]
    ids = ops.take(tokens.ids, used, axis=1)
    return TokenIds(
        ids, None if tokens.keep is None else ops.take(tokens.keep, used, 1)
    )


def embed(tokens, embedding, scale=None):
    """Return weighted vectors.

    Parameters
    ----------
    items : Items
        Integers.
    embedding : keras.layers.Embedding
        The vectors.
    scale : keras.layers.Embedding or None
        Weight of each integer.

    Returns
    -------
    KerasTensor of shape (batch, length, dim)
        Zero for padding, and where words are dropped.
    """
    vectors = embedding(tokens.ids)
    _, kept = _weights(tokens, scale, vectors.dtype)
    return vectors * ops.expand_dims(kept, -1)


def weighted_mean(tokens, embedding, scale=None):
    """Compute the weighted mean of vectors.

    Parameters
    ----------
    items : Items
        Integers.
    embedding : keras.layers.Embedding
        The vectors.
    scale : keras.layers.Embedding or None
        Weight of each integer.

    Returns
    -------
    KerasTensor of shape (batch, dim)
        Zero where all weights are zero.
    """
    vectors = embedding(tokens.ids)
    weights = _weights(tokens, scale, vectors.dtype)
    weight, kept = (ops.expand_dims(values, 1) for values in weights)
    # a matrix product needs no second copy of all vectors
    sums = ops.matmul(kept, vectors)
    return layers.Flatten()(_safe_divide(sums, ops.sum(weight, axis=2, keepdims=True)))


def weighted_mean_by_counts(tokens, size, vectors, scale=None):
    """Compute the weighted mean of vectors from counts.

    A note has thousands of subwords. Multiplying their counts with all vectors is
    several times as fast as looking up a vector for each, and takes less memory.

    Parameters
    ----------
    items : Items
        Integers from 1.
    size : int
        Number of integers.
    vectors : keras.layers.Dense
        Its kernel has the vectors.
    scale : keras.layers.Layer or None
        Multiplies counts by weights.

    Returns
    -------
    KerasTensor of shape (batch, dim)
        Zero where all weights are zero.
    """
    weight = kept = _counts(tokens.ids, size)
    if tokens.keep is not None:
        left = ops.where(tokens.keep > 0, tokens.ids, ops.zeros_like(tokens.ids))
        # as dropout does, kept words are scaled up
        factor = ops.max(tokens.keep, axis=1, keepdims=True)
        kept = _counts(left, size) * ops.cast(factor, weight.dtype)
    if scale is not None:
        weight, kept = scale(weight), scale(kept)
    return vectors(_safe_divide(kept, ops.sum(weight, axis=1, keepdims=True)))


def _counts(ids, size):
    """Return the counts of integers from 1 in each note."""
    counts = ops.bincount(ids, minlength=size + 1)[:, 1:]
    # half precision can't count thousands
    dtype = keras.config.dtype_policy().variable_dtype
    return ops.cast(ops.reshape(counts, (-1, size)), dtype)


def _weights(tokens, scale, dtype):
    """Return the weights of integers, and those weights after dropout."""
    weight = ops.cast(tokens.mask, dtype)
    if scale is not None:
        weight = weight * ops.squeeze(scale(tokens.ids), -1)
    kept = weight
    if tokens.keep is not None:
        kept = weight * ops.cast(tokens.keep, dtype)
    return weight, kept


def _safe_divide(sums, total):
    return sums / ops.where(total > 0, total, ops.ones_like(total))


def convolutional(vectors, mask, sizes):
    """Take the maximum of each filter over all windows (Kim, 2014)."""
    mask = ops.expand_dims(mask, -1)
    maxima = []
    for n_filters, width in zip(sizes.filters, sizes.kernel_size, strict=True):
        convolve = layers.Conv1D(n_filters, width, padding="same")
        found = layers.Activation("relu")(convolve(vectors))
        found = ops.where(mask, found, ops.zeros_like(found))
        maxima.append(ops.max(found, axis=1))
    return maxima[0] if len(maxima) == 1 else layers.Concatenate()(maxima)


def recurrent(vectors, mask, sizes):
    """Run bidirectional LSTMs and average by learned weights (Yang et al., 2016)."""
    x = vectors
    for units in sizes.units:
        lstm = layers.LSTM(units, return_sequences=True)
        x = layers.Bidirectional(lstm)(x, mask=mask)
    return attend(x, mask)


def transformer(vectors, mask, sizes, longest):
    """Run transformer blocks and average over words (Vaswani et al., 2017)."""
    dim = vectors.shape[-1]
    position = ops.cumsum(ops.ones_like(ops.cast(mask, "int32")), axis=1) - 1
    x = vectors + layers.Embedding(longest, dim, name="position")(position)
    seen = ops.expand_dims(mask, 1)
    for _ in range(sizes.depth):
        attention = layers.MultiHeadAttention(
            sizes.n_heads, max(1, dim // sizes.n_heads)
        )
        h = layers.LayerNormalization()(x)
        x = x + drop(attention(h, h, attention_mask=seen), sizes.dropout)
        h = layers.LayerNormalization()(x)
        h = layers.Dense(4 * dim, activation="gelu")(h)
        x = x + drop(layers.Dense(dim)(h), sizes.dropout)
    x = layers.LayerNormalization()(x)
    weight = ops.expand_dims(ops.cast(mask, x.dtype), -1)
    return _safe_divide(ops.sum(x * weight, axis=1), ops.sum(weight, axis=1))


def dense(x, sizes):
    """Add the dense layers."""
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
    items : Items
        Words. Where none is dropped, as in predictions, all of them count.

    Returns
    -------
    KerasTensor of shape (batch, 1)
        Mean of the negative logarithms of their probabilities.
    """
    # unknown words can't be predicted
    known = ops.cast(ops.greater(tokens.ids, 1), scores.dtype)
    target = known
    if tokens.keep is not None:
        held = known * ops.cast(ops.equal(tokens.keep, 0), scores.dtype)
        some = ops.any(held > 0, axis=1, keepdims=True)
        target = ops.where(some, held, known)
    logarithms = ops.log_softmax(scores, axis=-1)
    losses = -ops.take_along_axis(logarithms, tokens.ids, axis=1) * target
    total = ops.sum(target, axis=1, keepdims=True)
    total = ops.where(total > 0, total, ops.ones_like(total))
    return ops.sum(losses, axis=1, keepdims=True) / total
