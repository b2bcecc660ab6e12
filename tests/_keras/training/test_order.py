"""Seeds of fits, and the order of samples in an epoch."""

import numpy as np
from numpy.testing import assert_array_equal

from skmed._keras.training.order import draw_seed, epoch_order


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


def test_rows_of_similar_length_meet():
    lengths = np.random.default_rng(0).integers(5, 500, size=103)
    order = epoch_order(0, 0, 103, lengths, 10)
    assert sorted(order) == list(range(103))
    batches = np.split(lengths[order], range(10, 103, 10))
    assert len(batches[-1]) == 3
    steps = sum(len(batch) * batch.max() for batch in batches)
    by_chance = lengths[epoch_order(0, 0, 103)]
    unsorted = sum(
        len(batch) * batch.max() for batch in np.split(by_chance, range(10, 103, 10))
    )
    assert lengths.sum() < steps < 0.8 * unsorted


def test_which_rows_meet_changes_by_epoch_and_follows_the_seed():
    lengths = np.random.default_rng(0).integers(5, 500, size=40)
    orders = [epoch_order(0, epoch, 40, lengths, 10) for epoch in (0, 1, 0)]
    assert_array_equal(orders[0], orders[2])
    together = [{frozenset(batch) for batch in o.reshape(4, 10)} for o in orders[:2]]
    assert together[0] != together[1]


def test_equal_lengths_change_no_order():
    lengths = np.full(20, 7)
    assert_array_equal(epoch_order(0, 3, 20, lengths, 8), epoch_order(0, 3, 20))
