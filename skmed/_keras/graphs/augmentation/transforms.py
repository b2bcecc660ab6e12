"""Random transforms of samples that preserve their labels, inside a graph.

Each transform takes samples of shape ``(n_samples, *sizes, n_channels)``, a strength, a
seed and ``n_draws``: the number of samples, or 1 to transform all of them alike.
Geometric transforms of volumes are within slices, the last two sizes.
"""

import math

import tensorflow as tf

# geometric transforms; their strengths are a fraction of the size, degrees, a fraction,
# a probability, and a fraction of the length
GEOMETRIC = ("shift", "rotation", "zoom", "flip", "warp")


def draw_uniform(seed, n_draws, dtype, *shape, low=-1.0, high=1.0):
    """Draw uniform random numbers of shape ``(n_draws, *shape)``."""
    values = tf.random.stateless_uniform((n_draws, *shape), seed, low, high)
    return tf.cast(values, dtype)


def fold_in(seed, number):
    """Return a new seed, another one for each number."""
    return tf.random.experimental.stateless_fold_in(seed, number)


def _expand_dims(values, x):
    """Reshape one value per sample so that it broadcasts against samples."""
    return tf.reshape(values, (-1, *[1] * (len(x.shape) - 1)))


def _mean(x):
    return tf.reduce_mean(x, range(1, len(x.shape) - 1), keepdims=True)


# ----- intensity -----


def contrast(x, strength, seed, n_draws):
    """Scale the values of each channel around their mean."""
    factor = _expand_dims(1.0 + strength * draw_uniform(seed, n_draws, x.dtype), x)
    mean = _mean(x)
    return mean + factor * (x - mean)


def noise(x, strength, seed, n_draws):
    """Add normal noise in units of the standard deviation of sample and channel."""
    values = tf.random.stateless_normal((n_draws, *x.shape[1:]), seed)
    deviation = tf.sqrt(_mean(tf.math.squared_difference(x, _mean(x))))
    return x + strength * deviation * tf.cast(values, x.dtype)


def cutout(x, strength, seed, n_draws):
    """Replace a box at a random position by the mean (DeVries & Taylor, 2017)."""
    inside = tf.ones((1,) * len(x.shape), tf.bool)
    for axis, size in enumerate(x.shape[1:-1]):
        center = draw_uniform(fold_in(seed, axis), n_draws, x.dtype, low=0.0) * size
        position = tf.range(size, dtype=x.dtype) + 0.5
        shape = [1] * len(x.shape)
        shape[axis + 1] = size
        distance = tf.abs(tf.reshape(position, shape) - _expand_dims(center, x))
        inside &= distance <= 0.5 * strength * size
    return tf.where(inside, _mean(x), x)


INTENSITY = {"contrast": contrast, "noise": noise, "cutout": cutout}


# ----- geometry -----


def transform_geometry(x, strengths, seed, n_draws):
    """Shift, rotate, zoom, flip and warp samples in one interpolation.

    Parameters
    ----------
    x : tensor of shape (n_samples, *sizes, n_channels)
        Samples.
    strengths : dict of str to tensor
        Strengths of some of ``GEOMETRIC``.
    seed : tensor of int32, shape (2,)
        Seed of all random numbers.
    n_draws : tensor or int
        The number of samples, or 1.

    Returns
    -------
    tensor of shape (n_samples, *sizes, n_channels)
        Transformed samples, whose border values are repeated outside.
    """
    seeds = {name: fold_in(seed, i) for i, name in enumerate(GEOMETRIC)}

    def scaled_draw(name, *shape):
        if name not in strengths:
            return tf.zeros((n_draws, *shape), x.dtype)
        return strengths[name] * draw_uniform(seeds[name], n_draws, x.dtype, *shape)

    sign = tf.ones((n_draws,), x.dtype)
    if "flip" in strengths:
        chance = draw_uniform(seeds["flip"], n_draws, x.dtype, low=0.0)
        sign = tf.where(chance < strengths["flip"], -sign, sign)
    scale = 1.0 / (1.0 + scaled_draw("zoom"))
    if len(x.shape) == 3:
        waves = scaled_draw("warp", 3)
        return _transform_signals(x, scaled_draw("shift"), scale * sign, waves)
    angle = scaled_draw("rotation") * (math.pi / 180)
    if len(x.shape) == 4:
        return _transform_images(x, scaled_draw("shift", 2), scale, sign, angle)
    # all slices of a volume are transformed alike
    _, depth, *shape = x.shape
    images = tf.reshape(x, (-1, *shape))
    arguments = [scaled_draw("shift", 2), scale, sign, angle]
    if not (isinstance(n_draws, int) and n_draws == 1):
        arguments = [tf.repeat(values, depth, axis=0) for values in arguments]
    return tf.reshape(_transform_images(images, *arguments), tf.shape(x))


