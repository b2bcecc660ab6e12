"""Seeds of one fit, and the process's streams left alone."""

import random
import threading

import keras
import numpy as np
import pytest

from skmed._keras.compat.global_state import seeded
from skmed._keras.training.order import draw_seed, epoch_order


def test_streams_are_as_if_nothing_had_happened():
    random.seed(1)
    np.random.seed(1)
    expected = random.random(), np.random.random()
    random.seed(1)
    np.random.seed(1)
    with seeded(5):
        keras.layers.Dense(2).build((None, 3))
    with pytest.raises(ZeroDivisionError), seeded(5):
        raise ZeroDivisionError
    assert (random.random(), np.random.random()) == expected


def weights():
    layer = keras.layers.Dense(2)
    layer.build((None, 3))
    return layer.kernel.numpy()


def test_a_seed_gives_the_same_weights_whatever_other_threads_draw():
    with seeded(5):
        expected = weights()
    stop = threading.Event()

    def disturb():
        while not stop.is_set():
            random.random()
            weights()

    other = threading.Thread(target=disturb)
    other.start()
    try:
        for _ in range(20):
            with seeded(5):
                np.testing.assert_array_equal(weights(), expected)
    finally:
        stop.set()
        other.join()


def test_keras_draws_from_the_global_stream_elsewhere():
    random.seed(1)
    first = weights()
    with seeded(5):
        pass
    random.seed(1)
    np.testing.assert_array_equal(weights(), first)


def test_states_are_consumed_as_scikit_learn_does():
    state = np.random.RandomState(0)
    assert draw_seed(state) != draw_seed(state)
    assert draw_seed(3) == draw_seed(3) == draw_seed(np.random.RandomState(3))
    np.random.seed(0)
    assert draw_seed(None) == draw_seed(0)


def test_every_epoch_has_an_order_of_its_own():
    orders = [epoch_order(0, epoch, 50) for epoch in range(3)]
    for order in orders:
        np.testing.assert_array_equal(np.sort(order), np.arange(50))
    assert len({tuple(order) for order in orders}) == 3
    np.testing.assert_array_equal(epoch_order(0, 1, 50), orders[1])
