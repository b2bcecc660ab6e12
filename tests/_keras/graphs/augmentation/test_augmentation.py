"""Random changes of rows: what each does, seeds, mixing, views."""

import itertools

import numpy as np
import pytest
import tensorflow as tf
from scipy import ndimage

from skmed._keras.estimators.prediction import _mean_over_views
from skmed._keras.graphs.augmentation.augmentation import (
    DEFAULTS,
    Augmentation,
    augment_batch,
    make_augmentation,
    transform_samples,
)
from skmed._keras.graphs.augmentation.transforms import transform_geometry

SHAPES = {1: (30, 2), 2: (9, 11, 2), 3: (3, 7, 9, 1)}
EACH = [(rank, name) for name, (_, ranks) in DEFAULTS.items() for rank in ranks]


def rows(rank, n_samples=6, seed=0):
    x = np.random.default_rng(seed).normal(size=(n_samples, *SHAPES[rank]))
    # smooth, so that a small move is a small change
    return ndimage.gaussian_filter(x, (0, *[1] * rank, 0)).astype(np.float32)


def change(x, name, amount=None, seed=(1, 2), n_draws=None):
    amounts = tf.constant([amount or DEFAULTS[name][0]], tf.float32)
    return transform_samples(
        *((name,), amounts, tf.constant(x), tf.constant(seed)), n_draws or len(x)
    ).numpy()


@pytest.mark.parametrize(("rank", "name"), [e for e in EACH if e[1] != "mixup"])
def test_a_change_is_random_seeded_and_of_each_row(rank, name):
    x = rows(rank)
    # every row the same, so that what differs is what was drawn
    x[:] = x[0]
    amount = 30.0 if name == "rotation" else 0.5
    got = change(x, name, amount)
    assert got.shape == x.shape
    assert got.dtype == x.dtype
    assert np.all(np.isfinite(got))
    np.testing.assert_array_equal(
        got, change(x, name, 0.5 if name != "rotation" else 30.0)
    )
    others = change(x, name, amount, seed=(3, 4))
    assert not np.array_equal(got, others)
    assert len(np.unique(np.round(got.reshape(6, -1), 5), axis=0)) > 1
    alike = change(x, name, n_draws=1)
    np.testing.assert_allclose(alike, np.repeat(alike[:1], 6, axis=0), atol=1e-6)


@pytest.mark.parametrize(("rank", "name"), [e for e in EACH if e[1] != "mixup"])
def test_a_change_of_no_strength_changes_nothing(rank, name):
    x = rows(rank)
    got = change(x, name, 1e-9)
    np.testing.assert_allclose(got, x, atol=1e-5)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_flip_mirrors_the_last_size(rank):
    x = rows(rank)
    got = change(x, "flip", 1.0)
    np.testing.assert_allclose(got, np.flip(x, axis=-2), atol=1e-5)
    some = change(np.repeat(x[:1], 400, axis=0), "flip", 0.3)
    flipped = np.abs(some - x[0]).reshape(400, -1).max(axis=1) > 1e-3
    assert flipped.mean() == pytest.approx(0.3, abs=0.1)


def test_moves_are_those_of_scipy():
    x = rows(2, 1)
    amounts = {"shift": 0.2, "rotation": 25.0, "zoom": 0.2}
    amounts = {name: tf.constant(v, tf.float32) for name, v in amounts.items()}
    seed = tf.constant([5, 6])
    got = transform_geometry(tf.constant(x), amounts, seed, 1).numpy()[0]
    # the matrix from where pictures of places went
    places = np.moveaxis(np.indices((9, 11)), 0, -1)[None].astype(np.float32)
    large = np.pad(places, ((0, 0), (0, 0), (0, 0), (0, 0)))
    where = transform_geometry(tf.constant(large), amounts, seed, 1).numpy()[0]
    inside = np.all((where > 0) & (where < [8, 10]), axis=-1)
    assert inside.mean() > 0.3
    for channel in range(2):
        expected = ndimage.map_coordinates(
            x[0, ..., channel], np.moveaxis(where, -1, 0), order=1, mode="nearest"
        )
        np.testing.assert_allclose(
            got[..., channel][inside], expected[inside], atol=1e-4
        )


def test_a_rotation_keeps_distances():
    y, x = np.indices((15, 15)) - 7.0
    distance = np.sqrt(x**2 + y**2)[None, ..., None].astype(np.float32)
    got = change(distance, "rotation", 45.0)
    inside = distance[0, ..., 0] < 6
    np.testing.assert_allclose(
        got[0, ..., 0][inside], distance[0, ..., 0][inside], atol=0.35
    )


