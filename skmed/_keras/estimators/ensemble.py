"""Several networks behind one estimator, and how far they agree."""

import copy
from numbers import Integral

import keras
import numpy as np
from sklearn.utils._param_validation import Interval
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skmed._keras.compat.naming import fresh_names
from skmed._keras.compat.precision import layer_dtype
from skmed._keras.compat.seeding import draw_seed
from skmed._parameters import Parameterized, parameter


def _has_members(estimator):
    if estimator.n_ensemble == 1:
        raise AttributeError(
            "predict_std needs networks to compare: n_ensemble above 1, such as 5."
        )
    return True


class Ensemble(Parameterized):
    """Predict by the mean of networks that differ by their seeds.

    Members are fitted estimators with one network each, so what one network can do,
    several can; a task puts this on its left.
    """

    n_ensemble: int = parameter(
        "int",
        """Networks whose predictions are averaged (Lakshminarayanan et al., 2017); they
        differ by first weights, order of rows and what early stopping holds out.""",
        Interval(Integral, 1, None, closed="left"),
        default=1,
    )

    _attribute_docs = {
        "estimators_": (
            "list",
            "The members, each an estimator of its own; only with `n_ensemble` > 1. "
            "`model_` then averages their models, and `history_` their losses.",
        )
    }

    def _fit(self, X, y, sample_weight, *, continues, **keywords):
        if self.n_ensemble == 1:
            vars(self).pop("estimators_", None)
            return super()._fit(X, y, sample_weight, continues=continues, **keywords)
        if continues:
            self._check_unchanged()
            # if one fails, those before it must not have moved; parameters are shared
            given = self.get_params(deep=False).values()
            members = copy.deepcopy(self.estimators_, {id(v): v for v in given})
            for member in members:
                member.set_params(**self._parameters_of_members())
        else:
            rng = np.random.default_rng(draw_seed(self.random_state))
            seeds = rng.integers(np.iinfo(np.int32).max, size=self.n_ensemble)
            members = [
                type(self)(**self._parameters_of_members(), random_state=int(seed))
                for seed in seeds
            ]
        for member in members:
            member._fit(X, y, sample_weight, continues=continues, **keywords)
        self._take_over(members)
        return self

    def _parameters_of_members(self):
        parameters = {**self.get_params(deep=False), "n_ensemble": 1}
        parameters.pop("random_state")
        return parameters

    def _take_over(self, members):
        """Take what all members learned alike from the first of them."""
        own = {*self.get_params(deep=False), "_network", "model_", "history_"}
        vars(self).pop("_network", None)
        vars(self).update(
            {name: value for name, value in vars(members[0]).items() if name not in own}
        )
        self._built_from = self._network_parameters()
        self.estimators_ = members
        self.model_ = self._mean_model()
        self.history_ = _mean_history([member.history_ for member in members])
        self.n_iter_ = len(self.history_["loss"])

    def _mean_model(self):
        with layer_dtype(self.precision), fresh_names():
            models = [member.model_ for member in self.estimators_]
            first = models[0].inputs[0]
            inputs = keras.Input(first.shape[1:], dtype=first.dtype, name=first.name)
            parts = [
                keras.Model(model.inputs[0], model.outputs[0], name=f"member_{i}")
                for i, model in enumerate(models)
            ]
            dtype = models[0].outputs[0].dtype
            mean = keras.layers.Average(dtype=dtype, name="output")
            return keras.Model(inputs, mean([part(inputs) for part in parts]))

    def _outputs_of_members(self, X):
        check_is_fitted(self)
        X, _ = self._check_X(X, reset=False)
        return np.stack([self._run(m.model_, X) for m in self.estimators_])

    def _outputs(self, X):
        if self.n_ensemble == 1:
            return super()._outputs(X)
        return self._outputs_of_members(X).mean(axis=0)

    @available_if(_has_members)
    def predict_std(self, X):
        """Tell how far the members of the ensemble are apart.

        Parameters
        ----------
        X : array-like
            Rows, as for ``fit``.

        Returns
        -------
        ndarray
            Standard deviation over the members: of each probability, shape
            (n_samples, n_classes), or of the prediction in the units of y.
        """
        outputs = self._outputs_of_members(X)
        return np.stack([self._decoded(output) for output in outputs]).std(axis=0)

    def _decoded(self, outputs):
        """Return outputs of a network in the units of y."""
        return outputs

    def __getstate__(self):
        state = super().__getstate__()
        state.pop("model_", None)
        return state

    def __setstate__(self, state):
        super().__setstate__(state)
        if "estimators_" in state:
            self.model_ = self._mean_model()


def _mean_history(histories):
    """Average each epoch over the members that ran it."""

    def mean(name):
        n_epochs = max(len(history[name]) for history in histories)
        return [
            float(np.mean([h[name][i] for h in histories if i < len(h[name])]))
            for i in range(n_epochs)
        ]

    return {name: mean(name) for name in histories[0]}
