"""Networks over the numbers of words, from tensor to tensor.

Zero is padding. Every function leaves it out, so that it changes nothing.
"""

from dataclasses import dataclass

from keras import KerasTensor, layers, ops

from .._keras._layers import attend, drop


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

    ids: KerasTensor
    keep: KerasTensor | None = None

    @property
    def present(self):
        """Where there is a number: bool of shape (batch, length)."""
        return ops.not_equal(self.ids, 0)


def words_of(items, n_words, longest):
    """Return the words of rows, without what comes after them."""
    ids = items.ids[:, :longest]
    ids = ops.where(ops.less(ids, n_words), ids, ops.zeros_like(ids))
    return Items(ids, None if items.keep is None else items.keep[:, :longest])


def between(items, first, last):
    """Return the numbers from ``first`` to ``last`` (excluded), counted from 1."""
    inside = ops.logical_and(
        ops.greater_equal(items.ids, first), ops.less(items.ids, last)
    )
    ids = ops.where(inside, items.ids - (first - 1), ops.zeros_like(items.ids))
    return Items(ids, items.keep)


def embed(items, embedding, scale=None):
    """Return vectors, zero where there is no number.

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
    vectors : KerasTensor of shape (batch, length, dim)
        Multiplied by how much they count.
    weight : KerasTensor of shape (batch, length, 1)
        How much they count, without what is left out at random.
    """
    vectors = embedding(items.ids)
    weight = ops.expand_dims(ops.cast(items.present, vectors.dtype), -1)
    if scale is not None:
        weight = weight * scale(items.ids)
    kept = weight
    if items.keep is not None:
        kept = weight * ops.expand_dims(ops.cast(items.keep, vectors.dtype), -1)
    return vectors * kept, weight


def mean(vectors, weight):
    """Average vectors that are multiplied by their weight; zero where none counts."""
    total = ops.sum(weight, axis=1)
    return ops.sum(vectors, axis=1) / ops.where(total > 0, total, ops.ones_like(total))


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
    return mean(x * weight, weight)


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
