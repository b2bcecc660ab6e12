"""How good are the lists of the recommenders on real links of diseases and drugs?

Two tables of links, and one of admissions. Of the links, a fifth of each row with five
or more is withheld and ranked; what is chosen, is chosen on a fifth of the rest, in the
same way. Admissions are cross-validated by patient, and nothing is chosen.

Beside the recommenders stand popularity, TruncatedSVD, and implicit's own ALS with the
settings it comes with; for admissions the most common drugs, and a logistic regression
for each drug.
"""

import warnings

import numpy as np
import pandas as pd
from _report import (
    Figures,
    Stopwatch,
    data_path,
    dot_plot,
    environment,
    markdown_table,
    parse_arguments,
    publish,
)
from implicit.cpu.als import AlternatingLeastSquares
from scipy import sparse
from sklearn.base import clone
from sklearn.decomposition import TruncatedSVD
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score, jaccard_score
from sklearn.model_selection import GroupKFold, ParameterGrid
from threadpoolctl import threadpool_limits

from skmed.metrics import ndcg_at_k_score, recall_at_k_score
from skmed.recommend import (
    ALSRecommender,
    BPRRecommender,
    ContextRecommender,
    EASERecommender,
    ItemKNNRecommender,
    LMFRecommender,
    interaction_matrix,
)

POPULARITY = "popularity"
SVD = "TruncatedSVD, chosen rank"
IMPLICIT = "implicit's ALS, its defaults"
CHOSEN = ", chosen"
RANKS = (4, 8, 16, 32, 64, 128)
GRIDS = {
    "ALSRecommender": {
        "alpha": [5.0, 20.0, 80.0],
        "regularization": [0.03, 0.07, 0.15],
    },
    "EASERecommender": {
        "regularization": [0.01, 0.03, 0.1, 0.3],
        "row_scaling": [0.0, 0.25, 0.5],
    },
}
NDCG = {"ndcg": ("NDCG@10", 3)}
LINK_COLUMNS = {**NDCG, "recall": ("recall@10", 3), "seconds": ("seconds per fit", 2)}
N_FOLDS = 5
ADMISSION_COLUMNS = {
    "precision": ("average precision", 3),
    "jaccard": ("Jaccard", 3),
    "f1": ("F1", 3),
}


# ----- links -----


def ehrlink():
    """Return how often a problem and a medication were linked in one EHR."""
    frame = pd.read_csv(
        data_path("ehrlink", "ehrlink_medication_problem.tsv.gz"), sep="\t"
    )
    return _often(
        frame,
        patient="problem_definition_id",
        item="medication_definition_id",
        weight="patient_link_frequency",
    )


def pharmacotherapydb():
    """Return which drugs are linked to a disease."""
    frame = pd.read_csv(data_path("pharmacotherapydb", "indications.tsv"), sep="\t")
    return _often(frame, patient="doid_id", item="drugbank_id")


def _often(frame, **columns):
    """Return the table of what has two links at least, in rows and in columns."""
    X = sparse.csr_array(interaction_matrix(frame, **columns).sparse.to_coo())
    while True:
        rows, items = ((X > 0).sum(axis=axis) > 1 for axis in (1, 0))
        if rows.all() and items.all():
            return X
        X = X[np.flatnonzero(rows)][:, np.flatnonzero(items)]


def withhold(X, seed, part=0.2, least=5):
    """Return a table without a part of each longer row, and that part."""
    rng = np.random.default_rng(seed)
    held = np.zeros(X.nnz, bool)
    for start, end in zip(X.indptr, X.indptr[1:]):
        if end - start >= least:
            number = max(1, round(part * (end - start)))
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
        """Return the table as the decomposition has it."""
        return self._svd.inverse_transform(self._svd.transform(X.log1p()))


class Implicit:
    """implicit's ALS as it comes, on logarithms of counts."""

    def __init__(self, seed):
        self._seed = seed

    def fit(self, X):
        """Factorise."""
        with threadpool_limits(limits=1, user_api="blas"):
            self._model = AlternatingLeastSquares(random_state=self._seed)
            self._model.fit(_implicits(X), show_progress=False)
        return self

    def decision_function(self, X):
        """Return scores of rows that were in fit."""
        return self._model.user_factors @ self._model.item_factors.T.astype(float)


def _implicits(X):
    return sparse.csr_matrix(X.log1p().astype(np.float32))


