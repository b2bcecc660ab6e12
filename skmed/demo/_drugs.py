"""Prescriptions: what would help this patient, and what must not be given together."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold, GroupShuffleSplit

from skmed.datasets import make_prescriptions
from skmed.recommend import ALSRecommender, EASERecommender, interaction_matrix
from skmed.recommend._base import Recommender

from ._compare import compare_each
from ._examples import Listing, Result

SCORE = "NDCG@10"
MOST_COMMON = "most common drugs"
LENGTH = 5
# Well-known interactions, to show how lists keep clear of them; no list to rely on.
CONFLICTS = (
    ("warfarin", "aspirin"),
    ("warfarin", "ibuprofen"),
    ("warfarin", "diclofenac"),
    ("warfarin", "amiodarone"),
    ("lisinopril", "spironolactone"),
    ("lisinopril", "potassium chloride"),
    ("sertraline", "tramadol"),
    ("citalopram", "tramadol"),
    ("simvastatin", "amiodarone"),
    ("digoxin", "amiodarone"),
    ("methotrexate", "trimethoprim"),
    ("heparin", "warfarin"),
)


@dataclass(frozen=True)
class Size:
    """How much the example does."""

    patients: int = 1000  # of the synthetic cohort
    folds: int = 3
    penalties: tuple = (0.03, 0.1, 0.3)
    components: int = 64


FULL = Size()
QUICK = Size(patients=300, folds=2, penalties=(0.1,), components=16)


class MostCommon(Recommender):
    """The most common drugs for everybody, as a baseline."""

    def _learn(self, X):
        pass  # the frequencies are learned for all recommenders

    def _scores(self, X, known=None):
        return np.tile(self.item_frequency_, (X.shape[0], 1))

    def _similarity(self, item):
        return self.item_frequency_


def run(*, n_jobs=None, quick=False, random_state=0, say=print, size=None):
    """Run the example and return its `Result`."""
    size = size or (QUICK if quick else FULL)
    drugs, patients, source, real = _load(size, random_state)
    say(f"Data: {source}.")
    train, test = next(
        GroupShuffleSplit(1, test_size=0.25, random_state=random_state).split(
            drugs, groups=patients
        )
    )
    conflicts = _conflicts_among(drugs.columns)
    families = {
        MOST_COMMON: (MostCommon(), {}),
        "ALS": (
            ALSRecommender(n_components=size.components, random_state=random_state),
            {"regularization": list(size.penalties)},
        ),
        "EASE": (EASERecommender(), {"regularization": list(size.penalties)}),
    }
    say(f"Learning from the prescriptions of {len(train)} rows ...")
    rows, models, chosen = compare_each(
        {
            family: (model.set_params(conflicts=conflicts), grid)
            for family, (model, grid) in families.items()
        },
        (drugs.iloc[train],),
        (drugs.iloc[test],),
        measure=SCORE,
        cv=GroupKFold(size.folds),
        groups=patients[train],
        n_jobs=n_jobs,
    )
    listing = _three_patients(models[chosen], drugs.iloc[test], chosen)
    for name, lines in listing.entries:
        say(name)
        for label, text in lines:
            say(f"  {label}: {text}")
    return Result(
        title="Prescriptions: what would help this patient",
        source=source,
        rows=rows,
        notes=_notes(size, drugs, patients, train, test, conflicts, real),
        exhibits=[listing],
    )


def _load(size, random_state):
    """Return who has which drug, whose each row is, what they are, and if real."""
    folder = os.environ.get("SKMED_DATA")
    path = Path(folder or "", "mimic3_demo", "PRESCRIPTIONS.csv.gz")
    if folder and path.is_file():
        given = pd.read_csv(path, dtype=str).dropna(subset="drug")
        given["drug"] = given["drug"].str.strip()
        drugs = interaction_matrix(given, patient="hadm_id", item="drug")
        drugs = pd.DataFrame((drugs.to_numpy() > 0) * 1, drugs.index, drugs.columns)
        whose = given.drop_duplicates("hadm_id").set_index("hadm_id")["subject_id"]
        drugs.index = "admission " + drugs.index
        source = (
            "MIMIC-III demo, real prescriptions of intensive care, from the folder "
            "that SKMED_DATA names"
        )
        return drugs, whose.sort_index().to_numpy(), source, True
    _, drugs = make_prescriptions(size.patients, random_state=random_state)
    source = (
        "a synthetic cohort (real prescriptions could not be had: SKMED_DATA names no "
        "folder with mimic3_demo); the figures say nothing about patients"
    )
    return drugs, np.arange(len(drugs)), source, False


def _conflicts_among(names):
    """Return the pairs of which both are in a table, by its own names."""
    own = {name.lower(): name for name in names}
    return [
        (own[one], own[other])
        for one, other in CONFLICTS
        if one in own and other in own
    ]


def _three_patients(model, drugs, chosen):
    """List what three of the test patients have, and what is recommended."""
    several = np.flatnonzero((drugs > 0).sum(axis=1) >= 3)
    rows = drugs.iloc[several[np.linspace(0, len(several) - 1, 3).astype(int)]]
    lists, held_back = model.recommend(rows, k=LENGTH, return_held_back=True)
    entries = []
    for label, row in rows.iterrows():
        own = list(rows.columns[row > 0])
        more = f" and {len(own) - 8} more" if len(own) > 8 else ""
        lines = [
            ("has", ", ".join(own[:8]) + more),
            ("recommended", ", ".join(lists.loc[lists["row"] == label, "item"])),
        ]
        held = held_back[held_back["row"] == label]
        lines += [
            ("held back", f"{line['item']}, {line['reason']}: {line['with']}")
            for _, line in held.iterrows()
        ]
        entries.append((str(label), lines))
    return Listing(
        f"Three rows of the test set, and the lists of the chosen model ({chosen})",
        entries,
    )


def _notes(size, drugs, patients, train, test, conflicts, real):
    notes = [
        f"{len(train)} rows of {len(np.unique(patients[train]))} patients to learn "
        f"from, {len(test)} rows of {len(np.unique(patients[test]))} other patients to "
        f"test, {drugs.shape[1]} drugs.",
        f"Each family went through GridSearchCV with {size.folds}-fold "
        "cross-validation that keeps a patient in one fold; regularization of "
        f"{', '.join(f'{value:g}' for value in size.penalties)}. The highest mean "
        f"{SCORE} chose.",
        f"{SCORE}: a fifth of each row's drugs is withheld, and all that the row lacks "
        "is ranked; 1 where what was withheld stands first, 0 where it is not among "
        "the first ten.",
        f"The lists keep clear of {len(conflicts)} pairs of drugs, taken as an "
        "example. They are not complete.",
        "Seconds: for cross-validation, all fits and scores of the family; for the "
        "test set, one fit and its score.",
    ]
    if real:
        notes.append(
            "The prescriptions are from the MIMIC-III Clinical Database Demo "
            "(Johnson, Pollard & Mark, PhysioNet, 2019), under ODbL 1.0."
        )
    return notes
