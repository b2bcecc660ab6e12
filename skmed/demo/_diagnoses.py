"""Diagnoses in words: which chapter of ICD-10-CM does a wording belong to?"""

from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, GroupShuffleSplit
from sklearn.pipeline import make_pipeline

from skmed.text import NLTKTokenizer, TextClassifier

from ._compare import compare_each
from ._examples import Listing, Result

SCORE = "accuracy"
BASELINE, NETWORK = "tf-idf and logistic regression", "TextClassifier"
# injuries and their causes are half of all codes, with wordings that hardly differ
LEFT_OUT = ("19", "20")


@dataclass(frozen=True)
class Size:
    """How much the example does."""

    wordings: int = 6000
    folds: int = 3
    penalties: tuple = (1.0, 10.0)
    dropouts: tuple = (0.2, 0.5)
    epochs: int = 10
    n_hash: int = 8192


FULL = Size()
QUICK = Size(wordings=1500, folds=2, penalties=(10.0,), dropouts=(0.2,), epochs=6)


def run(*, n_jobs=None, quick=False, random_state=0, say=print, size=None):
    """Run the example and return its `Result`."""
    size = size or (QUICK if quick else FULL)
    X, y, groups, source, real = _load(size, random_state)
    say(f"Data: {source}.")
    train, test = next(
        GroupShuffleSplit(1, test_size=0.25, random_state=random_state).split(
            X, groups=groups
        )
    )
    network = TextClassifier(
        tokenizer=NLTKTokenizer(stemmer=None),
        n_hash=size.n_hash,
        epochs=size.epochs,
        learning_rate=3e-3,
        random_state=random_state,
    )
    linear = make_pipeline(
        TfidfVectorizer(sublinear_tf=True), LogisticRegression(max_iter=1000)
    )
    families = {
        BASELINE: (linear, {"logisticregression__C": list(size.penalties)}),
        NETWORK: (network, {"dropout": list(size.dropouts)}),
    }
    say(f"Learning from {len(train)} wordings ...")
    rows, models, chosen = compare_each(
        families,
        (X[train], y[train]),
        (X[test], y[test]),
        measure=SCORE,
        cv=GroupKFold(size.folds),
        groups=groups[train],
        n_jobs=n_jobs,
    )
    verdict = _verdict(rows)
    say(verdict)
    return Result(
        title="Diagnoses in words: chapter of ICD-10-CM",
        source=source,
        rows=rows,
        notes=[verdict, *_notes(size, y, train, test, real)],
        exhibits=[_three_wordings(models[chosen], X[test], y[test], chosen)],
    )


def _verdict(rows):
    """Say which of the two is better on the test set."""
    baseline, network = (
        row.scores[SCORE] for row in rows if row.judged_on == "test set"
    )
    if network > baseline:
        return f"{NETWORK} is better than {BASELINE}: {network:.3f} to {baseline:.3f}."
    return (
        f"The baseline wins: {BASELINE} reaches {baseline:.3f}, {NETWORK} "
        f"{network:.3f}. Use the baseline here."
    )


def _load(size, random_state):
    """Return wordings, chapters, categories, what they are, and if they are real."""
    try:
        import simple_icd_10_cm as icd
    except ImportError:
        X, y, groups = _made_up(size.wordings, random_state)
        source = (
            "made-up wordings (the package simple-icd-10-cm is missing: pip install "
            "'skmed[demo]'); the figures say nothing about diagnoses"
        )
        return X, y, groups, source, False
    rows = []
    for code in filter(icd.is_leaf, icd.get_all_codes()):
        chapter = icd.get_ancestors(code)[-1]
        if chapter not in LEFT_OUT:
            wordings = [icd.get_description(code), *icd.get_inclusion_term(code)]
            rows += [(wording, chapter, code[:3]) for wording in wordings]
    drawn = np.random.default_rng(random_state).permutation(len(rows))[: size.wordings]
    X, y, groups = (np.array(c, dtype=object) for c in zip(*(rows[i] for i in drawn)))
    source = "official wordings of ICD-10-CM, from the package simple-icd-10-cm"
    return X, y, groups, source, True


def _made_up(n_samples, random_state):
    """Make wordings of a kind and an organ, whose chapter is that of the organ."""
    rng = np.random.default_rng(random_state)
    kinds = ["acute", "chronic", "recurrent", "unspecified", "severe"]
    stems = [
        ("gastr", "hepat", "enter", "col"),
        ("cardi", "phleb", "arter", "aort"),
        ("nephr", "cyst", "pyel", "ureter"),
    ]
    endings = ["itis", "opathy", "omegaly", "ostenosis", "algia"]
    rows = []
    for _ in range(n_samples):
        chapter, stem = rng.integers(3), rng.integers(4)
        word = stems[chapter][stem] + rng.choice(endings)
        wording = f"{rng.choice(kinds)} {word} with {rng.choice(kinds)} course"
        rows.append((wording, str(chapter), f"{chapter}{stem}{word[-3:]}"))
    return tuple(np.array(column, dtype=object) for column in zip(*rows))


def _three_wordings(model, X, y, chosen):
    """Show what the chosen model says about three wordings of the test set."""
    some = np.linspace(0, len(X) - 1, 3).astype(int)
    entries = [
        (str(X[i]), [("chapter", str(y[i])), ("predicted", str(label))])
        for i, label in zip(some, model.predict(X[some]))
    ]
    return Listing(f"Three wordings of the test set, by the {chosen}", entries)


def _notes(size, y, train, test, real):
    notes = [
        f"{len(train)} wordings to learn from and {len(test)} of other categories to "
        f"test, {len(np.unique(y))} chapters.",
        f"Each family went through GridSearchCV with {size.folds}-fold "
        "cross-validation that keeps a category of diagnoses in one fold; the highest "
        "mean accuracy chose.",
        "TextClassifier averages the vectors of words and of parts of words.",
        "Seconds: for cross-validation, all fits and scores of the family; for the "
        "test set, one fit and its score.",
    ]
    if real:
        notes.append(
            "Of codes without finer ones, each description and inclusion term is a "
            "wording; injuries and their causes (chapters 19 and 20) are left out."
        )
    return notes
