"""Ensembles of networks that differ by their seeds."""

import contextlib
from dataclasses import dataclass, field

import keras
import numpy as np

from skmed._keras.compat.global_state import fresh_names, layer_dtype
from skmed._keras.training.order import draw_seed
from skmed._keras.training.restore import restore_model_on_failure

from .fitted import Fitted
from .fitting import check_unchanged, fit_network, network_parameters

N_ESTIMATORS_DOC = """Networks whose predictions are averaged (Lakshminarayanan et al.,
    2017). They differ by their seeds: initial weights, order of samples, and the
    samples that early stopping holds out."""


def has_members(estimator):
    """Return True for an ensemble; raise otherwise, as ``available_if`` expects."""
    if estimator.n_estimators == 1:
        raise AttributeError(
            "predict_std needs networks to compare: n_estimators above 1, such as 5."
        )
    return True


@dataclass(frozen=True, eq=False)
class FittedEnsemble(Fitted):
    """Result of the fit of an ensemble.

    Parameters
    ----------
    members : list of estimator
        Fitted estimators, each with one network.
    """

    members: list = field(kw_only=True)

    def __post_init__(self):
        precision = self.members[0].precision
        models = [member.model_ for member in self.members]
        object.__setattr__(self, "model", _mean_model(models, precision))
        object.__setattr__(self, "decoder", None)

    def __getstate__(self):
        state = dict(vars(self))
        del state["model"], state["decoder"]
        return state

    def __setstate__(self, state):
        vars(self).update(state)
        self.__post_init__()


def fit_ensemble(estimator, arguments, previous=None):
    """Fit the members of an ensemble.

    Parameters
    ----------
    estimator : KerasEstimator
        The ensemble, which is not changed.
    arguments : FitArguments
        Arguments of ``fit``.
    previous : FittedEnsemble or None
        Earlier fit whose members are trained further. On failure all are restored.

    Returns
    -------
    FittedEnsemble
        Result of the fit.
    """
    with contextlib.ExitStack() as stack:
        if previous is None:
            seeds = _member_seeds(estimator)
            earlier = [None] * len(seeds)
        else:
            check_unchanged(estimator, previous)
            seeds = [member.random_state for member in previous.members]
            earlier = [member._fitted for member in previous.members]
            for fitted in earlier:
                stack.enter_context(restore_model_on_failure(fitted.network))
        members = [_member(estimator, seed) for seed in seeds]
        for member, fitted in zip(members, earlier, strict=True):
            member._fitted = fitted
            member._fitted = fit_network(member, arguments, fitted)
    first = members[0]._fitted
    return FittedEnsemble(
        inputs=first.inputs,
        targets=first.targets,
        network=None,
        history=_mean_history([member.history_ for member in members]),
        seed=first.seed,
        parameters=network_parameters(estimator),
        n_features_in=first.n_features_in,
        feature_names_in=first.feature_names_in,
        members=members,
    )


def _member_seeds(estimator):
    rng = np.random.default_rng(draw_seed(estimator.random_state))
    seeds = rng.integers(np.iinfo(np.int32).max, size=estimator.n_estimators)
    return [int(seed) for seed in seeds]


def _member(estimator, seed):
    parameters = estimator.get_params(deep=False)
    parameters |= {"n_estimators": 1, "random_state": seed}
    return type(estimator)(**parameters)


def _mean_model(models, precision):
    with layer_dtype(precision), fresh_names():
        first = models[0].inputs[0]
        inputs = keras.Input(first.shape[1:], dtype=first.dtype, name=first.name)
        parts = [
            keras.Model(model.inputs[0], model.outputs[0], name=f"member_{i}")
            for i, model in enumerate(models)
        ]
        dtype = models[0].outputs[0].dtype
        mean = keras.layers.Average(dtype=dtype, name="output")
        return keras.Model(inputs, mean([part(inputs) for part in parts]))


def _mean_history(histories):
    """Average the history of each epoch over the members that were trained in it."""

    def mean(name):
        n_epochs = max(len(history[name]) for history in histories)
        return [
            float(np.mean([h[name][i] for h in histories if i < len(h[name])]))
            for i in range(n_epochs)
        ]

    return {name: mean(name) for name in histories[0]}
