"""Messages of errors: one sentence that names the argument."""

import pytest

from skmed._validation.messages import prefix_errors, translate_errors


def test_sentences_of_others_become_ours():
    with (
        pytest.raises(ValueError, match=r"^X must hold numbers \(could not .*'a'\)\.$"),
        translate_errors(),
    ):
        float("a")
    with (
        pytest.raises(
            TypeError, match=r"^y must hold numbers \(float\(\) .*\)\.$"
        ) as e,
        translate_errors("y"),
    ):
        float({})
    assert isinstance(e.value.__cause__, TypeError)


def test_other_errors_pass():
    error = ValueError("What we say\nourselves.")
    for context in (translate_errors(), translate_errors("y")):
        with pytest.raises(ValueError, match="ourselves") as raised, context:
            raise error
        assert raised.value is error
    for context in (translate_errors(), prefix_errors("X_val")):
        with pytest.raises(KeyError), context:
            raise KeyError("X")


def test_telling_of_which_arguments():
    with pytest.raises(TypeError, match=r"^X_val: one two$"), prefix_errors("X_val"):
        raise TypeError("one\ntwo")
