"""How good are the lists of the recommenders on real links of diseases and drugs?

Two tables of links, and one of admissions. Of the links, a fifth of each row with five
or more is withheld, and all other items are ranked; settings are chosen on a fifth of
the rest, in the same way. Admissions are cross-validated by patient, and nothing is
chosen.

The recommenders are compared with popularity, TruncatedSVD, and implicit's own ALS with
its defaults; for admissions with the most common drugs, and a logistic regression for
each drug.
"""

import warnings

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.decomposition import TruncatedSVD
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score, jaccard_score
from sklearn.model_selection import GroupKFold, ParameterGrid

from benchmarks._data import admissions, ehrlink, pharmacotherapydb
from benchmarks._measure import Stopwatch
from benchmarks._run import Run, parse_arguments
from benchmarks.accuracy._views.recommend import (
    ADMISSIONS,
    ALS,
    CHOSEN,
    CONTEXT,
    EASE,
    EHRLINK,
    IMPLICIT,
    INDICATIONS,
    LOGISTIC,
    POPULARITY,
    SVD,
)
from benchmarks.peers.implicit_als import DefaultALS
from skmed.metrics import ndcg_at_k_score, recall_at_k_score
from skmed.recommend import (
    ALSRecommender,
    BPRRecommender,
    ContextRecommender,
    EASERecommender,
    ItemKNNRecommender,
    LMFRecommender,
)

BENCHMARK = "accuracy/recommend"
PACKAGES = ("implicit", "scikit-learn", "scipy", "numpy")
RANKS = (4, 8, 16, 32, 64, 128)
GRIDS = {
    ALS: {
        "alpha": [5.0, 20.0, 80.0],
        "regularization": [0.03, 0.07, 0.15],
    },
    EASE: {
        "regularization": [0.01, 0.03, 0.1, 0.3],
        "row_scaling": [0.0, 0.25, 0.5],
    },
}
N_FOLDS = 5


# ----- links -----


def withhold(X, seed, fraction=0.2, n_min=5):
    """Return a table without a fraction of each longer row, and that fraction."""
    rng = np.random.default_rng(seed)
    held = np.zeros(X.nnz, bool)
    for start, end in zip(X.indptr, X.indptr[1:]):
        if end - start >= n_min:
            number = max(1, round(fraction * (end - start)))
            held[start + rng.choice(end - start, number, replace=False)] = True
    tables = []
    for mask in (~held, held):
        table = sparse.csr_array((X.data * mask, X.indices, X.indptr), X.shape).copy()
        table.eliminate_zeros()
        tables.append(table)
    return tables


class Popularity:
    """The same list for everybody."""

    def fit(self, X):
        """Count."""
        self._counts = (X > 0).sum(axis=0).astype(float)
        return self

    def decision_function(self, X):
        """Return the counts for each row."""
        return np.tile(self._counts, (X.shape[0], 1))


class LowRank:
    """A truncated singular value decomposition of logarithms of counts."""

    def __init__(self, rank):
        self._svd = TruncatedSVD(rank, random_state=0)

    def fit(self, X):
        """Decompose."""
        self._svd.fit(X.log1p())
        return self

    def decision_function(self, X):
        """Return the reconstructed table."""
        return self._svd.inverse_transform(self._svd.transform(X.log1p()))


def evaluate(model, train, test):
    """Return NDCG, recall and seconds of one fit."""
    with Stopwatch() as clock:
        model.fit(train)
    with warnings.catch_warnings():
        # a row may have lost all that it shares with others
        warnings.filterwarnings("ignore", ".*have no item")
        scores = model.decision_function(train)
    scores[train.nonzero()] = -np.inf
    rows = np.flatnonzero(np.diff(test.indptr))
    truth = test[rows] > 0
    return {
        "ndcg": ndcg_at_k_score(truth, scores[rows]),
        "recall": recall_at_k_score(truth, scores[rows]),
        "seconds": clock.seconds,
    }


def best(candidates, train, seed):
    """Return the candidate with the best lists inside the training links."""
    rest, held = withhold(train, [seed, 1])
    scores = [evaluate(make(), rest, held)["ndcg"] for make in candidates]
    return candidates[int(np.argmax(scores))]


