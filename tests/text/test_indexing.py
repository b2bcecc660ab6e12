"""TokenIndexer: token ids, with a rounded number of word ids for networks."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from skmed.text._indexing import FIRST_WORD, TokenIndexer, _round_up


@given(st.integers(1, 10**6))
def test_round_up_by_an_eighth_at_most(n):
    assert n <= _round_up(n) <= n * 9 / 8
    assert _round_up(_round_up(n)) == _round_up(n)


def test_round_up_gives_few_sizes():
    assert len({_round_up(n) for n in range(1024, 2048)}) == 9


def test_reserved_ids_are_between_words_and_subwords():
    notes = [f"word{i}" for i in range(137)] * 2
    reserved, exact = (TokenIndexer(subword_range=(3, 5), n_hash=50) for _ in range(2))
    reserved.build_vocabulary(notes, None, None, reserve=True)
    exact.build_vocabulary(notes, None, None)
    assert (exact.n_words_, reserved.n_words_) == (FIRST_WORD + 137, 144)
    assert reserved.n_ids_ == 144 + 50
    for note in notes[:137]:
        first, second = exact.encode(note), reserved.encode(note)
        assert first[0] == second[0] < exact.n_words_
        np.testing.assert_array_equal(second[1:] - first[1:], 144 - exact.n_words_)
