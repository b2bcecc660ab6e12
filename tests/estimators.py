"""Small instances of every public estimator, on which the shared tests run.

A new family adds its rows to ``CASES`` and no tests. Modules read this file with
``runpy.run_path``, which works in every import mode of pytest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.utils import get_tags

from skmed import (
    MFCC,
    ALSRecommender,
    BandPassFilter,
    BaselineRemover,
    BPRRecommender,
    ChannelScaler,
    CNNClassifier,
    CNNEncoder,
    CNNRegressor,
    ContextRecommender,
    EASERecommender,
    ItemKNNRecommender,
    LMFRecommender,
    LogMelSpectrogram,
    NotchFilter,
    Resampler,
    RNNClassifier,
    RNNEncoder,
    RNNRegressor,
    Spectrogram,
    TextClassifier,
    TextEncoder,
    TextRegressor,
)


def signals(n_samples, seed=0):
    """Rows of six numbers."""
    return np.random.default_rng(seed).normal(size=(n_samples, 6))


def sequences(n_samples, seed=0):
    """A list of sequences of two to nine steps and two channels."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(2, 10, n_samples)
    return [rng.normal(size=(length, 2)) for length in lengths]


def baskets(n_samples, seed=0):
    """Counts of eight items: every row has two or more."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(1.0, size=(n_samples, 8))
    rows = np.arange(n_samples)
    counts[rows, rows % 4] += 1
    counts[rows, 4 + rows % 4] += 1
    return counts.astype(float)


def notes(n_samples, seed=0):
    """Notes of one to eight words."""
    rng = np.random.default_rng(seed)
    words = [
        "cough",
        "fever",
        "chest",
        "pain",
        "denies",
        "since",
        "monday",
        "clear",
        "rest",
        "night",
    ]
    return [" ".join(rng.choice(words, rng.integers(1, 9))) for _ in range(n_samples)]


@dataclass(frozen=True)
class Case:
    """One estimator, in the two forms that tests need.

    Parameters
    ----------
    estimator : BaseEstimator
        Small and exact: few epochs, one full batch, double precision. Comparisons
        to 1e-7 hold.
    quick : dict
        What makes it smaller and inexact: several batches, whatever is random.
    rows : callable
        ``(n_samples, seed) -> X``.
    """

    estimator: BaseEstimator
    quick: dict
    rows: Callable[..., Any] = signals

    def __str__(self):
        parameters = self.estimator.get_params()
        parts = [type(self.estimator).__name__, parameters.get("objective")]
        if parameters.get("architecture") not in ("plain", "bag"):
            parts.append(parameters.get("architecture"))
        if parameters.get("bidirectional"):
            parts.append("bidirectional")
        return "-".join(part for part in parts if part)

    @property
    def is_deep(self):
        """Whether it trains by epochs."""
        return "epochs" in self.estimator.get_params()

    @property
    def takes_text(self):
        """Whether rows are notes, which scikit-learn's checks have to be adapted to."""
        return get_tags(self.estimator).input_tags.string

    @property
    def is_seeded(self):
        """Whether anything in it is random."""
        return "random_state" in self.estimator.get_params()

    @property
    def learns_classes(self):
        """Whether y are labels."""
        objective = self.estimator.get_params().get("objective")
        return is_classifier(self.estimator) or objective == "classification"

    @property
    def needs_y(self):
        """Whether fit refuses to do without y."""
        return get_tags(self.estimator).target_tags.required

    def exact(self, **changes):
        """Return a new exact instance."""
        seed = {"random_state": 0} if self.is_seeded else {}
        return clone(self.estimator).set_params(**{**seed, **changes})

    def fast(self, **changes):
        """Return a new quick instance."""
        return self.exact(**{**self.quick, **changes})

    def data(self, n_samples=20, seed=0):
        """Return rows and targets: three classes, or numbers."""
        rng = np.random.default_rng([seed, 1])
        y = rng.permutation(np.arange(n_samples) % 3)
        if not self.learns_classes:
            y = 10 + y + rng.normal(size=n_samples)
        return self.rows(n_samples, seed), y

    @property
    def method(self):
        """Name of the method that says most about a row."""
        names = ("predict_proba", "decision_function", "predict", "transform")
        return next(name for name in names if hasattr(self.estimator, name))

    def outputs(self, estimator, X):
        """Return what a fitted estimator says about X."""
        return getattr(estimator, self.method)(X)


_EXACT_NETWORK = {
    "epochs": 30,
    "batch_size": 10_000,
    "learning_rate": 0.02,
    "precision": "float64",
}
_QUICK_NETWORK = {
    "epochs": 3,
    "batch_size": 8,
    "dropout": 0.2,
    "precision": "float32",
}
_CNN = {"filters": (8,), "dense_units": (16,), **_EXACT_NETWORK}
_QUICK_CNN = {"filters": (2,), "dense_units": (4,), **_QUICK_NETWORK}
_QUICK_DEEP = {
    "filters": (2,),
    "stochastic_depth": 0.2,
    "augment": ("shift", "warp", "noise", "mixup"),
    "test_time_augmentation": 2,
    **_QUICK_NETWORK,
}

