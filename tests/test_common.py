"""scikit-learn's own checks, all of them, on the instances of ``estimators.py``."""

from collections import Counter
from pathlib import Path
from runpy import run_path

import pytest
import sklearn
from sklearn.base import is_classifier, is_regressor
from sklearn.utils import estimator_checks, get_tags
from sklearn.utils.estimator_checks import (
    estimator_checks_generator,
    parametrize_with_checks,
)
from sklearn.utils.fixes import parse_version
from sklearn.utils.validation import has_fit_parameter

from skmed.utils import all_estimators
from skmed.utils.estimator_checks import check_name

LISTS = run_path(str(Path(__file__).with_name("estimators.py")))
# what takes text has these checks in tests/text
CASES = [case for case in LISTS["CASES"] if not case.takes_text]
ESTIMATORS = [case.estimator for case in CASES]
each_estimator = pytest.mark.parametrize("estimator", ESTIMATORS, ids=map(str, CASES))

# What scikit-learn 1.9 runs. The number counts variants of one check.
OF_ALL = {
    "check_estimator_cloneable": 1,
    "check_estimator_tags_renamed": 1,
    "check_valid_tag_types": 1,
    "check_estimator_repr": 1,
    "check_no_attributes_set_in_init": 1,
    "check_fit_score_takes_y": 1,
    "check_estimators_overwrite_params": 1,
    "check_dont_overwrite_parameters": 1,
    "check_estimators_fit_returns_self": 1,
    "check_readonly_memmap_input": 1,
    "check_estimators_unfitted": 1,
    "check_do_not_raise_errors_in_init_or_set_params": 1,
    "check_n_features_in_after_fitting": 1,
    "check_mixin_order": 1,
    "check_positive_only_tag_during_fit": 1,
    "check_estimators_dtypes": 1,
    "check_complex_data": 1,
    "check_dtype_object": 1,
    "check_estimators_empty_data_messages": 1,
    "check_pipeline_consistency": 1,
    "check_estimators_nan_inf": 1,
    "check_estimator_sparse_tag": 1,
    "check_estimator_sparse_array": 1,
    "check_estimator_sparse_matrix": 1,
    "check_estimators_pickle": 2,
    "check_array_api_input": 1,
    "check_f_contiguous_array_estimator": 1,
    "check_parameters_default_constructible": 1,
    "check_methods_sample_order_invariance": 1,
    "check_methods_subset_invariance": 1,
    "check_fit2d_1sample": 1,
    "check_fit2d_1feature": 1,
    "check_get_params_invariance": 1,
    "check_set_params": 1,
    "check_dict_unchanged": 1,
    "check_fit_idempotent": 1,
    "check_fit_check_is_fitted": 1,
    "check_n_features_in": 1,
    "check_fit1d": 1,
    "check_fit2d_predict1d": 1,
}
# Where fit takes sample_weight.
OF_WEIGHTED = {
    "check_sample_weights_pandas_series": 1,
    "check_sample_weights_not_an_array": 1,
    "check_sample_weights_list": 1,
    "check_all_zero_sample_weights_error": 1,
    "check_sample_weights_shape": 1,
    "check_sample_weights_not_overwritten": 1,
    "check_sample_weight_equivalence_on_dense_data": 1,
}
OF_CLASSIFIERS = {
    "check_classifier_data_not_an_array": 1,
    "check_classifiers_one_label": 1,
    "check_classifiers_one_label_sample_weights": 1,
    "check_classifiers_classes": 1,
    "check_estimators_partial_fit_n_features": 1,
    "check_classifiers_train": 3,
    "check_classifiers_regression_target": 1,
    "check_classifiers_multilabel_representation_invariance": 1,
    "check_classifiers_multilabel_output_format_predict": 1,
    "check_classifiers_multilabel_output_format_predict_proba": 1,
    "check_classifiers_multilabel_output_format_decision_function": 1,
    "check_supervised_y_no_nan": 1,
    "check_supervised_y_2d": 1,
    "check_non_transformer_estimators_n_iter": 1,
    "check_decision_proba_consistency": 1,
}
OF_REGRESSORS = {
    "check_regressors_train": 3,
    "check_regressor_data_not_an_array": 1,
    "check_estimators_partial_fit_n_features": 1,
    "check_regressor_multioutput": 1,
    "check_regressors_no_decision_function": 1,
    "check_supervised_y_2d": 1,
    "check_supervised_y_no_nan": 1,
    "check_regressors_int": 1,
    "check_non_transformer_estimators_n_iter": 1,
}
OF_TRANSFORMERS = {
    "check_transformer_data_not_an_array": 1,
    "check_transformer_general": 2,
    "check_transformer_preserve_dtypes": 1,
    "check_transformers_unfitted": 1,
    "check_transformer_n_iter": 1,
}
# Where classes can be weighted.
OF_CLASS_WEIGHTED = {"check_class_weight_classifiers": 1}
# Where X may not be negative.
OF_POSITIVE = {"check_fit_non_negative": 1}
# Where y must be given.
OF_SUPERVISED = {"check_requires_y_none": 1}


