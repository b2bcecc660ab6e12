"""Example: recommendations of drugs without known interactions."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from skmed.datasets import make_prescriptions
from skmed.recommend import ALSRecommender, EASERecommender, interaction_matrix
from skmed.recommend._base import Recommender

from ._compare import SECONDS_NOTE, compare_by_group, describe_search, split_by_group
from ._results import Listing, Result

METRIC = "NDCG@10"
BASELINE = "most common drugs"
LIST_LENGTH = 5
# well-known interactions, as an example; not complete, not for clinical use
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
class Settings:
    """Size and parameter grids of the example."""

    patients: int = 1000  # of the synthetic cohort
    folds: int = 3
    penalties: tuple = (0.03, 0.1, 0.3)
    components: int = 64


FULL = Settings()
QUICK = Settings(patients=300, folds=2, penalties=(0.1,), components=16)


class PopularityRecommender(Recommender):
    """Baseline that recommends the most frequent drugs to all patients."""

    def _fit(self, X):
        pass  # the base class computes the frequencies

    def _compute_scores(self, X, observed=None):
        return np.tile(self.item_frequency_, (X.shape[0], 1))

    def _compute_similarity(self, item):
        return self.item_frequency_


def run(*, n_jobs=None, quick=False, random_state=0, log=print, settings=None):
    """Run the example and return its `Result`."""
    settings = settings or (QUICK if quick else FULL)
    drugs, patients, source, is_real = _load(settings, random_state)
    log(f"Data: {source}.")
    train, test = split_by_group(
        drugs, None, patients, test_size=0.25, random_state=random_state
    )
    conflicts = _conflicts_between(drugs.columns)
    grid = {"regularization": list(settings.penalties)}
    als = ALSRecommender(
        n_components=settings.components,
        conflicts=conflicts,
        random_state=random_state,
    )
    candidates = {
        BASELINE: (PopularityRecommender(conflicts=conflicts), {}),
        "ALS": (als, grid),
        "EASE": (EASERecommender(conflicts=conflicts), grid),
    }
    log(f"Training on the prescriptions of {len(train)} rows ...")
    rows, models, chosen = compare_by_group(
        candidates,
        train,
        test,
        metric=METRIC,
        n_folds=settings.folds,
        n_jobs=n_jobs,
    )
    listing = _three_patients(models[chosen], test.X, chosen)
    for name, lines in listing.entries:
        log(name)
        for label, text in lines:
            log(f"  {label}: {text}")
    return Result(
        title="Prescriptions: recommendations of drugs",
        source=source,
        rows=rows,
        notes=_notes(settings, drugs, train, test, conflicts, is_real),
        figures=[listing],
    )


def _load(settings, random_state):
    """Return prescriptions, patients, the source, and if it is real."""
    folder = os.environ.get("SKMED_DATA")
    path = Path(folder or "", "mimic3_demo", "PRESCRIPTIONS.csv.gz")
    if folder and path.is_file():
        events = pd.read_csv(path, dtype=str).dropna(subset="drug")
        events["drug"] = events["drug"].str.strip()
        drugs = interaction_matrix(events, patient="hadm_id", item="drug")
        drugs = pd.DataFrame((drugs.to_numpy() > 0) * 1, drugs.index, drugs.columns)
        admissions = events.drop_duplicates("hadm_id").set_index("hadm_id")
        patients = admissions["subject_id"].sort_index().to_numpy()
        drugs.index = "admission " + drugs.index
        source = (
            "MIMIC-III demo, real prescriptions of intensive care, from the folder in "
            "SKMED_DATA"
        )
        return drugs, patients, source, True
    _, drugs = make_prescriptions(settings.patients, random_state=random_state)
    source = (
        "a synthetic cohort (real prescriptions are not available: no mimic3_demo in "
        "the folder in SKMED_DATA); the scores say nothing about real patients"
    )
    return drugs, np.arange(len(drugs)), source, False


def _conflicts_between(names):
    """Return the pairs of `CONFLICTS` among the columns, by their names."""
    column_of = {name.lower(): name for name in names}
    return [
        (column_of[first], column_of[second])
        for first, second in CONFLICTS
        if first in column_of and second in column_of
    ]


def _three_patients(model, drugs, chosen):
    """Return the drugs and the recommendations of three rows of the test set."""
    eligible = np.flatnonzero((drugs > 0).sum(axis=1) >= 3)
    rows = drugs.iloc[eligible[np.linspace(0, len(eligible) - 1, 3).astype(int)]]
    recommended, held_back = model.recommend(rows, k=LIST_LENGTH, return_held_back=True)
    entries = []
    for name, row in rows.iterrows():
        own = list(rows.columns[row > 0])
        more = f" and {len(own) - 8} more" if len(own) > 8 else ""
        items = recommended.loc[recommended["row"] == name, "item"]
        lines = [
            ("has", ", ".join(own[:8]) + more),
            ("recommended", ", ".join(items)),
        ]
        lines += [
            ("held back", f"{line['item']}, {line['reason']}: {line['with']}")
            for _, line in held_back[held_back["row"] == name].iterrows()
        ]
        entries.append((str(name), lines))
    return Listing(
        f"Three rows of the test set, and the recommendations of the {chosen} model",
        entries,
    )


def _notes(settings, drugs, train, test, conflicts, is_real):
    notes = [
        f"{len(train)} rows of {len(np.unique(train.groups))} patients in the "
        f"training set, {len(test)} rows of {len(np.unique(test.groups))} other "
        f"patients in the test set, {drugs.shape[1]} drugs.",
        describe_search(settings.folds, "a patient", METRIC),
        "Regularization: one of "
        f"{', '.join(f'{value:g}' for value in settings.penalties)}.",
        f"{METRIC}: a fifth of each row's drugs is held out, and all drugs that are "
        "not in the rest of the row are ranked; 1 if the held-out drugs rank first, 0 "
        "if none is among the top ten.",
        f"The recommendations avoid {len(conflicts)} pairs of interacting drugs, as an "
        "example. The pairs are not complete.",
        SECONDS_NOTE,
    ]
    if is_real:
        notes.append(
            "The prescriptions are from the MIMIC-III Clinical Database Demo "
            "(Johnson, Pollard & Mark, PhysioNet, 2019), under ODbL 1.0."
        )
    return notes
