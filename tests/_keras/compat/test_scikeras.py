"""scikeras is used, and never changed."""

import json

from sklearn.utils.estimator_checks import check_estimator_tags_renamed

from skmed._keras.compat.scikeras import ScikerasWrapper
from skmed.wrappers import BaseWrapper, KerasClassifier


def test_importing_skmed_leaves_scikeras_as_it_is(run_python):
    done = run_python(
        "import json, keras, scikeras.wrappers as theirs\n"
        "classes = theirs.BaseWrapper, theirs.KerasClassifier, theirs.KerasRegressor\n"
        "before = [dict(vars(cls)) for cls in classes]\n"
        "import skmed, skmed.wrappers\n"
        "skmed.CNNClassifier\n"
        "print(json.dumps([before == [dict(vars(cls)) for cls in classes],\n"
        "    '__sklearn_tags__' in vars(theirs.BaseWrapper)]))\n"
    )
    assert json.loads(done.stdout) == [True, False]


def test_scikit_learn_accepts_the_tags_of_the_seam():
    for estimator in (ScikerasWrapper(), BaseWrapper(), KerasClassifier()):
        check_estimator_tags_renamed(type(estimator).__name__, estimator)