def judged(model, train, test):
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
    """Return the candidate whose lists are best inside the training part."""
    rest, held = withhold(train, [seed, 1])
    scores = [judged(make(), rest, held)["ndcg"] for make in candidates]
    return candidates[int(np.argmax(scores))]


def links(X, seeds):
    """Measure one table of links."""
    figures = Figures()
    for seed in seeds:
        train, test = withhold(X, seed)
        figures.add(POPULARITY, **judged(Popularity(), train, test))
        ranks = [rank for rank in RANKS if rank < min(X.shape)]
        make = best([lambda rank=rank: LowRank(rank) for rank in ranks], train, seed)
        figures.add(SVD, **judged(make(), train, test))
        figures.add(IMPLICIT, **judged(Implicit(seed), train, test))
        for model in (
            ItemKNNRecommender(),
            BPRRecommender(random_state=seed),
            LMFRecommender(random_state=seed),
            ALSRecommender(random_state=seed),
            EASERecommender(),
        ):
            name = type(model).__name__
            figures.add(name, **judged(model, train, test))
            if name in GRIDS:
                candidates = [
                    lambda model=model, settings=settings: clone(model).set_params(
                        **settings
                    )
                    for settings in ParameterGrid(GRIDS[name])
                ]
                make = best(candidates, train, seed)
                figures.add(name + CHOSEN, **judged(make(), train, test))
    return figures


def links_section(title, X, figures):
    """Write what was measured on one table of links."""
    lines = []
    for name in GRIDS:
        gain = figures.mean(name, "ndcg") - figures.mean(name + CHOSEN, "ndcg")
        lines.append(f"- {name} with its defaults less chosen settings: {gain:+.3f}.")
    ours = max(
        (name for name in figures.rows() if "Recommender" in name),
        key=lambda n: figures.mean(n, "ndcg"),
    )
    gain = figures.mean(ours, "ndcg") - figures.mean(SVD, "ndcg")
    lines.append(f"- The best, {ours}, less {SVD}: {gain:+.3f}.")
    return "\n\n".join(
        [
            f"### {title}",
            f"{X.shape[0]} rows, {X.shape[1]} drugs, {X.nnz} links.",
            figures.table(**LINK_COLUMNS),
            "\n".join(lines),
        ]
    )


# ----- admissions -----


def admissions():
    """Return diagnoses and drugs of each admission, and whose it is."""
    names = {"patient": "hadm_id"}
    given = pd.read_csv(data_path("mimic3_demo", "PRESCRIPTIONS.csv.gz"), dtype=str)
    drugs = interaction_matrix(given.dropna(subset="drug"), **names, item="drug")
    coded = pd.read_csv(data_path("mimic3_demo", "DIAGNOSES_ICD.csv.gz"), dtype=str)
    coded = coded.dropna(subset="icd9_code")
    # a code and its three-digit category
    coded = pd.concat([coded, coded.assign(icd9_code=coded["icd9_code"].str[:3] + "*")])
    coded = coded[coded["hadm_id"].isin(drugs.index)]
    diagnoses = interaction_matrix(
        coded, **names, item="icd9_code", patients=drugs.index
    )
    whose = given.drop_duplicates("hadm_id").set_index("hadm_id")["subject_id"]
    return (
        (diagnoses.to_numpy() > 0).astype(float),
        (drugs.to_numpy() > 0).astype(int),
        whose.loc[drugs.index].to_numpy(),
    )


class CommonDrugs:
    """The most common drugs for everybody."""

    def fit(self, X, y):
        """Count."""
        self._share = y.mean(axis=0)
        return self

    def decision_function(self, X):
        """Return the share of each drug for each row."""
        return np.tile(self._share, (len(X), 1))


class OneRegressionPerDrug:
    """A logistic regression for each drug that some have and some haven't."""

    def fit(self, X, y):
        """Fit them all."""
        self._share = y.mean(axis=0)
        self._models = {
            drug: LogisticRegression(max_iter=1000).fit(X, y[:, drug])
            for drug in np.flatnonzero((self._share > 0) & (self._share < 1))
        }
        return self

    def decision_function(self, X):
        """Return the probability of each drug."""
        scores = np.tile(self._share, (len(X), 1))
        for drug, model in self._models.items():
            scores[:, drug] = model.predict_proba(X)[:, 1]
        return scores


