"""Example: ICD-10-CM chapters of diagnoses from their descriptions."""

from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skmed.text import NLTKTokenizer, TextClassifier

from ._compare import SECONDS_NOTE, compare_by_group, describe_search, split_by_group
from ._results import Listing, Result

METRIC = "accuracy"
BASELINE, NETWORK = "tf-idf and logistic regression", "TextClassifier"
# injuries and their external causes: half of all codes, with similar descriptions
EXCLUDED_CHAPTERS = ("19", "20")


@dataclass(frozen=True)
class Settings:
    """Size and parameter grids of the example."""

    descriptions: int = 6000
    folds: int = 3
    penalties: tuple = (1.0, 10.0)
    dropouts: tuple = (0.2, 0.5)
    epochs: int = 10
    n_hash: int = 8192


FULL = Settings()
QUICK = Settings(
    descriptions=1500, folds=2, penalties=(10.0,), dropouts=(0.2,), epochs=6
)


def run(*, n_jobs=None, quick=False, random_state=0, log=print, settings=None):
    """Run the example and return its `Result`."""
    settings = settings or (QUICK if quick else FULL)
    X, y, groups, source, is_real = _load(settings, random_state)
    log(f"Data: {source}.")
    train, test = split_by_group(
        X, y, groups, test_size=0.25, random_state=random_state
    )
    network = TextClassifier(
        tokenizer=NLTKTokenizer(stemmer=None),
        n_hash=settings.n_hash,
        epochs=settings.epochs,
        learning_rate=3e-3,
        random_state=random_state,
    )
    linear = make_pipeline(
        TfidfVectorizer(sublinear_tf=True), LogisticRegression(max_iter=1000)
    )
    candidates = {
        BASELINE: (linear, {"logisticregression__C": list(settings.penalties)}),
        NETWORK: (network, {"dropout": list(settings.dropouts)}),
    }
    log(f"Training on {len(train)} descriptions ...")
    rows, models, chosen = compare_by_group(
        candidates,
        train,
        test,
        metric=METRIC,
        n_folds=settings.folds,
        n_jobs=n_jobs,
    )
    conclusion = _conclude(rows)
    log(conclusion)
    return Result(
        title="Descriptions of diagnoses: chapter of ICD-10-CM",
        source=source,
        rows=rows,
        notes=[conclusion, *_notes(settings, y, train, test, is_real)],
        figures=[_three_predictions(models[chosen], test, chosen)],
    )


def _conclude(rows):
    """Return a sentence about which model is better on the test set."""
    baseline, network = (
        row.scores[METRIC] for row in rows if row.evaluated_on == "test set"
    )
    if network > baseline:
        return f"{NETWORK} is better than {BASELINE}: {network:.3f} to {baseline:.3f}."
    return (
        f"The baseline is better: {BASELINE} reaches {baseline:.3f}, {NETWORK} "
        f"{network:.3f}. Use the baseline here."
    )


def _load(settings, random_state):
    """Return descriptions, chapters, categories, the source, and if it is real."""
    try:
        import simple_icd_10_cm as icd
    except ImportError:
        X, y, groups = _make_descriptions(settings.descriptions, random_state)
        source = (
            "synthetic descriptions (the package simple-icd-10-cm is missing: pip "
            "install 'skmed[demo]'); the scores say nothing about real diagnoses"
        )
        return X, y, groups, source, False
    rows = []
    for code in filter(icd.is_leaf, icd.get_all_codes()):
        chapter = icd.get_ancestors(code)[-1]
        if chapter not in EXCLUDED_CHAPTERS:
            texts = [icd.get_description(code), *icd.get_inclusion_term(code)]
            rows += [(text, chapter, code[:3]) for text in texts]
    rng = np.random.default_rng(random_state)
    selected = rng.permutation(len(rows))[: settings.descriptions]
    X, y, groups = _as_columns(rows[i] for i in selected)
    source = "official descriptions of ICD-10-CM, from the package simple-icd-10-cm"
    return X, y, groups, source, True


def _make_descriptions(n_samples, random_state):
    """Generate descriptions, each of an organ, whose system is the chapter."""
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
        text = f"{rng.choice(kinds)} {word} with {rng.choice(kinds)} course"
        rows.append((text, str(chapter), f"{chapter}{stem}{word[-3:]}"))
    return _as_columns(rows)


def _as_columns(rows):
    return tuple(np.array(column, dtype=object) for column in zip(*rows))


def _three_predictions(model, test, chosen):
    """Return true and predicted chapters of three descriptions of the test set."""
    rows = np.linspace(0, len(test) - 1, 3).astype(int)
    entries = [
        (str(test.X[i]), [("chapter", str(test.y[i])), ("predicted", str(label))])
        for i, label in zip(rows, model.predict(test.X[rows]))
    ]
    caption = f"Three descriptions of the test set, and the predictions of the {chosen}"
    return Listing(caption, entries)


def _notes(settings, y, train, test, is_real):
    notes = [
        f"{len(train)} descriptions in the training set and {len(test)} of other "
        f"categories in the test set, {len(np.unique(y))} chapters.",
        describe_search(settings.folds, "a category of diagnoses", METRIC),
        "TextClassifier averages the embeddings of words and subwords.",
        SECONDS_NOTE,
    ]
    if is_real:
        notes.append(
            "Each description and inclusion term of the most specific codes is a "
            "sample; injuries and their causes (chapters 19 and 20) are excluded."
        )
    return notes
