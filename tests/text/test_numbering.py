"""The numbers of words, for networks."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from skmed.text._numbering import FIRST_WORD, Numbering, _round_size


@given(st.integers(1, 10**6))
def test_sizes_are_rounded_up_by_an_eighth_at_most(n):
    assert n <= _round_size(n) <= n * 9 / 8
    assert _round_size(_round_size(n)) == _round_size(n)


def test_few_sizes_are_left():
    assert len({_round_size(n) for n in range(1024, 2048)}) == 9


def test_room_is_left_between_words_and_what_follows_them():
    notes = [f"word{i}" for i in range(137)] * 2
    with_room, exact = (Numbering(subword_range=(3, 5), n_hash=50) for _ in range(2))
    with_room.learn(notes, None, None, room=True)
    exact.learn(notes, None, None)
    assert (exact.n_words_, with_room.n_words_) == (FIRST_WORD + 137, 144)
    assert with_room.n_ids_ == 144 + 50
    for note in notes[:137]:
        first, second = exact.numbers(note), with_room.numbers(note)
        assert first[0] == second[0] < exact.n_words_
        np.testing.assert_array_equal(second[1:] - first[1:], 144 - exact.n_words_)
