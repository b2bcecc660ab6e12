"""ContextRecommender as a multilabel classifier."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import is_classifier
from sklearn.linear_model import Ridge
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skmed.datasets import make_prescriptions
from skmed.metrics import ndcg_at_k_score
from skmed.recommend import (
    ALSRecommender,
    BPRRecommender,
    ContextRecommender,
    EASERecommender,
    ItemKNNRecommender,
    LMFRecommender,
)

INNER = [
    ALSRecommender(n_components=32, random_state=0),
    BPRRecommender(n_components=16, random_state=0, max_iter=100),
    LMFRecommender(n_components=16, random_state=0),
    ItemKNNRecommender(),
    EASERecommender(),
]


@pytest.fixture(scope="module")
def cohort():
    return make_prescriptions(n_patients=300, random_state=0)


@pytest.mark.parametrize("inner", INNER, ids=lambda inner: type(inner).__name__)
def test_recommends_drugs_from_diagnoses(cohort, inner):
    diagnoses, drugs = cohort
    model = ContextRecommender(inner).fit(diagnoses[:200], drugs[:200])
    scores = model.decision_function(diagnoses[200:])
    assert scores.shape == (100, drugs.shape[1])
    assert scores.dtype == np.float64
    truth = drugs[200:].to_numpy()
    popular = np.tile(drugs[:200].mean().to_numpy(), (100, 1))
    gain = ndcg_at_k_score(truth, scores) - ndcg_at_k_score(truth, popular)
    assert gain > (0.1 if isinstance(inner, BPRRecommender | LMFRecommender) else 0.2)


def test_is_a_multilabel_classifier(cohort):
    diagnoses, drugs = cohort
    model = ContextRecommender(k=4).fit(diagnoses, drugs)
    assert is_classifier(model)
    assert model.classes_.tolist() == list(range(drugs.shape[1]))
    predicted = model.predict(diagnoses)
    assert predicted.dtype == drugs.to_numpy().dtype
    assert set(predicted.sum(axis=1)) == {4}
    lists = model.recommend(diagnoses, k=4)
    assert lists["row"].tolist() == np.repeat(diagnoses.index, 4).tolist()
    numbers = [drugs.columns.get_loc(item) for item in lists["item"]]
    assert predicted[np.repeat(np.arange(300), 4), numbers].all()
    mean = ContextRecommender().fit(diagnoses, drugs)
    assert mean.k_ == round(drugs.to_numpy().sum() / 300)


def test_scorers_of_scikit_learn(cohort):
    diagnoses, drugs = cohort
    scoring = ["average_precision", "roc_auc", "f1_samples", "jaccard_micro"]
    everywhere = drugs.sum() > 12
    result = cross_validate(
        ContextRecommender(),
        diagnoses,
        drugs.loc[:, everywhere],
        groups=np.arange(300) // 2,
        cv=GroupKFold(3),
        scoring=scoring,
        error_score="raise",
    )
    for name in scoring:
        assert np.all(result[f"test_{name}"] > (0.8 if name == "roc_auc" else 0.3))


def test_search_over_the_wrapped_recommender(cohort):
    diagnoses, drugs = cohort

    def scorer(model, X, y):
        return average_precision_score(y, model.decision_function(X), average="micro")

    pipeline = make_pipeline(
        FunctionTransformer(), ContextRecommender(EASERecommender())
    )
    search = GridSearchCV(
        pipeline,
        {"contextrecommender__recommender__regularization": [0.1, 100.0]},
        cv=2,
        scoring=scorer,
        error_score="raise",
    )
    search.fit(diagnoses, drugs)
    assert search.cv_results_["mean_test_score"].min() > 0.2


def test_items_are_missing_not_zero(cohort):
    """The scores equal those of a regression on the context alone."""
    diagnoses, drugs = cohort
    inner = EASERecommender(weighting="linear", row_scaling=0.0, item_scaling=0.0)
    model = ContextRecommender(inner).fit(diagnoses, drugs)
    both = np.hstack([diagnoses, drugs])
    penalty = 0.1 * np.linalg.eigvalsh(both.T @ both)[-1]
    ridge = Ridge(alpha=penalty, fit_intercept=False).fit(
        diagnoses.to_numpy(), drugs.to_numpy()
    )
    np.testing.assert_allclose(
        model.decision_function(diagnoses),
        ridge.predict(diagnoses.to_numpy()),
        atol=1e-6,
    )


def test_sparse_context_and_items_are_the_same(cohort):
    diagnoses, drugs = (table.to_numpy() for table in cohort)
    expected = ContextRecommender().fit(diagnoses, drugs).decision_function(diagnoses)
    X, y = sparse.csr_array(diagnoses), sparse.csr_matrix(drugs)
    model = ContextRecommender().fit(X, y)
    np.testing.assert_allclose(model.decision_function(X), expected)
    assert model.predict(X).shape == drugs.shape


def test_rows_without_context_get_the_frequencies(cohort):
    diagnoses, drugs = cohort
    model = ContextRecommender().fit(diagnoses, drugs)
    nothing = diagnoses[:1] * 0
    np.testing.assert_allclose(
        model.decision_function(nothing)[0], drugs.mean().to_numpy()
    )


@pytest.mark.parametrize("n_classes", [2, 3])
def test_labels_are_items_of_which_each_row_has_one(n_classes):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(90, 2))
    y = np.array(list("abc"))[np.digitize(X[:, 0], [-0.4, 0.4])[:90] % n_classes]
    model = ContextRecommender().fit(X, y)
    assert model.classes_.tolist() == list("abc")[:n_classes]
    assert model.score(X, y) > 0.6
    scores = model.decision_function(X)
    assert scores.shape == ((90,) if n_classes == 2 else (90, 3))
    assert set(model.recommend(X, k=1)["item"]) <= set("abc")


def test_measurements_are_used(cohort):
    _, drugs = cohort
    rng = np.random.default_rng(0)
    takes = drugs["metformin"].to_numpy()
    sugar = np.where(takes, 9.0, 5.0) + rng.normal(size=300)
    X = sugar[:, np.newaxis]
    model = ContextRecommender().fit(X[:200], drugs[:200])
    scores = model.decision_function(X[200:])[:, drugs.columns.get_loc("metformin")]
    assert average_precision_score(takes[200:], scores) > 0.7


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.zeros((300, 4)), "y has no items"),
        (np.arange(900).reshape(300, 3) % 5, "must be an indicator of items"),
        (np.linspace(0, 1, 300), "Unknown label type"),
        (np.zeros(300), "one class only"),
        (np.ones((200, 3)), "same number of rows"),
    ],
    ids=["empty", "numbers", "continuous", "one class", "length"],
)
def test_wrong_items(cohort, y, message):
    model = ContextRecommender()
    with pytest.raises(ValueError, match=message):
        model.fit(cohort[0], y)
    assert not hasattr(model, "classes_")


def test_only_the_recommender_is_positional():
    inner = EASERecommender()
    assert ContextRecommender(inner).recommender is inner
    with pytest.raises(TypeError, match="only recommender by position"):
        ContextRecommender(inner, 5)
    with pytest.raises(TypeError, match="by position and by name"):
        ContextRecommender(inner, recommender=inner)
    with pytest.raises(ValueError, match="'recommender' parameter"):
        ContextRecommender(Ridge()).fit([[1], [0]], [[1, 0], [0, 1]])


def test_k_needs_an_indicator_matrix():
    with pytest.raises(ValueError, match="k=3 needs an indicator matrix y"):
        ContextRecommender(k=3).fit([[1], [0]], [0, 1])


def test_known_items_may_be_included(cohort):
    diagnoses, drugs = cohort
    model = ContextRecommender().fit(diagnoses, drugs)
    X, known = diagnoses[:5], drugs[:5]
    without = model.recommend(X, k=1000, known=known)
    everything = model.recommend(X, k=1000, known=known, exclude_known=False)
    pairs = set(zip(everything["row"], everything["item"]))
    excluded = pairs - set(zip(without["row"], without["item"]))
    assert excluded == set(known.stack()[lambda values: values > 0].index)
    with pytest.raises(ValueError, match="exclude_known=False needs known"):
        model.recommend(X, exclude_known=False)