def links(title, load, options):
    """Measure one table of links."""
    X = load(options.smoke)
    ranks = [rank for rank in RANKS if rank < min(X.shape)]
    grids = GRIDS
    if options.smoke:
        grids = {
            name: {k: v[:1] for k, v in grid.items()} for name, grid in GRIDS.items()
        }
    run = Run(
        BENCHMARK,
        title,
        PACKAGES,
        seeds=options.seeds,
        n_rows=X.shape[0],
        n_items=X.shape[1],
        n_links=int(X.nnz),
        grids={SVD: {"rank": RANKS}} | {k + CHOSEN: grid for k, grid in grids.items()},
    )
    for seed in options.seeds:
        train, test = withhold(X, seed)
        run.add(title, POPULARITY, **evaluate(Popularity(), train, test))
        make = best([lambda rank=rank: LowRank(rank) for rank in ranks], train, seed)
        run.add(title, SVD, **evaluate(make(), train, test))
        run.add(title, IMPLICIT, **evaluate(DefaultALS(seed), train, test))
        for model in (
            ItemKNNRecommender(),
            BPRRecommender(random_state=seed),
            LMFRecommender(random_state=seed),
            ALSRecommender(random_state=seed),
            EASERecommender(),
        ):
            name = type(model).__name__
            run.add(title, name, **evaluate(model, train, test))
            if name in grids:
                candidates = [
                    lambda model=model, settings=settings: clone(model).set_params(
                        **settings
                    )
                    for settings in ParameterGrid(grids[name])
                ]
                make = best(candidates, train, seed)
                run.add(title, name + CHOSEN, **evaluate(make(), train, test))
    run.publish(options)


# ----- admissions -----


class CommonDrugs:
    """The most common drugs for everybody."""

    def fit(self, X, y):
        """Count."""
        self._fractions = y.mean(axis=0)
        return self

    def decision_function(self, X):
        """Return the fraction of admissions with each drug, for each row."""
        return np.tile(self._fractions, (len(X), 1))


class LogisticRegressionPerDrug:
    """A logistic regression for each drug that some have and others don't."""

    def fit(self, X, y):
        """Fit them all."""
        self._fractions = y.mean(axis=0)
        self._models = {
            drug: LogisticRegression(max_iter=1000).fit(X, y[:, drug])
            for drug in np.flatnonzero((self._fractions > 0) & (self._fractions < 1))
        }
        return self

    def decision_function(self, X):
        """Return the probability of each drug."""
        scores = np.tile(self._fractions, (len(X), 1))
        for drug, model in self._models.items():
            scores[:, drug] = model.predict_proba(X)[:, 1]
        return scores


def prescriptions(title, load, options):
    """Measure drugs from diagnoses."""
    X, y, patients = load(options.smoke)
    n_folds = 2 if options.smoke else N_FOLDS
    run = Run(
        BENCHMARK,
        title,
        PACKAGES,
        seeds=options.seeds,
        n_samples=len(y),
        n_patients=len(np.unique(patients)),
        n_features=X.shape[1],
        n_items=y.shape[1],
        n_folds=n_folds,
    )
    for seed in options.seeds:
        models = {
            "the most common drugs": CommonDrugs(),
            LOGISTIC: LogisticRegressionPerDrug(),
            CONTEXT: ContextRecommender(),
            "ContextRecommender(ALSRecommender())": ContextRecommender(
                ALSRecommender(random_state=seed)
            ),
        }
        folds = GroupKFold(n_folds, shuffle=True, random_state=seed)
        for name, model in models.items():
            scores, sets = np.empty(y.shape), np.zeros_like(y)
            for train, test in folds.split(X, y, patients):
                model.fit(X[train], y[train])
                scores[test] = model.decision_function(X[test])
                # as many drugs as an admission has on average in training
                k = round(y[train].sum() / len(train))
                best = np.argsort(-scores[test], axis=1, kind="stable")[:, :k]
                sets[test[:, np.newaxis], best] = 1
            run.add(
                title,
                name,
                average_precision=average_precision_score(y, scores, average="samples"),
                jaccard=jaccard_score(y, sets, average="samples"),
                f1=f1_score(y, sets, average="samples"),
            )
    run.publish(options)


PARTS = {
    EHRLINK: (links, ehrlink),
    INDICATIONS: (links, pharmacotherapydb),
    ADMISSIONS: (prescriptions, admissions),
}


def main(argv=None):
    """Measure the parts asked for."""
    options = parse_arguments(__doc__, argv, parts=PARTS)
    for part in options.parts:
        measure, load = PARTS[part]
        measure(part, load, options)


if __name__ == "__main__":
    main()