def _transform_signals(x, shift, scale, waves):
    length = x.shape[1]
    position = tf.linspace(tf.cast(-0.5, x.dtype), tf.cast(0.5, x.dtype), length)
    sines = [tf.sin(k * math.pi * (position + 0.5)) / k for k in (1, 2, 3)]
    position = position * scale[:, None] + shift[:, None] + waves @ tf.stack(sines)
    position = tf.clip_by_value((position + 0.5) * (length - 1), 0.0, length - 1.0)
    position = tf.broadcast_to(position, (tf.shape(x)[0], length))
    before = tf.floor(position)
    part = (position - before)[..., None]
    before = tf.cast(before, tf.int32)
    after = tf.minimum(before + 1, length - 1)
    first, second = (tf.gather(x, i, batch_dims=1) for i in (before, after))
    return first + part * (second - first)


def _transform_images(x, shift, scale, sign, angle):
    height, width = x.shape[1:3]
    center_x, center_y = (width - 1) / 2, (height - 1) / 2
    cos, sin = scale * tf.cos(angle), scale * tf.sin(angle)
    # matrix from positions in the new image to positions in the old one
    a, b, c, d = cos * sign, -sin * sign, sin, cos
    to_x = center_x - a * center_x - b * center_y + shift[:, 1] * width
    to_y = center_y - c * center_x - d * center_y + shift[:, 0] * height
    zero = tf.zeros_like(a)
    matrix = tf.stack([a, b, to_x, c, d, to_y, zero, zero], axis=1)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=x,
        transforms=tf.cast(matrix, tf.float32),
        output_shape=tf.constant([height, width]),
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )


# ----- mixup -----


def mixup(x, y, weight, strength, seed):
    """Mix each sample, its target and its weight with another's (Zhang et al., 2018).

    Parameters
    ----------
    x, y, weight : tensors of shape (batch_size, ...)
        A batch; targets are numbers or probabilities of classes.
    strength : tensor
        Both parameters of the Beta distribution of the mixing coefficients.
    seed : tensor of int32, shape (2,)
        Seed of all random numbers.

    Returns
    -------
    x, y, weight : tensors of the same shapes
        The mixed batch.
    """
    n_samples = tf.shape(x)[0]
    strength = tf.cast(strength, tf.float32)
    first, second = (
        tf.random.stateless_gamma((n_samples,), fold_in(seed, i), strength)
        for i in (0, 1)
    )
    # both may underflow to zero if the parameter is small
    share = tf.math.divide_no_nan(first, first + second)
    share = tf.cast(tf.maximum(share, 1.0 - share), x.dtype)
    other = tf.argsort(tf.random.stateless_uniform((n_samples,), fold_in(seed, 2)))
    own = tf.cast(share, weight.dtype) * weight
    others = (1.0 - tf.cast(share, weight.dtype)) * tf.gather(weight, other)
    part = tf.cast(own / (own + others), y.dtype)
    part, share = _expand_dims(part, y), _expand_dims(share, x)
    return (
        share * x + (1.0 - share) * tf.gather(x, other),
        part * y + (1.0 - part) * tf.gather(y, other),
        own + others,
    )
