"""The estimators inside scikit-learn's own tools."""

import pickle

import joblib
import keras
import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import (
    BaggingClassifier,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
)
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.feature_selection import SequentialFeatureSelector
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import (
    get_scorer,
    log_loss,
    make_scorer,
    recall_score,
    roc_auc_score,
)
from sklearn.model_selection import (
    FixedThresholdClassifier,
    GridSearchCV,
    GroupKFold,
    HalvingGridSearchCV,
    TunedThresholdClassifierCV,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from skmed import CNNClassifier, CNNEncoder, CNNRegressor

SMALL = {
    "filters": (2,),
    "dense_units": (8,),
    "epochs": 12,
    "batch_size": 16,
    "learning_rate": 0.02,
    "random_state": 0,
}


@pytest.fixture(scope="module")
def rows():
    """Ninety rows; the first column decides, the last is noise."""
    return np.random.default_rng(0).normal(size=(90, 5))


@pytest.fixture(scope="module")
def labels(rows):
    # twice as many of one class, and words, as in a clinic's table
    return np.where(rows[:, 0] > 0.4, "sick", "well")


@pytest.fixture(scope="module")
def grades(rows):
    return np.digitize(rows[:, 0], [-0.4, 0.4])


@pytest.fixture(scope="module")
def numbers(rows):
    return 100 + 5 * rows[:, 0] + rows[:, 1]


PATIENTS = np.arange(90) // 3


def test_kinds():
    assert is_classifier(CNNClassifier())
    assert is_regressor(CNNRegressor())
    assert not is_classifier(CNNEncoder())
    assert not is_regressor(CNNEncoder())


# ----- cross-validation and search -----


def test_cross_validation_stratifies(rows):
    # sorted labels: without strata, the first fold would have one class
    y = np.repeat([0, 1], [60, 30])
    folds = []

    def spy(estimator, X, y):
        folds.append(np.bincount(y).tolist())
        return 0.0

    classifier = CNNClassifier(**{**SMALL, "epochs": 1})
    cross_val_score(classifier, rows, y, cv=3, scoring=spy)
    assert folds == [[20, 10]] * 3


@pytest.mark.parametrize(
    "scoring", ["accuracy", "roc_auc", "average_precision", "neg_log_loss"]
)
def test_scorers_of_two_classes(rows, labels, scoring):
    y = (labels == "sick").astype(int)
    scores = cross_val_score(CNNClassifier(**SMALL), rows, y, cv=3, scoring=scoring)
    chance = {"accuracy": 0.66, "roc_auc": 0.7, "average_precision": 0.5}
    assert np.all(scores > chance.get(scoring, -0.65))


@pytest.mark.parametrize("scoring", ["roc_auc_ovr", "roc_auc_ovo", "balanced_accuracy"])
def test_scorers_of_several_classes(rows, grades, scoring):
    scores = cross_val_score(
        CNNClassifier(**SMALL), rows, grades, cv=3, scoring=scoring, error_score="raise"
    )
    assert np.all(scores > 0.6)


def test_cross_validation_by_patient(rows, labels):
    result = cross_validate(
        CNNClassifier(**SMALL),
        rows,
        labels,
        groups=PATIENTS,
        cv=GroupKFold(3),
        scoring=["roc_auc", "accuracy"],
        return_estimator=True,
        return_indices=True,
    )
    assert np.mean(result["test_roc_auc"]) > 0.8
    for train, test in zip(*result["indices"].values()):
        assert not set(PATIENTS[train]) & set(PATIENTS[test])
    assert len({id(estimator.model_) for estimator in result["estimator"]}) == 3


def test_cross_val_predict(rows, grades):
    probabilities = cross_val_predict(
        CNNClassifier(**SMALL), rows, grades, cv=3, method="predict_proba"
    )
    assert probabilities.shape == (90, 3)
    assert roc_auc_score(grades, probabilities, multi_class="ovr") > 0.7


def test_grid_search_over_a_pipeline(rows, labels):
    pipeline = make_pipeline(StandardScaler(), CNNClassifier(**SMALL))
    search = GridSearchCV(
        pipeline,
        {
            "standardscaler": ["passthrough", MinMaxScaler()],
            "cnnclassifier__learning_rate": [1e-6, 0.02],
            "cnnclassifier__filters": [(2,), (3,)],
        },
        cv=2,
        scoring="roc_auc",
        error_score="raise",
    ).fit(rows, labels)
    assert search.best_params_["cnnclassifier__learning_rate"] == 0.02
    assert search.best_score_ > 0.8
    assert (
        search.predict(rows).tolist() == search.best_estimator_.predict(rows).tolist()
    )
    best = search.best_estimator_[-1]
    assert best.get_params() == {
        **CNNClassifier(**SMALL).get_params(),
        "learning_rate": 0.02,
        "filters": search.best_params_["cnnclassifier__filters"],
    }


def test_halving_search_gives_the_best_more_epochs(rows, labels):
    search = HalvingGridSearchCV(
        CNNClassifier(**SMALL),
        {"learning_rate": [1e-7, 1e-6, 0.02, 0.03]},
        resource="epochs",
        min_resources=2,
        max_resources=8,
        factor=2,
        cv=2,
        scoring="roc_auc",
        random_state=0,
        error_score="raise",
    ).fit(rows, labels)
    assert search.n_resources_ == [2, 4, 8]
    assert search.best_estimator_.n_iter_ == 8
    assert search.best_params_["learning_rate"] >= 0.02


def test_search_with_worker_processes(rows, labels):
    # a lambda reaches them, as joblib sends it by value
    networks = ["plain", lambda x: keras.layers.Dense(3)(keras.layers.Flatten()(x))]
    grid = {"learning_rate": [1e-6, 0.02], "architecture": networks}
    settings = {"cv": 2, "scoring": "neg_log_loss", "error_score": "raise"}
    # a network of one's own has no sizes
    small = {**SMALL, "filters": None, "dense_units": None}
    serial = GridSearchCV(CNNClassifier(**small), grid, **settings)
    serial.fit(rows, labels)
    parallel = GridSearchCV(CNNClassifier(**small), grid, n_jobs=2, **settings)
    with joblib.parallel_config("loky"):
        parallel.fit(rows, labels)
    name = "mean_test_score"
    np.testing.assert_array_equal(parallel.cv_results_[name], serial.cv_results_[name])
    assert len(set(serial.cv_results_[name])) == 4
    np.testing.assert_array_equal(
        parallel.predict_proba(rows), serial.predict_proba(rows)
    )


def test_learning_curve(rows, labels):
    sizes, train, test = learning_curve(
        CNNClassifier(**SMALL), rows, labels, train_sizes=[20, 40], cv=2, shuffle=True
    )
    assert sizes.tolist() == [20, 40]
    assert train.shape == test.shape == (2, 2)


# ----- around a classifier -----


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
@pytest.mark.parametrize("target", ["labels", "grades"])
def test_calibration(rows, method, target, request):
    y = request.getfixturevalue(target)
    calibrated = CalibratedClassifierCV(CNNClassifier(**SMALL), method=method, cv=2)
    probabilities = calibrated.fit(rows, y).predict_proba(rows)
    assert probabilities.shape == (90, len(np.unique(y)))
    assert log_loss(y, probabilities) < np.log(len(np.unique(y)))


def test_thresholds(rows, labels):
    tuned = TunedThresholdClassifierCV(
        CNNClassifier(**SMALL), scoring="balanced_accuracy", cv=2, random_state=0
    ).fit(rows, labels)
    assert 0 < tuned.best_threshold_ < 1
    assert set(tuned.predict(rows)) == {"sick", "well"}
    careful = FixedThresholdClassifier(
        CNNClassifier(**SMALL), threshold=0.9, pos_label="sick"
    ).fit(rows, labels)
    sick = careful.predict_proba(rows)[:, 0] >= 0.9
    assert (careful.predict(rows) == "sick").tolist() == sick.tolist()


@pytest.mark.parametrize("voting", ["hard", "soft"])
def test_voting(rows, labels, voting):
    committee = VotingClassifier(
        [("cnn", CNNClassifier(**SMALL)), ("linear", LogisticRegression())],
        voting=voting,
    ).fit(rows, labels)
    assert committee.score(rows, labels) > 0.8


def test_stacking(rows, labels, numbers):
    stack = StackingClassifier(
        [("cnn", CNNClassifier(**SMALL)), ("linear", LogisticRegression())], cv=2
    ).fit(rows, labels)
    assert stack.stack_method_ == ["predict_proba"] * 2
    assert stack.score(rows, labels) > 0.8
    stack = StackingRegressor(
        [("cnn", CNNRegressor(**SMALL)), ("linear", Ridge())], cv=2
    ).fit(rows, numbers)
    assert stack.score(rows, numbers) > 0.8


def test_bagging_gives_each_its_own_seed(rows, labels):
    bag = BaggingClassifier(
        CNNClassifier(**{**SMALL, "epochs": 1}), n_estimators=2, random_state=0
    ).fit(rows, labels)
    first, second = bag.estimators_
    assert first.random_state != second.random_state
    assert bag.predict_proba(rows).shape == (90, 2)


def test_one_network_per_label(rows, labels, grades):
    few = {**SMALL, "epochs": 2}
    rest = OneVsRestClassifier(CNNClassifier(**few)).fit(rows, grades)
    assert rest.predict_proba(rows).shape == (90, 3)
    y = np.stack([grades > 0, grades > 1], axis=1).astype(int)
    each = MultiOutputClassifier(CNNClassifier(**few)).fit(rows, y)
    assert [p.shape for p in each.predict_proba(rows)] == [(90, 2)] * 2
    chain = ClassifierChain(CNNClassifier(**few)).fit(rows, y)
    assert chain.predict(rows).shape == (90, 2)


def test_several_labels(rows, grades):
    y = np.stack([grades > 0, grades > 1, rows[:, 1] > 0], axis=1).astype(int)
    classifier = CNNClassifier(**{**SMALL, "epochs": 40}).fit(rows, y)
    assert classifier.score(rows, y) > 0.5
    assert roc_auc_score(y, classifier.predict_proba(rows)) > 0.8
    scores = cross_val_score(classifier, rows, y, cv=2, scoring="roc_auc")
    assert np.all(scores > 0.6)
    probabilities = cross_val_predict(classifier, rows, y, cv=2, method="predict_proba")
    assert np.shape(probabilities) == (90, 3)


# ----- around a regressor -----


def test_several_targets(rows, numbers):
    y = np.stack([numbers, -1e-3 * numbers, rows[:, 1]], axis=1)
    regressor = CNNRegressor(**{**SMALL, "epochs": 40}).fit(rows, y)
    assert regressor.predict(rows).shape == (90, 3)
    # each target counts alike, whatever its unit
    assert regressor.score(rows, y) > 0.6
    scores = cross_val_score(regressor, rows, y, cv=2, scoring="r2")
    assert np.all(scores > 0)


def test_transformed_targets(rows, numbers):
    regressor = TransformedTargetRegressor(
        CNNRegressor(**SMALL), func=np.log, inverse_func=np.exp
    ).fit(rows, numbers)
    assert regressor.score(rows, numbers) > 0.5


# ----- inspection -----


@pytest.mark.parametrize("frame", [np.asarray, pd.DataFrame])
def test_permutation_importance(rows, labels, numbers, frame):
    X = rows
    if frame is not np.asarray:
        X = frame({name: rows[:, i] for i, name in enumerate("abcde")})
    for estimator, y in [
        (CNNClassifier(**SMALL), labels),
        (CNNRegressor(**SMALL), numbers),
    ]:
        estimator.fit(X, y)
        result = permutation_importance(estimator, X, y, n_repeats=3, random_state=0)
        assert result.importances_mean.argmax() == 0


def test_partial_dependence(rows, numbers):
    regressor = CNNRegressor(**{**SMALL, "epochs": 30}).fit(rows, numbers)
    curve = partial_dependence(regressor, rows, [0], grid_resolution=5)["average"][0]
    assert curve[-1] - curve[0] > 3


def test_feature_selection(rows, numbers):
    selector = SequentialFeatureSelector(
        CNNRegressor(**{**SMALL, "epochs": 6}), n_features_to_select=1, cv=2
    ).fit(rows[:, [0, 4]], numbers)
    assert selector.get_support().tolist() == [True, False]


@pytest.mark.parametrize("cls", [CNNClassifier, CNNRegressor, CNNEncoder])
def test_html(rows, labels, numbers, cls):
    estimator = make_pipeline(StandardScaler(), cls(**SMALL))
    assert cls.__name__ in estimator._repr_html_()
    y = numbers if cls is CNNRegressor else labels
    estimator.fit(rows, y)
    page = estimator._repr_html_()
    assert "fitted" in page
    assert cls.__name__ in page
    assert repr(cls(epochs=3)) == f"{cls.__name__}(epochs=3)"


# ----- encoders -----

OBJECTIVES = {
    "reconstruction": None,
    "classification": "labels",
    "regression": "numbers",
}


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_codes_before_a_classifier(rows, labels, objective, request):
    encoder = CNNEncoder(**{**SMALL, "epochs": 30}, n_components=3, objective=objective)
    target = OBJECTIVES[objective]
    y = labels if target is None else request.getfixturevalue(target)
    if target == "numbers":
        pipeline = make_pipeline(encoder, Ridge())
        assert cross_val_score(pipeline, rows, y, cv=2).mean() > 0.3
    else:
        pipeline = make_pipeline(encoder, LogisticRegression())
        scores = cross_val_score(pipeline, rows, y, cv=2, scoring="roc_auc")
        assert scores.mean() > 0.6
    pipeline.fit(rows, y)
    assert pipeline[:-1].transform(rows).shape == (90, 3)
    names = pipeline[:-1].get_feature_names_out().tolist()
    assert names == ["cnnencoder0", "cnnencoder1", "cnnencoder2"]


def test_reconstruction_never_looks_at_y(rows, labels, numbers):
    encoder = CNNEncoder(**SMALL, n_components=2)
    expected = encoder.fit_transform(rows)
    nonsense = np.array([None, "x", {}] * 30, dtype=object)
    for y in (labels, numbers, np.full(90, np.nan), nonsense):
        np.testing.assert_array_equal(encoder.fit_transform(rows, y), expected)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_columns_of_a_frame(rows, labels, library):
    frame = {"pandas": pd.DataFrame, "polars": pl.DataFrame}[library]
    X = frame({f"ecg{i}": rows[:, i] for i in range(4)} | {"age": rows[:, 4]})
    signal = [f"ecg{i}" for i in range(4)]
    columns = ColumnTransformer(
        [
            ("ecg", CNNEncoder(**SMALL, n_components=2), signal),
            ("age", StandardScaler(), ["age"]),
        ],
        verbose_feature_names_out=False,
    ).set_output(transform=library)
    codes = columns.fit_transform(X)
    assert isinstance(codes, frame)
    assert list(codes.columns) == ["cnnencoder0", "cnnencoder1", "age"]
    assert len(codes) == 90
    fitted = columns.named_transformers_["ecg"]
    assert fitted.feature_names_in_.tolist() == signal
    model = make_pipeline(columns, LogisticRegression()).fit(X, labels)
    assert model.predict_proba(X[:1]).shape == (1, 2)


def test_union_of_codes(rows):
    union = FeatureUnion(
        [("short", CNNEncoder(**SMALL, n_components=1)), ("as_is", StandardScaler())]
    )
    assert union.fit_transform(rows).shape == (90, 6)
    assert union.get_feature_names_out()[0] == "short__cnnencoder0"


# ----- metadata -----


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


@pytest.mark.skipif(
    not hasattr(make_pipeline(StandardScaler()), "transform_input"),
    reason="Pipeline(transform_input=) came with scikit-learn 1.6",
)
def test_validation_rows_go_through_the_steps_before(rows, labels, routing):
    X, y, X_val, y_val = rows[:60] * 1000, labels[:60], rows[60:] * 1000, labels[60:]
    classifier = CNNClassifier(
        **{**SMALL, "normalize": None, "early_stopping": True, "n_iter_no_change": 2}
    ).set_fit_request(X_val=True, y_val=True)
    pipeline = make_pipeline(
        StandardScaler(), classifier, transform_input=["X_val"]
    ).fit(X, y, X_val=X_val, y_val=y_val)
    scaler = StandardScaler().fit(X)
    expected = clone(classifier).fit(
        scaler.transform(X), y, X_val=scaler.transform(X_val), y_val=y_val
    )
    assert pipeline[-1].history_ == expected.history_
    assert len(expected.history_["val_loss"]) > 1


def test_weights_through_cross_validation(rows, labels, routing):
    weight = np.where(labels == "sick", 1e-9, 1.0)
    scorer = make_scorer(recall_score, average="macro", pos_label=None)
    scaler = StandardScaler().set_fit_request(sample_weight=False)
    classifier = CNNClassifier(**SMALL).set_fit_request(sample_weight=True)
    result = cross_validate(
        make_pipeline(scaler, classifier),
        rows,
        labels,
        cv=2,
        params={"sample_weight": weight},
        scoring=scorer.set_score_request(sample_weight=False),
        error_score="raise",
    )
    # whoever has next to no weight is never predicted
    np.testing.assert_allclose(result["test_score"], 0.5)


def test_weights_reach_the_scorer(rows, labels, routing):
    classifier = CNNClassifier(**SMALL).set_score_request(sample_weight=True)
    classifier.fit(rows, labels)
    weight = (classifier.predict(rows) == labels).astype(float)
    assert classifier.score(rows, labels, sample_weight=weight) == 1.0
    scorer = get_scorer("accuracy")
    assert scorer(classifier, rows, labels) == classifier.score(rows, labels)


# ----- storage -----


@pytest.mark.parametrize("compress", [0, 3])
def test_searches_and_pipelines_are_stored(rows, labels, tmp_path, compress):
    search = GridSearchCV(
        make_pipeline(StandardScaler(), CNNClassifier(**SMALL)),
        {"cnnclassifier__learning_rate": [0.02]},
        cv=2,
    ).fit(rows, labels)
    expected = search.predict_proba(rows)
    joblib.dump(search, tmp_path / "search.joblib", compress=compress)
    stored = joblib.load(tmp_path / "search.joblib")
    np.testing.assert_array_equal(stored.predict_proba(rows), expected)
    pipeline = pickle.loads(pickle.dumps(search.best_estimator_))
    np.testing.assert_array_equal(pipeline.predict_proba(rows), expected)


def test_clones_share_nothing(rows, labels):
    weights = {"sick": 2.0}
    classifier = CNNClassifier(**SMALL, class_weight=weights).fit(rows, labels)
    copy = clone(classifier)
    assert copy.get_params() == classifier.get_params()
    assert copy.class_weight is not weights
    assert not hasattr(copy, "classes_")
    expected = classifier.predict_proba(rows)
    copy.set_params(epochs=1).fit(rows, labels[::-1])
    np.testing.assert_array_equal(classifier.predict_proba(rows), expected)
