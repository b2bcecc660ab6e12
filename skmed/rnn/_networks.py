"""Recurrent networks for padded sequences with missing values.

Missing values are NaN. All layers skip time steps without any value, including padding.
Single missing values are replaced by zero, the mean of standardised channels.
"""

from dataclasses import dataclass

from skmed._keras import keras, layers, ops
from skmed._keras.shared_layers import attend, drop

# less than any output of a recurrent layer, which is between -1 and 1
MIN_OUTPUT = -2.0
CELLS = {"lstm": layers.LSTM, "gru": layers.GRU}


@dataclass(frozen=True)
class Sizes:
    """Sizes and layers of a network.

    Parameters
    ----------
    cell : str
        One of ``CELLS``.
    units : tuple of int
        Units of each recurrent layer.
    bidirectional : bool
        Whether recurrent layers are bidirectional.
    dropout : float
        Dropout rate after each recurrent layer.
    filters : tuple of int
        Number of filters of each convolution before the recurrent layers.
    kernel_size : int
        Size of the convolutions in time steps.
    pool_size : int
        Size of the max-pooling after each convolution.
    """

    cell: str
    units: tuple
    bidirectional: bool
    dropout: float
    filters: tuple
    kernel_size: int
    pool_size: int


def split_missing(x):
    """Replace missing values by zeros, and mask time steps without any value.

    Parameters
    ----------
    x : KerasTensor of shape (batch, n_steps, n_channels)
        Sequences with NaN for missing values.

    Returns
    -------
    values : KerasTensor of shape (batch, n_steps, n_channels)
        Sequences with zeros for missing values.
    mask : KerasTensor of bool, shape (batch, n_steps)
        Time steps with a value.
    """
    missing = ops.isnan(x)
    mask = ops.logical_not(ops.all(missing, axis=-1))
    return ops.where(missing, ops.zeros_like(x), x), mask


def convolutional(x, mask, sizes):
    """Apply convolutions, each followed by max-pooling, to sequences and their mask."""
    for n_filters in sizes.filters:
        x = layers.Conv1D(
            n_filters, sizes.kernel_size, padding="same", activation="relu"
        )(x)
        x = _mask_with_zeros(mask, x)
        if sizes.pool_size > 1:
            x = _pool(x, sizes.pool_size)
            weight = ops.cast(ops.expand_dims(mask, -1), x.dtype)
            mask = ops.squeeze(_pool(weight, sizes.pool_size), -1) > 0
    return x, mask


def _mask_with_zeros(mask, x):
    return ops.where(ops.expand_dims(mask, -1), x, ops.zeros_like(x))


def _pool(x, width):
    # windows begin at the first step; outputs of ReLU are at least the padded zeros
    x = layers.ZeroPadding1D((0, width - 1))(x)
    return layers.MaxPooling1D(width)(x)


def recurrent(x, mask, sizes, *, sequences, states=None):
    """Apply stacked recurrent layers.

    Parameters
    ----------
    x : KerasTensor of shape (batch, n_steps, n_channels)
        Sequences.
    mask : KerasTensor of bool, shape (batch, n_steps)
        Time steps that are not skipped.
    sizes : Sizes
        Sizes of the network.
    sequences : bool
        Whether to return the outputs of all time steps.
    states : list of list of KerasTensor, or None
        Initial states of each layer; None for zeros.

    Returns
    -------
    KerasTensor of shape (batch, n_steps, n_features) or (batch, n_features)
        Output of the last layer, before dropout.
    list of list of KerasTensor
        Final states of each layer; only if initial states are given.
    """
    new_states = []
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
            x, *layer_states = layer(x, mask=mask, initial_state=states[i])
            new_states.append(layer_states)
    return x if states is None else (x, new_states)


def masked_average(x, mask):
    """Return the mean over unmasked time steps."""
    return layers.GlobalAveragePooling1D()(x, mask=mask)


def masked_maximum(x, mask):
    """Return the maximum over unmasked time steps."""
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
    """Return a feature vector for each sequence.

    Parameters
    ----------
    x : KerasTensor of shape (batch, n_steps, n_channels)
        Standardised sequences.
    sizes : Sizes
        Sizes of the network.
    pooling : str
        One of ``POOLINGS``: how the outputs of time steps are pooled.

    Returns
    -------
    KerasTensor of shape (batch, n_features)
        Features.
    """
    x, mask = convolutional(*split_missing(x), sizes)
    x = recurrent(x, mask, sizes, sequences=pooling != "last")
    if pooling != "last":
        x = POOLINGS[pooling](x, mask)
    return drop(x, sizes.dropout)


