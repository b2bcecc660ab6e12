"""What users write, for the type checker; ``test_user_programs.py`` checks this file.

Each function is a program. A line that must be refused has a ``pyright: ignore`` with
the rule; an unnecessary one is an error too.
"""
# pyright: basic, reportUnnecessaryTypeIgnoreComment=true

from typing import assert_type

import numpy as np
import pandas as pd
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline

import skmed
from skmed import (
    ALSRecommender,
    BandPassFilter,
    CNNClassifier,
    CNNEncoder,
    CNNRegressor,
    ContextRecommender,
    KerasClassifier,
    KerasRegressor,
    NLTKTokenizer,
    RNNClassifier,
    RNNEncoder,
    RNNRegressor,
    TextClassifier,
    TextEncoder,
    TextRegressor,
    TokenSequencer,
    interaction_matrix,
    pool_windows,
    sliding_windows,
)
from skmed.datasets import (
    fetch_pneumoniamnist,
    load_physiotherapy,
    make_chest_xrays,
    make_prescriptions,
)
from skmed.metrics import ddi_rate_score, ndcg_at_k_score
from skmed.model_selection import InteractionKFold
from skmed.preprocessing import ChannelScaler, Spectrogram
from skmed.recommend import EASERecommender, ItemKNNRecommender
from skmed.utils import all_estimators

X = np.zeros((8, 16, 16, 1), np.uint8)
y = np.zeros(8, int)
notes = ["no fever", "cough"] * 4


def names() -> None:
    assert_type(skmed.CNNClassifier(), CNNClassifier)
    assert_type(skmed.cnn.CNNClassifier(), CNNClassifier)
    assert_type(skmed.__version__, str)
    skmed.show_versions()
    skmed.CNNClasifier  # pyright: ignore[reportAttributeAccessIssue]  # noqa: B018


def cnn() -> None:
    classifier = CNNClassifier(filters=(8, 16), n_estimators=2, epochs=2)
    assert_type(classifier.fit(X, y), CNNClassifier)
    assert_type(classifier.partial_fit(X, y), CNNClassifier)
    assert_type(CNNClassifier().fit(X, y).predict_proba(X), np.ndarray)
    assert_type(classifier.set_params(epochs=3), CNNClassifier)
    assert_type(classifier.predict(X), np.ndarray)
    classifier.predict_std(X).round()
    assert_type(CNNRegressor(dropout=0.5).fit(X, y), CNNRegressor)
    assert_type(CNNRegressor().fit(X, y).predict(X), np.ndarray)
    assert_type(CNNEncoder(n_components=2).fit(X), CNNEncoder)
    GridSearchCV(classifier, {"filters": [(8,), (16,)]}).fit(X, y).predict(X)
    cross_val_score(CNNClassifier(random_state=0), X, y, cv=2).mean()
    CNNClassifier(epochs="auto", learning_rate=None, init_from=classifier)
    CNNClassifier(epochz=2)  # pyright: ignore[reportCallIssue]
    CNNClassifier(epochs="x")  # pyright: ignore[reportArgumentType]
    CNNClassifier(batch_size="32")  # pyright: ignore[reportArgumentType]
    CNNClassifier(filters=8)  # pyright: ignore[reportArgumentType]
    CNNClassifier(2)  # pyright: ignore[reportCallIssue]
    CNNRegressor(class_weight="balanced")  # pyright: ignore[reportCallIssue]


def rnn() -> None:
    classifier = RNNClassifier(cell="gru", units=(8,), epochs=2)
    assert_type(classifier.fit(X, y), RNNClassifier)
    assert_type(classifier.predict_proba(X), np.ndarray)
    assert_type(classifier.stream(n_sequences=2).update(X), np.ndarray)
    assert_type(RNNRegressor().fit(X, y).predict(X), np.ndarray)
    assert_type(RNNEncoder().fit(X), RNNEncoder)
    assert_type(RNNEncoder().fit(X).transform(X), np.ndarray)
    RNNClassifier(unit=(8,))  # pyright: ignore[reportCallIssue]
    RNNClassifier(bidirectional="yes")  # pyright: ignore[reportArgumentType]


def text() -> None:
    classifier = TextClassifier(max_features=1000, epochs=2)
    assert_type(classifier.fit(notes, y), TextClassifier)
    assert_type(classifier.predict_proba(notes), np.ndarray)
    assert_type(TextRegressor().fit(notes, y).predict(notes), np.ndarray)
    assert_type(TextEncoder().fit(notes), TextEncoder)
    assert_type(NLTKTokenizer(negation=True)("No fever."), list[str])
    assert_type(TokenSequencer(max_length=4).fit(notes), TokenSequencer)
    make_pipeline(TokenSequencer(), RNNClassifier()).fit(notes, y)
    TextClassifier(tokeniser=None)  # pyright: ignore[reportCallIssue]
    TextClassifier(dropout="0.5")  # pyright: ignore[reportArgumentType]


