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
class Items:
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
    def present(self):
        """Mask of what isn't padding: bool of shape (batch, length)."""
        return ops.not_equal(self.ids, 0)


def words_of(items, n_words, longest):
    """Return the words of notes, without n-grams and subwords."""
    ids = items.ids[:, :longest]
    ids = ops.where(ops.less(ids, n_words), ids, ops.zeros_like(ids))
    return trimmed(Items(ids, items.keep))


def kind_of(items, first, size):
    """Return those of ``size`` integers from ``first`` on, counted from 1."""
    ids = items.ids - (first - 1)
    inside = ops.logical_and(ops.greater(ids, 0), ops.less_equal(ids, size))
    return Items(ops.where(inside, ids, ops.zeros_like(ids)), items.keep)


def trimmed(items):
    """Drop columns that are padding in all notes, except the first."""
    used = ops.any(items.present, axis=0)
    column = ops.cumsum(ops.ones_like(used, "int32"))
    used = ops.nonzero(ops.logical_or(used, ops.equal(column, 1)))[0]
    ids = ops.take(items.ids, used, axis=1)
    return Items(ids, None if items.keep is None else ops.take(items.keep, used, 1))


def embed(items, embedding, scale=None):
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
    vectors = embedding(items.ids)
    _, kept = _weights(items, scale, vectors.dtype)
    return vectors * ops.expand_dims(kept, -1)


def means(items, embedding, scale=None):
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
    vectors = embedding(items.ids)
    weights = _weights(items, scale, vectors.dtype)
    weight, kept = (ops.expand_dims(values, 1) for values in weights)
    # a matrix product needs no second copy of all vectors
    sums = ops.matmul(kept, vectors)
    return layers.Flatten()(_divided(sums, ops.sum(weight, axis=2, keepdims=True)))


def means_by_counts(items, size, vectors, scale=None):
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
    weight = kept = _counts(items.ids, size)
    if items.keep is not None:
        left = ops.where(items.keep > 0, items.ids, ops.zeros_like(items.ids))
        # as dropout does, kept words are scaled up
        factor = ops.max(items.keep, axis=1, keepdims=True)
        kept = _counts(left, size) * ops.cast(factor, weight.dtype)
    if scale is not None:
        weight, kept = scale(weight), scale(kept)
    return vectors(_divided(kept, ops.sum(weight, axis=1, keepdims=True)))


def _counts(ids, size):
    """Return the counts of integers from 1 in each note."""
    counts = ops.bincount(ids, minlength=size + 1)[:, 1:]
    # half precision can't count thousands
    dtype = keras.config.dtype_policy().variable_dtype
    return ops.cast(ops.reshape(counts, (-1, size)), dtype)


def _weights(items, scale, dtype):
    """Return the weights of integers, and those weights after dropout."""
    weight = ops.cast(items.present, dtype)
    if scale is not None:
        weight = weight * ops.squeeze(scale(items.ids), -1)
    kept = weight
    if items.keep is not None:
        kept = weight * ops.cast(items.keep, dtype)
    return weight, kept


def _divided(sums, total):
    return sums / ops.where(total > 0, total, ops.ones_like(total))


def convolutional(vectors, present, sizes):
    """Take the maximum of each filter over all windows (Kim, 2014)."""
    present = ops.expand_dims(present, -1)
    maxima = []
    for n_filters, width in zip(sizes.filters, sizes.kernel_size, strict=True):
        convolve = layers.Conv1D(n_filters, width, padding="same")
        found = layers.Activation("relu")(convolve(vectors))
        found = ops.where(present, found, ops.zeros_like(found))
        maxima.append(ops.max(found, axis=1))
    return maxima[0] if len(maxima) == 1 else layers.Concatenate()(maxima)


def recurrent(vectors, present, sizes):
    """Run bidirectional LSTMs and average by learned weights (Yang et al., 2016)."""
    x = vectors
    for units in sizes.units:
        lstm = layers.LSTM(units, return_sequences=True)
        x = layers.Bidirectional(lstm)(x, mask=present)
    return attend(x, present)


def transformer(vectors, present, sizes, longest):
    """Run transformer blocks and average over words (Vaswani et al., 2017)."""
    dim = vectors.shape[-1]
    position = ops.cumsum(ops.ones_like(ops.cast(present, "int32")), axis=1) - 1
    x = vectors + layers.Embedding(longest, dim, name="position")(position)
    seen = ops.expand_dims(present, 1)
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
    weight = ops.expand_dims(ops.cast(present, x.dtype), -1)
    return _divided(ops.sum(x * weight, axis=1), ops.sum(weight, axis=1))


def dense(x, sizes):
    """Add the dense layers."""
    for units in sizes.dense_units:
        x = drop(x, sizes.dropout)
        x = layers.Dense(units, activation="relu")(x)
    return drop(x, sizes.dropout)


def held_out_loss(scores, items):
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
    known = ops.cast(ops.greater(items.ids, 1), scores.dtype)
    target = known
    if items.keep is not None:
        held = known * ops.cast(ops.equal(items.keep, 0), scores.dtype)
        some = ops.any(held > 0, axis=1, keepdims=True)
        target = ops.where(some, held, known)
    logarithms = ops.log_softmax(scores, axis=-1)
    losses = -ops.take_along_axis(logarithms, items.ids, axis=1) * target
    total = ops.sum(target, axis=1, keepdims=True)
    total = ops.where(total > 0, total, ops.ones_like(total))
    return ops.sum(losses, axis=1, keepdims=True) / total