def encode_steps(x, sizes):
    """Return features of all time steps, of shape (batch, n_steps, n_features)."""
    x, mask = convolutional(*split_missing(x), sizes)
    return recurrent(x, mask, sizes, sequences=True)


# ----- streams -----


def state_sizes(sizes, pooling):
    """Return the sizes of the states that a stream keeps.

    Parameters
    ----------
    sizes : Sizes
        Sizes of a unidirectional network.
    pooling : {"last", "avg", "max"}
        How the outputs of time steps are pooled.

    Returns
    -------
    recurrent : list of list of int
        Sizes of the states of each recurrent layer.
    pooled : list of int
        Sizes of the states of the pooling: sum and number of outputs ("avg"), their
        maximum ("max"), or none ("last").
    """
    per_layer = 2 if sizes.cell == "lstm" else 1
    pooled = {"last": [], "avg": [sizes.units[-1], 1], "max": [sizes.units[-1]]}
    return [[units] * per_layer for units in sizes.units], pooled[pooling]


def encode_from_states(x, sizes, pooling, states, pooled):
    """Encode sequences of which the states after earlier time steps are given.

    Parameters
    ----------
    x : KerasTensor of shape (batch, n_steps, n_channels)
        New time steps, standardised. All time steps of a sample may be masked.
    sizes : Sizes
        Sizes of the network.
    pooling : {"last", "avg", "max"}
        How the outputs of time steps are pooled.
    states, pooled : list of KerasTensor
        States of the sizes that :func:`state_sizes` returns.

    Returns
    -------
    features : KerasTensor of shape (batch, n_features)
        Features that :func:`encode` computes from all time steps so far.
    states, pooled : list of KerasTensor
        New states.
    """
    x, mask = split_missing(x)
    x, states = recurrent(x, mask, sizes, sequences=pooling != "last", states=states)
    if pooling == "last":
        # without new time steps the output of a layer is zero, but its state is kept
        return states[-1][0], states, []
    if pooling == "max":
        largest = ops.maximum(pooled[0], masked_maximum(x, mask))
        return largest, states, [largest]
    total = pooled[0] + ops.sum(_mask_with_zeros(mask, x), axis=1)
    weight = ops.cast(ops.expand_dims(mask, -1), x.dtype)
    count = pooled[1] + ops.sum(weight, axis=1)
    return total / ops.maximum(count, 1.0), states, [total, count]


# ----- decoders and their loss -----


def decoder(n_components, sizes, n_channels, dtype):
    """Return a recurrent decoder with a code as the input of each time step.

    Parameters
    ----------
    n_components : int
        Size of a code.
    sizes : Sizes
        Sizes of the encoder; the decoder has its layers in reverse order.
    n_channels : int
        Number of channels of a sequence.
    dtype : str
        Dtype of codes.

    Returns
    -------
    keras.Model
        Model from codes of shape (batch, n_steps, n_components) to standardised
        sequences of shape (batch, n_steps, n_channels).
    """
    inputs = x = keras.Input((None, n_components), dtype=dtype)
    for units in sizes.units[::-1]:
        x = CELLS[sizes.cell](units, return_sequences=True)(x)
    return keras.Model(inputs, layers.Dense(n_channels)(x), name="decoder")


def repeat_code(code, x):
    """Repeat the code of each sequence for all of its time steps."""
    return ops.expand_dims(code, 1) * ops.ones_like(x[..., :1])


def fixed_length_decoder(stepwise_decoder, length):
    """Return a model from codes of shape (batch, n_components) to sequences."""
    inputs = stepwise_decoder.inputs[0]
    code = keras.Input(inputs.shape[2:], dtype=inputs.dtype)
    return keras.Model(code, stepwise_decoder(layers.RepeatVector(length)(code)))


def mean_loss(x, reconstructed, loss, dtype):
    """Return the mean loss of each sequence, ignoring missing values and padding.

    Parameters
    ----------
    x, reconstructed : KerasTensor of shape (batch, n_steps, n_channels)
        Sequences, and their reconstructions.
    loss : {"squared_error", "absolute_error", "huber"}
        Loss of a value.
    dtype : str
        Dtype of the loss.

    Returns
    -------
    KerasTensor of shape (batch, 1)
        Mean losses.
    """
    x, reconstructed = ops.cast(x, dtype), ops.cast(reconstructed, dtype)
    observed = ops.cast(ops.logical_not(ops.isnan(x)), dtype)
    error = ops.abs(reconstructed - split_missing(x)[0])
    square = ops.square(error)
    if loss == "squared_error":
        error = square
    elif loss == "huber":
        error = ops.where(error <= 1.0, 0.5 * square, error - 0.5)
    total = ops.sum(error * observed, axis=(1, 2))
    return ops.expand_dims(total / ops.sum(observed, axis=(1, 2)), -1)
