"""Searches over many processes, on one machine and on a cluster."""

import json

import dask
import distributed
import joblib
import keras
import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV

from skmed import CNNClassifier
from skmed.wrappers import KerasClassifier

THREADS = """
import json, os
from joblib import Parallel, delayed

def threads():
    import skmed._keras
    return os.environ["TF_NUM_INTRAOP_THREADS"]

if __name__ == "__main__":
    print(json.dumps(Parallel(n_jobs=2)(delayed(threads)() for _ in range(4))))
"""


def cnn():
    classifier = CNNClassifier(
        filters=(2,), dense_units=(3,), epochs=2, random_state=0, early_stopping=True
    )
    return classifier, {"learning_rate": [0.001, 0.01], "dropout": [0.0, 0.5]}


def wrapped():
    # a worker can't import this function: it gets its code, as from a notebook
    def mlp(meta, units):
        inputs = keras.Input((meta["n_features_in_"],))
        x = keras.layers.Dense(units, "relu")(inputs)
        return keras.Model(inputs, keras.layers.Dense(2, "softmax")(x))

    classifier = KerasClassifier(
        mlp,
        units=3,
        loss=keras.losses.SparseCategoricalCrossentropy(),
        optimizer="adam",
        epochs=2,
        random_state=0,
    )
    return classifier, {"optimizer__learning_rate": [0.001, 0.01], "units": [3, 5]}


@pytest.fixture(params=[cnn, wrapped], ids=["cnn", "wrapped"])
def search(request):
    X = np.random.default_rng(0).normal(size=(60, 10)).astype(np.float32)
    classifier, grid = request.param()
    return (
        GridSearchCV(classifier, grid, cv=2, scoring="neg_log_loss"),
        X,
        np.arange(60) % 2,
    )


@pytest.fixture
def serial(search):
    search, X, y = search
    return search.fit(X, y).cv_results_["mean_test_score"]


def test_workers_share_the_cores(run_python):
    none = dict.fromkeys(("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"))
    threads = json.loads(run_python(THREADS, **none).stdout)
    assert set(threads) == {str(max(1, joblib.cpu_count() // 2))}


def test_loky_gives_what_one_process_gives(search, serial):
    search, X, y = search
    search.set_params(n_jobs=2).fit(X, y)
    np.testing.assert_allclose(search.cv_results_["mean_test_score"], serial)


def test_dask_gives_what_one_process_gives(search, serial, tmp_path):
    search, X, y = search
    with (
        dask.config.set({"temporary-directory": str(tmp_path)}),
        distributed.LocalCluster(
            # any free port: another test may have a cluster at the same time
            n_workers=2,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
        ) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config("dask"),
    ):
        search.fit(X, y)
    np.testing.assert_allclose(search.cv_results_["mean_test_score"], serial)
