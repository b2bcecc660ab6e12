"""How the model of a wrapper comes about: built, compiled, checked."""

import contextlib
import warnings

import keras

from skmed._keras.compat.building import fresh_names, seeded
from skmed._validation.messages import prefix_errors

from .copies import copied
from .fallbacks import is_array
from .parameters import WrapperParameters


class ModelBuilding(WrapperParameters):
    """Builds and compiles what `model` and the parameters say."""

    def _check_model_param(self):
        """Return the function that builds the model."""
        model = self.model
        if model is None and self.build_fn is not None:
            warnings.warn(
                "build_fn is the old name of model; rename it.",
                FutureWarning,
                stacklevel=2,
            )
            model = self.build_fn
        own = getattr(self, "_keras_build_fn", None)
        if isinstance(model, keras.Model):
            return lambda: model
        if model is None and own is None:
            raise ValueError(
                "model is missing: give a function that returns a Keras model, or a "
                "Keras model, or define _keras_build_fn in a subclass."
            )
        if model is not None and own is not None:
            raise ValueError(
                f"{type(self).__name__} defines _keras_build_fn, which takes the place "
                "of model; leave model out."
            )
        return own or model

    def _build_keras_model(self):
        """Build the model; every call with the same seed gives the same one."""
        with seeded(self._seed):
            try:
                with fresh_names():
                    return super()._build_keras_model()
            except ValueError as error:
                # a model on top of one that was built elsewhere: names meet
                if "unique" not in str(error):
                    raise
        with seeded(self._seed):
            return super()._build_keras_model()

    def _get_compile_kwargs(self):
        """Return what ``Model.compile`` is given: objects of this fit's own."""
        with fresh_names():
            return {
                name: copied(value)
                for name, value in super()._get_compile_kwargs().items()
            }

    def _ensure_compiled_model(self):
        model = self.model_
        if not model.compiled:
            with fresh_names():
                model.compile(**self._get_compile_kwargs())
        if not model.loss:
            raise ValueError(
                "loss is missing: give one, or compile the model in its function."
            )
        if not model.optimizer:
            raise ValueError(
                "optimizer is missing: give one, or compile the model in its function."
            )

    def _build_sequential(self, X):
        """Build a model that doesn't say what its input is, as Keras would."""
        model = self.model_
        if isinstance(model, keras.Sequential) and not model.built and is_array(X):
            with seeded(self._seed), fresh_names(), contextlib.suppress(Exception):
                model.build((None, *X.shape[1:]))

    def _get_metadata(self):
        metadata = super()._get_metadata()
        return {k: v for k, v in metadata.items() if k not in ("model_", "history_")}

    def _check_model_compatibility(self, y):
        if not hasattr(self.model_, "outputs"):
            return
        with prefix_errors("model"):
            super()._check_model_compatibility(y)