def recommend() -> None:
    events = pd.DataFrame({"patient": ["ann"], "drug": ["aspirin"]})
    table = interaction_matrix(events, patient="patient", item="drug")
    assert_type(table, pd.DataFrame)
    recommender = ALSRecommender(n_components=8, n_jobs=2)
    assert_type(recommender.fit(table), ALSRecommender)
    assert_type(recommender.transform(table), np.ndarray)
    assert_type(recommender.decision_function(table), np.ndarray)
    assert_type(recommender.score(table), float)
    assert_type(recommender.recommend(table, k=3), pd.DataFrame)
    lists, held_back = recommender.recommend(table, return_held_back=True)
    assert_type(lists, pd.DataFrame)
    assert_type(held_back, pd.DataFrame)
    assert_type(EASERecommender().fit(table).similar_items("aspirin"), pd.DataFrame)
    assert_type(ItemKNNRecommender().explain(table, "aspirin"), pd.DataFrame)
    ALSRecommender(components=8)  # pyright: ignore[reportCallIssue]
    ALSRecommender(n_components="8")  # pyright: ignore[reportArgumentType]
    ALSRecommender().predict(table)  # pyright: ignore[reportAttributeAccessIssue]


def recommend_by_context() -> None:
    diagnoses, drugs = make_prescriptions(n_patients=50, random_state=0)
    model = ContextRecommender(ALSRecommender(), k=5)
    assert_type(model.fit(diagnoses, drugs), ContextRecommender)
    assert_type(model.decision_function(diagnoses), np.ndarray)
    assert_type(model.recommend(diagnoses), pd.DataFrame)
    ContextRecommender(EASERecommender(), 5)  # pyright: ignore[reportCallIssue]


def preprocessing() -> None:
    band = BandPassFilter(sampling_rate=50.0, low=0.5, high=20.0)
    assert_type(band.fit(X), BandPassFilter)
    assert_type(ChannelScaler().fit(X), ChannelScaler)
    make_pipeline(band, Spectrogram(sampling_rate=50.0)).fit(X)
    windows = sliding_windows(X, y, window=4, step=2)
    CNNClassifier().fit(windows.X, windows.y, groups=windows.groups)
    assert_type(pool_windows(windows.y, windows.recording), np.ndarray)
    BandPassFilter(hihg=20.0)  # pyright: ignore[reportCallIssue]
    sliding_windows(X, y)  # pyright: ignore[reportCallIssue]


def wrappers() -> None:
    def model(units):
        raise NotImplementedError

    classifier = KerasClassifier(model, units=3, optimizer__learning_rate=0.1)
    assert_type(classifier.fit(X, y), KerasClassifier)
    assert_type(classifier.set_params(units=4), KerasClassifier)
    classifier.predict_proba(X)
    assert_type(KerasRegressor(model).fit(X, y), KerasRegressor)
    KerasClassifier(model, None)  # pyright: ignore[reportCallIssue]


def metrics() -> None:
    scores = np.zeros((8, 3))
    assert_type(ndcg_at_k_score(scores > 0, scores, k=2), float)
    assert_type(ddi_rate_score(scores > 0, [(0, 1)]), float)
    ndcg_at_k_score(scores > 0, scores, 2)  # pyright: ignore[reportCallIssue]


def datasets() -> None:
    images, labels = make_chest_xrays(10, random_state=0)
    assert_type(images, np.ndarray)
    assert_type(labels, np.ndarray)
    diagnoses, drugs = make_prescriptions(n_patients=10)
    assert_type(diagnoses, pd.DataFrame)
    assert_type(drugs, pd.DataFrame)
    assert_type(len(load_physiotherapy().data), int)
    recordings, exercises = load_physiotherapy(return_X_y=True)
    assert_type(exercises, np.ndarray)
    train_images, train_labels = fetch_pneumoniamnist(return_X_y=True)
    CNNClassifier().fit(train_images, train_labels)
    RNNClassifier().fit(recordings, exercises)
    make_chest_xrays(n_sample=10)  # pyright: ignore[reportCallIssue]


def model_selection_and_utils() -> None:
    events = pd.DataFrame({"patient": ["ann"], "item": ["aspirin"]})
    for train, test in InteractionKFold(2).split(events):
        events.iloc[train].merge(events.iloc[test])
    for name, estimator in all_estimators("classifier"):
        print(name.lower(), estimator())
    InteractionKFold(2, "patient")  # pyright: ignore[reportCallIssue]
