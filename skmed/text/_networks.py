"""Networks over the numbers of words, from tensor to tensor.

Zero is padding. Every function leaves it out, so that it changes nothing.
"""

from dataclasses import dataclass

from skmed._keras import keras, layers, ops
from skmed._keras.blocks import attend, drop


@dataclass(frozen=True)
class Sizes:
    """How large a network is.

    Parameters
    ----------
    filters : int
        Of the convolutions of each width.
    kernel_sizes : tuple of int
        Their widths, in words.
    units : int
        Of the recurrent layer, in each direction.
    n_blocks, n_heads : int
        Of the transformer.
    dense_units : tuple of int
        Of each dense layer before the prediction.
    dropout : float
        Rate around dense layers and inside transformer blocks.
    """

    filters: int
    kernel_sizes: tuple
    units: int
    n_blocks: int
    n_heads: int
    dense_units: tuple
    dropout: float


@dataclass(frozen=True)
class Items:
    """The numbers of a batch of rows, and what counts of them.

    Parameters
    ----------
    ids : KerasTensor of int, shape (batch, length)
        Numbers, zero where there is none.
    keep : KerasTensor of shape (batch, length), or None
        What they are multiplied with: zero for those left out in training.
    """

    ids: keras.KerasTensor
    keep: keras.KerasTensor | None = None

    @property
    def present(self):
        """Where there is a number: bool of shape (batch, length)."""
        return ops.not_equal(self.ids, 0)


def words_of(items, n_words, longest):
    """Return the words of rows, without what comes after them."""
    ids = items.ids[:, :longest]
    ids = ops.where(ops.less(ids, n_words), ids, ops.zeros_like(ids))
    return trimmed(Items(ids, items.keep))


def kind_of(items, first, size):
    """Return ``size`` numbers from ``first`` on, counted from 1, without the others."""
    ids = items.ids - (first - 1)
    inside = ops.logical_and(ops.greater(ids, 0), ops.less_equal(ids, size))
    return Items(ops.where(inside, ids, ops.zeros_like(ids)), items.keep)


def trimmed(items):
    """Leave out columns in which no row of a batch has a number, but for the first."""
    used = ops.any(items.present, axis=0)
    column = ops.cumsum(ops.ones_like(used, "int32"))
    used = ops.nonzero(ops.logical_or(used, ops.equal(column, 1)))[0]
    ids = ops.take(items.ids, used, axis=1)
    return Items(ids, None if items.keep is None else ops.take(items.keep, used, 1))


def embed(items, embedding, scale=None):
    """Return vectors, multiplied by how much they count.

    Parameters
    ----------
    items : Items
        Numbers.
    embedding : keras.layers.Embedding
        The vectors.
    scale : keras.layers.Embedding or None
        How much each number counts.

    Returns
    -------
    KerasTensor of shape (batch, length, dim)
        Zero where there is no number, and where it is left out at random.
    """
    vectors = embedding(items.ids)
    _, kept = _weights(items, scale, vectors.dtype)
    return vectors * ops.expand_dims(kept, -1)


def means(items, embedding, scale=None):
    """Average the vectors of numbers.

    Parameters
    ----------
    items : Items
        Numbers.
    embedding : keras.layers.Embedding
        The vectors.
    scale : keras.layers.Embedding or None
        How much each number counts.

    Returns
    -------
    KerasTensor of shape (batch, dim)
        Zero where nothing counts.
    """
    vectors = embedding(items.ids)
    weights = _weights(items, scale, vectors.dtype)
    weight, kept = (ops.expand_dims(values, 1) for values in weights)
    # a product of matrices holds no second copy of all vectors
    sums = ops.matmul(kept, vectors)
    return layers.Flatten()(_divided(sums, ops.sum(weight, axis=2, keepdims=True)))


def means_by_counts(items, size, vectors, scale=None):
    """Average the vectors of numbers by how often each number occurs.

    A note has thousands of parts of words. To multiply their counts with all vectors
    is several times as fast as to fetch a vector for each, and takes less memory.

    Parameters
    ----------
    items : Items
        Numbers from 1.
    size : int
        How many numbers there are.
    vectors : keras.layers.Dense
        Multiplies shares with the vectors.
    scale : keras.layers.Layer or None
        Multiplies counts by how much each number counts.

    Returns
    -------
    KerasTensor of shape (batch, dim)
        Zero where nothing counts.
    """
    weight = kept = _counts(items.ids, size)
    if items.keep is not None:
        left = ops.where(items.keep > 0, items.ids, ops.zeros_like(items.ids))
        # what is kept makes up for what is left out, all of it alike
        factor = ops.max(items.keep, axis=1, keepdims=True)
        kept = _counts(left, size) * ops.cast(factor, weight.dtype)
    if scale is not None:
        weight, kept = scale(weight), scale(kept)
    return vectors(_divided(kept, ops.sum(weight, axis=1, keepdims=True)))


def _counts(ids, size):
    """Return how often each number from 1 is in a row."""
    counts = ops.bincount(ids, minlength=size + 1)[:, 1:]
    # half precision has no thousands
    dtype = keras.config.dtype_policy().variable_dtype
    return ops.cast(ops.reshape(counts, (-1, size)), dtype)


def _weights(items, scale, dtype):
    """Return how much numbers count, and without what is left out at random."""
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
    for width in sizes.kernel_sizes:
        convolve = layers.Conv1D(sizes.filters, width, padding="same")
        found = layers.Activation("relu")(convolve(vectors))
        found = ops.where(present, found, ops.zeros_like(found))
        maxima.append(ops.max(found, axis=1))
    return maxima[0] if len(maxima) == 1 else layers.Concatenate()(maxima)


def recurrent(vectors, present, sizes):
    """Read in both directions, and average by learned weights (Yang et al., 2016)."""
    lstm = layers.LSTM(sizes.units, return_sequences=True)
    states = layers.Bidirectional(lstm)(vectors, mask=present)
    return attend(states, present)


def transformer(vectors, present, sizes, longest):
    """Let each word look at all others, block by block (Vaswani et al., 2017)."""
    dim = vectors.shape[-1]
    position = ops.cumsum(ops.ones_like(ops.cast(present, "int32")), axis=1) - 1
    x = vectors + layers.Embedding(longest, dim, name="position")(position)
    seen = ops.expand_dims(present, 1)
    for _ in range(sizes.n_blocks):
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
    """Return how surprising the held-out words of each row are.

    Parameters
    ----------
    scores : KerasTensor of shape (batch, n_words)
        Logits of each word.
    items : Items
        Words. Where none is left out, as in predictions, all of them count.

    Returns
    -------
    KerasTensor of shape (batch, 1)
        The mean of minus the logarithm of their probabilities.
    """
    # what is unknown can't be told
    known = ops.cast(ops.greater(items.ids, 1), scores.dtype)
    target = known
    if items.keep is not None:
        held = known * ops.cast(ops.equal(items.keep, 0), scores.dtype)
        some = ops.any(held > 0, axis=1, keepdims=True)
        target = ops.where(some, held, known)
    logarithms = ops.log_softmax(scores, axis=-1)
    surprise = -ops.take_along_axis(logarithms, items.ids, axis=1) * target
    total = ops.sum(target, axis=1, keepdims=True)
    total = ops.where(total > 0, total, ops.ones_like(total))
    return ops.sum(surprise, axis=1, keepdims=True) / total
