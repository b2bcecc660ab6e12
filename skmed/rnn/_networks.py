"""Recurrent networks of padded sequences, from tensor to tensor.

Missing values are NaN. A step without any value is skipped by every layer, as padding
is; a single missing value counts as zero, the mean of its channel where channels are
standardised.
"""

from dataclasses import dataclass

from skmed._keras import keras, layers, ops
from skmed._keras.shared_layers import attend, drop

# below every output of a recurrent layer
MIN_OUTPUT = -2.0
CELLS = {"lstm": layers.LSTM, "gru": layers.GRU}


@dataclass(frozen=True)
class Sizes:
    """How large a network is.

    Parameters
    ----------
    cell : str
        One of ``CELLS``.
    units : tuple of int
        Of each recurrent layer.
    bidirectional : bool
        Whether each layer also reads backwards.
    dropout : float
        Rate after each recurrent layer.
    filters : tuple of int
        Of each convolution before the recurrent layers.
    kernel_size, pool_size : int
        Width of the convolutions, and by how much each shortens a sequence.
    """

    cell: str
    units: tuple
    bidirectional: bool
    dropout: float
    filters: tuple
    kernel_size: int
    pool_size: int


def split_missing(x):
    """Replace missing values by zeros, and mask steps without values.

    Parameters
    ----------
    x : KerasTensor of shape (batch, steps, channels)
        Sequences with NaN where something is missing.

    Returns
    -------
    values : KerasTensor of shape (batch, steps, channels)
        With zeros instead.
    mask : KerasTensor of bool, shape (batch, steps)
        Where a step has a value.
    """
    missing = ops.isnan(x)
    mask = ops.logical_not(ops.all(missing, axis=-1))
    return ops.where(missing, ops.zeros_like(x), x), mask


def convolutional(x, mask, sizes):
    """Shorten sequences by convolutions, each with max-pooling after it."""
    for n_filters in sizes.filters:
        x = layers.Conv1D(
            n_filters, sizes.kernel_size, padding="same", activation="relu"
        )(x)
        x = _mask_with_zeros(mask, x)
        if sizes.pool_size > 1:
            x = _pool(x, sizes.pool_size)
            column = ops.cast(ops.expand_dims(mask, -1), x.dtype)
            mask = ops.squeeze(_pool(column, sizes.pool_size), -1) > 0
    return x, mask


def _mask_with_zeros(mask, x):
    return ops.where(ops.expand_dims(mask, -1), x, ops.zeros_like(x))


def _pool(x, width):
    # from the first step on, whatever the length; what is added is no more than zero
    x = layers.ZeroPadding1D((0, width - 1))(x)
    return layers.MaxPooling1D(width)(x)


def recurrent(x, mask, sizes, *, sequences, states=None):
    """Run recurrent layers one on top of the other.

    Parameters
    ----------
    x : KerasTensor of shape (batch, steps, channels)
        Sequences.
    mask : KerasTensor of bool, shape (batch, steps)
        Which steps count.
    sizes : Sizes
        Of the network.
    sequences : bool
        Whether the last layer gives its output at every step.
    states : list of list of KerasTensor, or None
        Of each layer, before the first step; then those after the last are returned
        too.

    Returns
    -------
    KerasTensor of shape (batch, steps, features) or (batch, features)
        The output of the last layer, before dropout.
    list of list of KerasTensor
        New states, where states were given.
    """
    after = []
    for i, units in enumerate(sizes.units):
        if i:
            x = drop(x, sizes.dropout)
        layer = CELLS[sizes.cell](
            units,
            return_sequences=sequences or i < len(sizes.units) - 1,
            return_state=states is not None,
        )
        if sizes.bidirectional:
            layer = layers.Bidirectional(layer)
        if states is None:
            x = layer(x, mask=mask)
        else:
            x, *new = layer(x, mask=mask, initial_state=states[i])
            after.append(new)
    return x if states is None else (x, after)


def masked_average(x, mask):
    """Return the mean over the steps that count."""
    return layers.GlobalAveragePooling1D()(x, mask=mask)


def masked_maximum(x, mask):
    """Return the maximum over the steps that count."""
    return ops.max(_mask_with_min_output(mask, x), axis=1)


def _mask_with_min_output(mask, x):
    return ops.where(ops.expand_dims(mask, -1), x, MIN_OUTPUT * ops.ones_like(x))


POOLINGS = {
    "last": None,
    "avg": masked_average,
    "max": masked_maximum,
    "attention": attend,
}


