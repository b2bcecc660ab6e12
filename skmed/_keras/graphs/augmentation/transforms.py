"""Random changes of rows that leave their meaning alone, inside a graph.

Each takes rows of shape ``(n, *sizes, channels)``, how strong it is, and a seed, and
draws once for each row, or once for all of them, where ``n_draws`` is 1. Volumes are
moved within their slices, the last two sizes.
"""

import math

import tensorflow as tf

# units of the strengths: fraction of the size, degrees, fraction, probability ...
MOVES = ("shift", "rotation", "zoom", "flip", "warp")


def draw(seed, n_draws, dtype, *shape, low=-1.0, high=1.0):
    """Draw uniform numbers of shape ``(n_draws, *shape)``."""
    drawn = tf.random.stateless_uniform((n_draws, *shape), seed, low, high)
    return tf.cast(drawn, dtype)


def folded(seed, number):
    """Return another seed for each number."""
    return tf.random.experimental.stateless_fold_in(seed, number)


def _column(values, x):
    """Give one number for each row the axes of rows."""
    return tf.reshape(values, (-1, *[1] * (len(x.shape) - 1)))


def _mean(x):
    return tf.reduce_mean(x, range(1, len(x.shape) - 1), keepdims=True)


# ----- values -----


def contrast(x, amount, seed, n_draws):
    """Stretch the values of each row around the mean of their channel."""
    factor = _column(1.0 + amount * draw(seed, n_draws, x.dtype), x)
    mean = _mean(x)
    return mean + factor * (x - mean)


def noise(x, amount, seed, n_draws):
    """Add normal noise, in standard deviations of each row and channel."""
    drawn = tf.random.stateless_normal((n_draws, *x.shape[1:]), seed)
    deviation = tf.sqrt(_mean(tf.math.squared_difference(x, _mean(x))))
    return x + amount * deviation * tf.cast(drawn, x.dtype)


def cutout(x, amount, seed, n_draws):
    """Put the row's mean into a box anywhere (DeVries & Taylor, 2017)."""
    inside = tf.ones((1,) * len(x.shape), tf.bool)
    for axis, size in enumerate(x.shape[1:-1]):
        centre = draw(folded(seed, axis), n_draws, x.dtype, low=0.0) * size
        place = tf.range(size, dtype=x.dtype) + 0.5
        shape = [1] * len(x.shape)
        shape[axis + 1] = size
        away = tf.abs(tf.reshape(place, shape) - _column(centre, x))
        inside &= away <= 0.5 * amount * size
    return tf.where(inside, _mean(x), x)


VALUES = {"contrast": contrast, "noise": noise, "cutout": cutout}


# ----- places -----


def move(x, amounts, seed, n_draws):
    """Shift, rotate, zoom, mirror and warp rows, all in one interpolation.

    Parameters
    ----------
    x : tensor of shape (n, *sizes, channels)
        Rows.
    amounts : dict of str to tensor
        Strengths of some of ``MOVES``.
    seed : tensor of int32, shape (2,)
        Where all draws come from.
    n_draws : tensor or int
        The number of rows, or 1.

    Returns
    -------
    tensor of shape (n, *sizes, channels)
        Moved rows; at the borders the last value goes on.
    """
    seeds = {name: folded(seed, i) for i, name in enumerate(MOVES)}

    def drawn(name, *shape):
        if name not in amounts:
            return tf.zeros((n_draws, *shape), x.dtype)
        return amounts[name] * draw(seeds[name], n_draws, x.dtype, *shape)

    mirrored = tf.ones((n_draws,), x.dtype)
    if "flip" in amounts:
        chance = draw(seeds["flip"], n_draws, x.dtype, low=0.0)
        mirrored = tf.where(chance < amounts["flip"], -mirrored, mirrored)
    scale = 1.0 / (1.0 + drawn("zoom"))
    if len(x.shape) == 3:
        waves = drawn("warp", 3)
        return _move_signals(x, drawn("shift"), scale * mirrored, waves)
    angle = drawn("rotation") * (math.pi / 180)
    if len(x.shape) == 4:
        return _move_images(x, drawn("shift", 2), scale, mirrored, angle)
    # every slice of a volume is moved alike
    _, depth, *shape = x.shape
    images = tf.reshape(x, (-1, *shape))
    each = [drawn("shift", 2), scale, mirrored, angle]
    if not (isinstance(n_draws, int) and n_draws == 1):
        each = [tf.repeat(values, depth, axis=0) for values in each]
    return tf.reshape(_move_images(images, *each), tf.shape(x))


def _move_signals(x, shift, scale, waves):
    length = x.shape[1]
    place = tf.linspace(tf.cast(-0.5, x.dtype), tf.cast(0.5, x.dtype), length)
    bends = [tf.sin(k * math.pi * (place + 0.5)) / k for k in (1, 2, 3)]
    place = place * scale[:, None] + shift[:, None] + waves @ tf.stack(bends)
    place = tf.clip_by_value((place + 0.5) * (length - 1), 0.0, length - 1.0)
    place = tf.broadcast_to(place, (tf.shape(x)[0], length))
    before = tf.floor(place)
    part = (place - before)[..., None]
    before = tf.cast(before, tf.int32)
    after = tf.minimum(before + 1, length - 1)
    first, second = (tf.gather(x, i, batch_dims=1) for i in (before, after))
    return first + part * (second - first)


def _move_images(x, shift, scale, mirrored, angle):
    height, width = x.shape[1:3]
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    cos, sin = scale * tf.cos(angle), scale * tf.sin(angle)
    # from a place in the new image to one in the old: rows of a matrix
    a, b, c, d = cos * mirrored, -sin * mirrored, sin, cos
    to_x = middle_x - a * middle_x - b * middle_y + shift[:, 1] * width
    to_y = middle_y - c * middle_x - d * middle_y + shift[:, 0] * height
    none = tf.zeros_like(a)
    matrix = tf.stack([a, b, to_x, c, d, to_y, none, none], axis=1)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=x,
        transforms=tf.cast(matrix, tf.float32),
        output_shape=tf.constant([height, width]),
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )


# ----- pairs -----


def mixup(x, y, weight, amount, seed):
    """Blend each row, its target and its weight with another's (Zhang et al., 2018).

    Parameters
    ----------
    x, y, weight : tensors with n rows
        A batch; targets are numbers or shares of classes.
    amount : tensor
        Both parameters of the Beta distribution from which shares are drawn.
    seed : tensor of int32, shape (2,)
        Where all draws come from.

    Returns
    -------
    x, y, weight : tensors of the same shapes
        The blended batch.
    """
    n_rows = tf.shape(x)[0]
    amount = tf.cast(amount, tf.float32)
    first, second = (
        tf.random.stateless_gamma((n_rows,), folded(seed, i), amount) for i in (0, 1)
    )
    # both may round to nothing where the parameter is small
    share = tf.math.divide_no_nan(first, first + second)
    share = tf.cast(tf.maximum(share, 1.0 - share), x.dtype)
    other = tf.argsort(tf.random.stateless_uniform((n_rows,), folded(seed, 2)))
    own = tf.cast(share, weight.dtype) * weight
    others = (1.0 - tf.cast(share, weight.dtype)) * tf.gather(weight, other)
    part = tf.cast(own / (own + others), y.dtype)
    part, share = _column(part, y), _column(share, x)
    return (
        share * x + (1.0 - share) * tf.gather(x, other),
        part * y + (1.0 - part) * tf.gather(y, other),
        own + others,
    )
