"""all_estimators: filters, and agreement with the public names."""

import pytest
from sklearn.base import is_classifier, is_regressor

import skmed
from skmed.utils import all_estimators


def test_lists_public_classes_sorted_by_name():
    found = all_estimators()
    names = [name for name, _ in found]
    assert names == sorted(names)
    assert {"CNNClassifier", "CNNRegressor", "CNNEncoder"} <= set(names)
    assert "show_versions" not in names
    assert all(getattr(skmed, name) is cls for name, cls in found)


@pytest.mark.parametrize(
    ("kind", "is_kind"),
    [
        ("classifier", lambda cls: is_classifier(cls())),
        ("regressor", lambda cls: is_regressor(cls())),
        ("transformer", lambda cls: hasattr(cls, "transform")),
    ],
)
def test_filter_agrees_with_the_estimators(kind, is_kind):
    found = all_estimators(kind)
    assert found == [(name, cls) for name, cls in all_estimators() if is_kind(cls)]
    assert found


def test_several_filters():
    both = all_estimators(["classifier", "regressor"])
    assert both == sorted(all_estimators("classifier") + all_estimators("regressor"))


@pytest.mark.parametrize("type_filter", ["clasifier", ["classifier", "cluster"], [3]])
def test_invalid_filter(type_filter):
    with pytest.raises(ValueError, match="type_filter must be None or made of"):
        all_estimators(type_filter)
