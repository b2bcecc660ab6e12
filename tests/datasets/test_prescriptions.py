"""make_prescriptions."""

import numpy as np
import pandas as pd
import pytest

from skmed.datasets import make_prescriptions


def test_each_patient_has_a_diagnosis_and_a_drug():
    for seed in range(3):
        diagnoses, drugs = make_prescriptions(n_patients=300, random_state=seed)
        assert diagnoses.shape == (300, 24)
        assert diagnoses.index.equals(drugs.index)
        assert set(np.unique(diagnoses)) == set(np.unique(drugs)) == {0, 1}
        assert diagnoses.sum(axis=1).min() >= 1
        assert drugs.sum(axis=1).min() >= 1
        assert drugs.columns.is_unique


def test_drugs_depend_on_diagnoses():
    diagnoses, drugs = make_prescriptions(n_patients=2000, random_state=0)
    thyroid = diagnoses["hypothyroidism"] == 1
    assert drugs.loc[thyroid, "levothyroxine"].mean() > 0.6
    assert drugs.loc[~thyroid, "levothyroxine"].mean() < 0.05
    always, _ = make_prescriptions(n_patients=300, adherence=1.0, random_state=0)
    first = make_prescriptions(n_patients=300, adherence=1.0, random_state=0)[1]
    assert first.loc[always["gout"] == 1, ["allopurinol", "colchicine"]].all(axis=None)


def test_random_state():
    one, other = (make_prescriptions(20, random_state=0) for _ in "ab")
    pd.testing.assert_frame_equal(one[1], other[1])
    assert not one[1].equals(make_prescriptions(20, random_state=1)[1])


@pytest.mark.parametrize("wrong", [{"n_patients": 0}, {"adherence": 1.5}], ids=str)
def test_wrong_arguments(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        make_prescriptions(**wrong)