def prescriptions(seeds):
    """Measure drugs from diagnoses; return figures and what was measured on."""
    X, y, patient = admissions()
    figures = Figures()
    for seed in seeds:
        models = {
            "the most common drugs": CommonDrugs(),
            "LogisticRegression per drug": OneRegressionPerDrug(),
            "ContextRecommender(EASERecommender())": ContextRecommender(),
            "ContextRecommender(ALSRecommender())": ContextRecommender(
                ALSRecommender(random_state=seed)
            ),
        }
        folds = GroupKFold(N_FOLDS, shuffle=True, random_state=seed)
        for name, model in models.items():
            scores, sets = np.empty(y.shape), np.zeros_like(y)
            for train, test in folds.split(X, y, patient):
                model.fit(X[train], y[train])
                scores[test] = model.decision_function(X[test])
                # as many drugs as an admission has on average in training
                k = round(y[train].sum() / len(train))
                best = np.argsort(-scores[test], axis=1, kind="stable")[:, :k]
                sets[test[:, np.newaxis], best] = 1
            figures.add(
                name,
                precision=average_precision_score(y, scores, average="samples"),
                jaccard=jaccard_score(y, sets, average="samples"),
                f1=f1_score(y, sets, average="samples"),
            )
    return figures, X, y, patient


def prescriptions_section(figures, X, y, patient):
    """Write what was measured on admissions."""
    ours, theirs = (
        "ContextRecommender(EASERecommender())",
        "LogisticRegression per drug",
    )
    gains = np.subtract(figures.of(ours, "precision"), figures.of(theirs, "precision"))
    return "\n\n".join(
        [
            "### Admissions: MIMIC-III demo",
            f"{len(y)} admissions of {len(np.unique(patient))} patients, {X.shape[1]} "
            f"diagnosis codes and categories, {y.shape[1]} drugs; {N_FOLDS}-fold "
            "cross-validation that keeps a patient in one fold, other folds for each "
            "seed. Each model gives every admission as many drugs as one has on "
            "average in training.",
            figures.table(**ADMISSION_COLUMNS),
            f"- {ours} less {theirs}, average precision in the same folds: mean "
            f"{gains.mean():+.3f}, from {gains.min():+.3f} to {gains.max():+.3f}. The "
            "seeds only move the folds: another hundred patients would differ more "
            "than the seeds do.",
        ]
    )


# ----- all -----


def main():
    """Measure all and publish."""
    options = parse_arguments(__doc__)
    tables = {
        "Problem to medication: ehrlink": ehrlink(),
        "Disease to drug: PharmacotherapyDB": pharmacotherapydb(),
    }
    measured = {title: links(X, options.seeds) for title, X in tables.items()}
    of_admissions = prescriptions(options.seeds)
    sections = [
        f"Seeds {', '.join(map(str, options.seeds))}: mean (least to greatest).",
        environment("skmed", "implicit", "scikit-learn", "scipy", "numpy"),
        *(links_section(title, tables[title], measured[title]) for title in tables),
        prescriptions_section(*of_admissions),
        _grids(),
    ]
    if options.write:
        panels = [(f"{title}: NDCG@10", measured[title], "ndcg") for title in tables]
        panels.append(
            (
                "Admissions (MIMIC-III demo): average precision",
                of_admissions[0],
                "precision",
            )
        )
        ours = ("ALS", "BPR", "LMF", "EASE", "ItemKNN", "Context")
        sections.insert(2, dot_plot(__file__, panels, ours=ours))
    publish(
        __file__,
        "\n\n".join(sections),
        write=options.write,
        headline=_headline(measured, of_admissions[0]),
    )


def _grids():
    """Say among what was chosen."""
    text = [f"- {SVD}: {', '.join(map(str, RANKS))}."]
    for name, grid in GRIDS.items():
        values = " x ".join(
            f"{key} ({', '.join(f'{value:g}' for value in some)})"
            for key, some in grid.items()
        )
        text.append(f"- {name}{CHOSEN}: {values}.")
    return "### What was chosen from\n\n" + "\n".join(text)


def _headline(measured, of_admissions):
    """Write the table of the project's README."""
    rows = [["", POPULARITY, "TruncatedSVD", "ALSRecommender", "EASERecommender"]]
    for title, figures in measured.items():
        names = [POPULARITY, SVD, "ALSRecommender", "EASERecommender"]
        rows.append(
            [f"{title}, NDCG@10", *(f"{figures.mean(n, 'ndcg'):.3f}" for n in names)]
        )
    return markdown_table(rows)


if __name__ == "__main__":
    main()