def test_slices_of_a_volume_move_alike():
    x = rows(3)
    x[:] = x[:, :1]
    got = change(x, "shift", 0.4)
    np.testing.assert_allclose(got, np.repeat(got[:, :1], 3, axis=1), atol=1e-6)
    assert not np.allclose(got, x, atol=1e-2)


def test_a_warp_keeps_both_ends_and_the_order_of_time():
    ramp = np.linspace(0, 1, 50, dtype=np.float32)[None, :, None].repeat(50, axis=0)
    got = change(ramp, "warp", 0.1)
    np.testing.assert_allclose(got[:, [0, -1]], ramp[:, [0, -1]], atol=1e-5)
    assert np.all(np.diff(got[..., 0], axis=1) >= 0)
    assert 0.01 < np.abs(got - ramp).max() < 0.2


def test_contrast_keeps_the_mean_and_noise_follows_the_deviation():
    x = rows(2) * np.array([1, 100], np.float32)
    got = change(x, "contrast", 0.5)
    np.testing.assert_allclose(
        got.mean(axis=(1, 2)), x.mean(axis=(1, 2)), rtol=1e-4, atol=1e-4
    )
    added = change(x, "noise", 0.1) - x
    share = added.std(axis=(1, 2)) / x.std(axis=(1, 2))
    np.testing.assert_allclose(share, 0.1, rtol=0.3)


def test_cutout_takes_a_box():
    x = rows(2, 100)
    got = change(x, "cutout", 0.5)
    taken = np.any(got != x, axis=-1).mean(axis=(1, 2))
    # a quarter, or less at the border
    assert 0.1 < taken.mean() <= taken.max() < 0.4


def test_mixup_blends_rows_targets_and_weights():
    x = np.eye(8, dtype=np.float32)[:, :, None]
    y = np.eye(8, dtype=np.float32)
    weight = np.linspace(1, 2, 8, dtype=np.float32)
    mixed, target, weights = augment_batch(
        ("mixup",),
        tf.constant([1.0]),
        *(tf.constant(x), tf.constant(y), tf.constant(weight)),
        tf.constant([1, 2]),
    )
    share = mixed.numpy()[..., 0]
    # two rows at most, the larger part the row's own
    assert np.all((share > 0).sum(axis=1) <= 2)
    assert np.all(np.diag(share) >= 0.5)
    assert np.diag(share).min() < 0.99
    np.testing.assert_allclose(share.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(weights.numpy(), share @ weight, rtol=1e-6)
    # the loss is the sum of both rows' weighted losses
    expected = share * weight
    np.testing.assert_allclose(
        target.numpy() * weights.numpy()[:, None], expected, rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize(
    "augment",
    ["noise", ("noise",), ["noise"], {"noise": 0.1}],
    ids=["name", "tuple", "list", "dict"],
)
def test_every_way_to_write_it(augment):
    assert make_augmentation(augment, 1) == Augmentation(("noise",), (0.1,))


def test_order_of_names_does_not_matter():
    assert make_augmentation(("noise", "shift"), 1) == make_augmentation(
        ("shift", "noise"), 1
    )
    assert make_augmentation(None, 1) is make_augmentation((), 1) is None


def test_views_differ_and_leave_out_what_only_training_evens_out():
    augmentation = make_augmentation(("shift", "cutout", "mixup"), 2)
    assert augmentation.views().names == ("shift",)
    assert make_augmentation(("cutout", "mixup"), 2).views() is None


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_prediction_over_views_is_their_mean(rank):
    x = rows(rank)
    seen = []

    def predict(batch):
        seen.append(batch)
        return batch.reshape(len(batch), -1).max(axis=1)

    views = make_augmentation(("shift", "noise"), rank, n_views=4)
    got = _mean_over_views(predict, x, "float32", views, 0)
    assert len(seen) == 4
    np.testing.assert_array_equal(seen[0], x)
    assert all(not np.allclose(a, b) for a, b in itertools.pairwise(seen))
    expected = np.mean([view.reshape(6, -1).max(axis=1) for view in seen], axis=0)
    np.testing.assert_allclose(got, expected, rtol=1e-6)
    single = [_mean_over_views(predict, x[[i]], "float32", views, 0) for i in (3, 1)]
    np.testing.assert_allclose(np.ravel(single), got[[3, 1]], rtol=1e-5)