_TEXT = {
    "embedding_dim": 8,
    "dense_units": (16,),
    "min_df": 1,
    "n_hash": 100,
    **_EXACT_NETWORK,
}
_QUICK_TEXT = {
    "embedding_dim": 4,
    "dense_units": (4,),
    "ngram_range": (1, 2),
    "subword_range": (2, 3),
    "n_hash": 20,
    "word_dropout": 0.2,
    "use_idf": True,
    **_QUICK_NETWORK,
}
_SMALL_TEXT = {
    "bag": {},
    "cnn": {"filters": (4, 4, 4)},
    "rnn": {"units": (4,)},
    "transformer": {"depth": 1, "n_heads": 2},
}
_RNN = {"units": (6,), **_EXACT_NETWORK, "epochs": 60}
# a second layer, so that dropout has a place before the last
_QUICK_RNN = {"units": (3, 2), **_QUICK_NETWORK}
_BOTH_WAYS = {
    "cell": "gru",
    "bidirectional": True,
    "pooling": "attention",
    "filters": (4,),
}

_RESIDUAL = {"filters": (4, 4), "depth": 1, "pooling": "attention"}

_FRAMES = {"window": 2, "step": 1, "n_fft": 16}

CASES = [
    Case(CNNClassifier(**_CNN), _QUICK_CNN),
    Case(CNNRegressor(**_CNN), _QUICK_CNN),
    *(
        Case(CNNEncoder(n_components=2, objective=objective, **_CNN), _QUICK_CNN)
        for objective in ("reconstruction", "classification", "regression")
    ),
    Case(CNNClassifier(architecture="resnet", **{**_CNN, **_RESIDUAL}), _QUICK_DEEP),
    Case(CNNRegressor(architecture="inception", **{**_CNN, **_RESIDUAL}), _QUICK_DEEP),
    Case(TextClassifier(**_TEXT), _QUICK_TEXT, notes),
    Case(TextRegressor(**_TEXT), _QUICK_TEXT, notes),
    *(
        Case(
            TextEncoder(n_components=2, word_dropout=0, objective=objective, **_TEXT),
            _QUICK_TEXT,
            notes,
        )
        for objective in ("reconstruction", "classification")
    ),
    *(
        Case(cls(architecture=name, **_TEXT, **_SMALL_TEXT[name]), _QUICK_TEXT, notes)
        for cls, name in [
            (TextClassifier, "cnn"),
            (TextRegressor, "rnn"),
            (TextClassifier, "transformer"),
        ]
    ),
    Case(RNNClassifier(**_RNN), _QUICK_RNN),
    Case(
        RNNRegressor(pooling="avg", **{**_RNN, "units": (8,), "learning_rate": 0.1}),
        _QUICK_RNN,
        sequences,
    ),
    *(
        Case(
            RNNEncoder(
                n_components=2,
                objective=objective,
                pooling="max",
                **{**_RNN, "epochs": 30},
            ),
            _QUICK_RNN,
            rows,
        )
        for objective, rows in (
            ("reconstruction", sequences),
            ("classification", signals),
        )
    ),
    Case(RNNClassifier(**_BOTH_WAYS, **_RNN), _QUICK_RNN, sequences),
    Case(ALSRecommender(n_components=4), {}, baskets),
    Case(BPRRecommender(n_components=4, max_iter=20), {}, baskets),
    Case(LMFRecommender(n_components=4, max_iter=10), {}, baskets),
    Case(ItemKNNRecommender(), {}, baskets),
    Case(EASERecommender(), {}, baskets),
    Case(ContextRecommender(), {}),
    Case(BandPassFilter(high=0.2, order=2, padding=0), {}),
    Case(NotchFilter(frequency=0.2, padding=0), {}),
    Case(BaselineRemover(), {}),
    Case(ChannelScaler(), {}),
    Case(Resampler(sampling_rate=2, new_sampling_rate=3), {}),
    Case(Spectrogram(**_FRAMES), {}),
    Case(LogMelSpectrogram(n_mels=2, **_FRAMES), {}),
    Case(MFCC(n_mels=2, n_mfcc=2, **_FRAMES), {}),
]

# ----- what scikit-learn runs for its own estimators only -----

OWN_CHECKS = [
    "check_param_validation",
    "check_dataframe_column_names_consistency",
    "check_inplace_ensure_writeable",
    "check_estimators_partial_fit_n_features",
]
OWN_CHECKS_OF_CLASSIFIERS = ["check_classifier_multioutput"]
OWN_CHECKS_OF_TRANSFORMERS = [
    "check_get_feature_names_out_error",
    "check_transformer_get_feature_names_out",
    "check_transformer_get_feature_names_out_pandas",
    "check_set_output_transform",
    "check_set_output_transform_pandas",
    "check_set_output_transform_polars",
    "check_global_output_transform_pandas",
    "check_global_set_output_transform_polars",
]