def _expected(estimator):
    checks = Counter(OF_ALL)
    if has_fit_parameter(estimator, "sample_weight"):
        checks += Counter(OF_WEIGHTED)
    if "class_weight" in estimator.get_params():
        checks += Counter(OF_CLASS_WEIGHTED)
    if get_tags(estimator).input_tags.positive_only:
        checks += Counter(OF_POSITIVE)
    if is_classifier(estimator):
        checks += Counter(OF_CLASSIFIERS)
    if is_regressor(estimator):
        checks += Counter(OF_REGRESSORS)
    if hasattr(estimator, "transform"):
        checks += Counter(OF_TRANSFORMERS)
    if get_tags(estimator).target_tags.required:
        checks += Counter(OF_SUPERVISED)
    return checks


def test_no_estimator_is_forgotten():
    # the wrappers, which need a model, have these checks in test_wrappers.py
    assert {type(estimator) for estimator in ESTIMATORS} == {
        cls
        for _, cls in all_estimators()
        if not cls.__module__.startswith(("skmed.wrappers", "skmed.text"))
    }


@parametrize_with_checks(ESTIMATORS)
def test_scikit_learn(estimator, check, run_check):
    run_check(check, estimator)


@each_estimator
def test_which_checks_run(estimator):
    ran = Counter(
        check_name(check) for _, check in estimator_checks_generator(estimator)
    )
    if parse_version("1.9") <= parse_version(sklearn.__version__) < parse_version("2"):
        missing = _expected(estimator) - ran
        assert not missing
    if parse_version(sklearn.__version__).release[:2] == (1, 9):
        assert ran == _expected(estimator)
    assert ran.total() >= 40


def test_how_many_checks_run():
    # An estimator that lost its kind would expect, and get, fewer checks.
    numbers = {str(case): _expected(case.estimator).total() for case in CASES}
    assert numbers["CNNClassifier"] == 67
    assert numbers["CNNRegressor"] == 60
    assert numbers["CNNEncoder-reconstruction"] == 54
    assert numbers["CNNEncoder-classification"] == 55
    assert numbers["CNNEncoder-regression"] == 55
    assert numbers["RNNClassifier"] == numbers["RNNClassifier-bidirectional"] == 67
    assert numbers["RNNRegressor"] == 60
    assert numbers["RNNEncoder-reconstruction"] == 54
    assert numbers["RNNEncoder-classification"] == 55
    assert numbers["EASERecommender"] == numbers["ItemKNNRecommender"] == 42
    assert numbers["ALSRecommender"] == 48
    assert numbers["BPRRecommender"] == numbers["LMFRecommender"] == 48
    assert numbers["ContextRecommender"] == 59
    assert numbers["ChannelScaler"] == 54
    filters = ["BandPassFilter", "NotchFilter", "BaselineRemover", "Resampler"]
    spectra = ["Spectrogram", "LogMelSpectrogram", "MFCC"]
    assert {numbers[name] for name in filters + spectra} == {47}


@each_estimator
@pytest.mark.parametrize("instance", ["exact", "default"])
def test_no_tag_avoids_a_check(estimator, instance):
    tags = get_tags(estimator if instance == "exact" else type(estimator)())
    assert not tags.no_validation
    assert not tags.non_deterministic
    assert not tags._skip_test
    assert not tags.input_tags.allow_nan
    assert tags.input_tags.two_d_array
    assert tags.requires_fit
    assert tags.classifier_tags is None or not tags.classifier_tags.poor_score
    assert tags.regressor_tags is None or not tags.regressor_tags.poor_score
    assert tags.target_tags.single_output


# ----- what scikit-learn runs for its own estimators only -----


def _own_checks():
    classes = set()
    for case in CASES:
        names = list(LISTS["OWN_CHECKS"])
        # a recommender predicts the best of a row, whatever the sign of their scores
        if is_classifier(case.estimator) and not hasattr(case.estimator, "recommend"):
            names += LISTS["OWN_CHECKS_OF_CLASSIFIERS"]
        # frames are made alike whatever a class has learned; images fit into none
        names_columns = hasattr(case.estimator, "get_feature_names_out")
        if names_columns and type(case.estimator) not in classes:
            names += LISTS["OWN_CHECKS_OF_TRANSFORMERS"]
        classes.add(type(case.estimator))
        for name in names:
            yield pytest.param(case.estimator, name, id=f"{case}-{name}")


# Some of these checks give a frame after an array, and scikit-learn's own suite
# ignores what is said about it.
@pytest.mark.filterwarnings("ignore:X (does not have valid|has) feature names")
@pytest.mark.parametrize(("estimator", "check"), list(_own_checks()))
def test_scikit_learns_own(estimator, check, run_check):
    run_check(getattr(estimator_checks, check), type(estimator).__name__, estimator)
