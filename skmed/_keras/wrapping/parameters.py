"""The parameters of a wrapper: scikeras's own, those of the model, those routed."""

from numbers import Integral, Real

import keras
from scikeras._utils import route_params, unflatten_params
from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import Interval, Options, StrOptions

from skmed._keras.compat.scikeras import BaseWrapper
from skmed._parameters import did_you_mean

_BATCH = [Interval(Integral, 1, None, closed="left"), Options(Integral, {-1}), None]


class WrapperParameters(BaseWrapper):
    """Stores parameters, and makes what they describe."""

    _parameter_constraints = {
        "model": [callable, keras.Model, None],
        "build_fn": [callable, keras.Model, None],
        "warm_start": ["boolean"],
        "random_state": ["random_state"],
        "optimizer": [str, keras.optimizers.Optimizer, callable, dict, list],
        "loss": [str, keras.losses.Loss, callable, list, tuple, dict, None],
        "metrics": [str, keras.metrics.Metric, callable, list, tuple, dict, None],
        "batch_size": _BATCH,
        "validation_batch_size": _BATCH,
        "verbose": ["verbose", StrOptions({"auto"})],
        "callbacks": [list, tuple, dict, keras.callbacks.Callback, type, None],
        "validation_split": [Interval(Real, 0, 1, closed="left")],
        "shuffle": ["boolean"],
        "run_eagerly": ["boolean"],
        "epochs": [Interval(Integral, 0, None, closed="left")],
    }

    # scikeras's seeding may leave op determinism switched on
    _random_state = None
    _routing_prefixes = BaseWrapper._routing_prefixes | {"callbacks", "score"}
    __repr__ = BaseEstimator.__repr__

    def __init__(
        self,
        model=None,
        *,
        build_fn=None,
        warm_start=False,
        random_state=None,
        optimizer="rmsprop",
        loss=None,
        metrics=None,
        batch_size=None,
        validation_batch_size=None,
        verbose=0,
        callbacks=None,
        validation_split=0.0,
        shuffle=True,
        run_eagerly=False,
        epochs=1,
        **kwargs,
    ):
        super().__init__(
            model,
            build_fn=build_fn,
            warm_start=warm_start,
            random_state=random_state,
            optimizer=optimizer,
            loss=loss,
            metrics=metrics,
            batch_size=batch_size,
            validation_batch_size=validation_batch_size,
            verbose=verbose,
            callbacks=callbacks,
            validation_split=validation_split,
            shuffle=shuffle,
            run_eagerly=run_eagerly,
            epochs=epochs,
            **kwargs,
        )

    def _get_param_names(self):
        return sorted(super()._get_param_names())

    def set_params(self, **params):
        """Set parameters, those routed by a prefix included.

        Parameters
        ----------
        **params : dict
            Parameters by name.

        Returns
        -------
        object
            The estimator itself.
        """
        known = self._get_param_names()
        routed = {}
        for name in params:
            own, nested, _ = name.partition("__")
            if nested and (own in self._routing_prefixes or name in known):
                routed[name] = params[name]
            elif own not in known or (
                nested
                and not hasattr(params.get(own, getattr(self, own)), "set_params")
            ):
                cls = type(self).__name__
                raise ValueError(
                    f"Invalid parameter {name!r} for estimator {cls}: parameters of "
                    f"the model function must be given to {cls}(...) first, or as "
                    f"model__{name}; {did_you_mean(own, known)}"
                )
        vars(self).update(routed)
        others = {name: params[name] for name in params if name not in routed}
        return BaseEstimator.set_params(self, **others)

    def _make_callbacks(self, method, given=None):
        """Return the callbacks of ``fit`` or ``predict``, those of classes made."""
        params = self.get_params()
        made = []
        for destination in ("callbacks", f"{method}__callbacks"):
            callbacks = params.get(destination)
            if callbacks is None:
                continue
            routed = route_params(params, destination=destination, pass_filter=set())
            made.append(unflatten_params(items=callbacks, params=routed))
        return _flat_callbacks([*made, [] if given is None else given])


def _flat_callbacks(callbacks):
    """Return callbacks out of lists and dicts of them."""
    if isinstance(callbacks, keras.callbacks.Callback):
        return [callbacks]
    if isinstance(callbacks, dict):
        callbacks = callbacks.values()
    elif not isinstance(callbacks, list | tuple):
        raise TypeError(
            "callbacks must be a keras.callbacks.Callback, a class of these, or a list "
            f"or dict of them; got {callbacks!r}."
        )
    return [single for item in callbacks for single in _flat_callbacks(item)]