def encode(x, sizes, pooling):
    """Return one row of features for each sequence.

    Parameters
    ----------
    x : KerasTensor of shape (batch, steps, channels)
        Sequences, standardised.
    sizes : Sizes
        Of the network.
    pooling : str
        One of ``POOLINGS``: how steps become a row.

    Returns
    -------
    KerasTensor of shape (batch, features)
        Features.
    """
    x, mask = convolutional(*split_missing(x), sizes)
    x = recurrent(x, mask, sizes, sequences=pooling != "last")
    if pooling != "last":
        x = POOLINGS[pooling](x, mask)
    return drop(x, sizes.dropout)


def encode_steps(x, sizes):
    """Return features of every step, (batch, steps, features)."""
    x, mask = convolutional(*split_missing(x), sizes)
    return recurrent(x, mask, sizes, sequences=True)


# ----- streams -----


def state_sizes(sizes, pooling):
    """Return the sizes of the states between two calls of a stream.

    Parameters
    ----------
    sizes : Sizes
        Of the network, which reads forwards only.
    pooling : str
        "last", "avg" or "max".

    Returns
    -------
    recurrent : list of list of int
        Of each layer.
    pooled : list of int
        Sums and numbers of steps, or maxima.
    """
    per_layer = 2 if sizes.cell == "lstm" else 1
    pooled = {"last": [], "avg": [sizes.units[-1], 1], "max": [sizes.units[-1]]}
    return [[units] * per_layer for units in sizes.units], pooled[pooling]


def encode_from_states(x, sizes, pooling, states, pooled):
    """Read further steps, from the states after earlier ones.

    Parameters
    ----------
    x : KerasTensor of shape (batch, steps, channels)
        New steps, standardised; a row may have none.
    sizes : Sizes
        Of the network.
    pooling : str
        "last", "avg" or "max".
    states, pooled : list of KerasTensor
        As :func:`states_of` describes them.

    Returns
    -------
    features : KerasTensor of shape (batch, features)
        What :func:`encode` gives for all steps so far.
    states, pooled : list of KerasTensor
        After these steps.
    """
    x, mask = split_missing(x)
    x, states = recurrent(x, mask, sizes, sequences=pooling != "last", states=states)
    if pooling == "last":
        # a layer's output is zero where nothing came; its state isn't
        return states[-1][0], states, []
    if pooling == "max":
        best = ops.maximum(pooled[0], masked_maximum(x, mask))
        return best, states, [best]
    total = pooled[0] + ops.sum(_mask_with_zeros(mask, x), axis=1)
    column = ops.cast(ops.expand_dims(mask, -1), x.dtype)
    number = pooled[1] + ops.sum(column, axis=1)
    return total / ops.maximum(number, 1.0), states, [total, number]


# ----- decoders -----


def decoder(n_components, sizes, n_channels, dtype):
    """Return a network from codes, one at every step, to sequences.

    Parameters
    ----------
    n_components : int
        Numbers of a code.
    sizes : Sizes
        Of the network that made the codes, whose layers come in reverse.
    n_channels : int
        Of a sequence.
    dtype : str
        Of codes.

    Returns
    -------
    keras.Model
        Sequences are standardised, and have as many steps as there are codes.
    """
    inputs = x = keras.Input((None, n_components), dtype=dtype)
    for units in sizes.units[::-1]:
        x = CELLS[sizes.cell](units, return_sequences=True)(x)
    return keras.Model(inputs, layers.Dense(n_channels)(x), name="decoder")


def repeat_code(code, x):
    """Give every step of sequences the code of their row."""
    return ops.expand_dims(code, 1) * ops.ones_like(x[..., :1])


def fixed_length_decoder(by_step, length):
    """Return a network from codes (batch, n_components) to sequences of one length."""
    inputs = by_step.inputs[0]
    code = keras.Input(inputs.shape[2:], dtype=inputs.dtype)
    return keras.Model(code, by_step(layers.RepeatVector(length)(code)))


def mean_loss(x, rebuilt, loss, dtype):
    """Return the mean loss of each row's values, missing ones left out.

    Parameters
    ----------
    x, rebuilt : KerasTensor of shape (batch, steps, channels)
        Sequences, and what was made of them.
    loss : {"squared_error", "absolute_error", "huber"}
        Of one value.
    dtype : str
        Of the result.

    Returns
    -------
    KerasTensor of shape (batch, 1)
        Whatever the padding.
    """
    x, rebuilt = ops.cast(x, dtype), ops.cast(rebuilt, dtype)
    here = ops.cast(ops.logical_not(ops.isnan(x)), dtype)
    away = ops.abs(rebuilt - split_missing(x)[0])
    square = ops.square(away)
    if loss == "squared_error":
        away = square
    elif loss == "huber":
        away = ops.where(away <= 1.0, 0.5 * square, away - 0.5)
    total = ops.sum(away * here, axis=(1, 2))
    return ops.expand_dims(total / ops.sum(here, axis=(1, 2)), -1)
