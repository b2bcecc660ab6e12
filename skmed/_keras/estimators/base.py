"""The life cycle of a fit, the same for every family and task."""

from dataclasses import replace
from numbers import Integral

import keras
import numpy as np
from sklearn.base import _fit_context
from sklearn.utils import check_scalar
from sklearn.utils.validation import check_is_fitted

from skmed._keras.compat.naming import fresh_names
from skmed._keras.compat.precision import layer_dtype, variable_dtype
from skmed._keras.compat.scikeras import RepairedWrapper
from skmed._keras.compat.seeding import draw_seed, seeded
from skmed._keras.data.normalization import normalizer, set_statistics
from skmed._keras.graphs.programs import prediction_program
from skmed._keras.graphs.sampling import draws
from skmed._keras.graphs.state import read
from skmed._keras.training.epochs import count_epochs
from skmed._keras.training.trainer import NetworkTraining
from skmed._validation.messages import prefix_errors

from .checked_rows import CheckedRows
from .parameters import TrainingParameters
from .restore import restore_on_failure
from .serialization import pack, unpack_network


class KerasEstimator(CheckedRows, NetworkTraining, RepairedWrapper, TrainingParameters):
    """Base of all deep estimators.

    A family says how X becomes an array of inputs (``_shape`` and back,
    ``_unshape``) and which features its network computes (``_features``); a task
    mixed in from the left says what is learned from them. Don't add here what
    only one family or task needs.
    """

    _attribute_docs = {
        "model_": (
            "keras.Model",
            "The fitted network, an ordinary Keras model: call `summary()`, save it.",
        ),
        "history_": ("dict of list", "`loss`, and `val_loss` where watched, by epoch."),
        "n_iter_": ("int", "Epochs run so far."),
        "n_features_in_": ("int", "Length of the second axis of X."),
        "feature_names_in_": (
            "ndarray of shape (n_features_in_,)",
            "Names of the columns of X, where X is a frame with names.",
        ),
    }

    # PADDED where rows are sequences of any length
    _input_name = "input"

    # under metadata routing fit asks for patients without being told to
    __metadata_request__fit = {"groups": True}

    # ----- fitting -----

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X,
        y=None,
        sample_weight=None,
        groups=None,
        X_val=None,
        y_val=None,
        sample_weight_val=None,
    ):
        """Train the network.

        Parameters
        ----------
        X : array-like
            Training rows. Of a memory map (``numpy.load(..., mmap_mode="r")``) larger
            than 64 MB, no more than that is read at once; the model is the same.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets. Ignored by an encoder that reconstructs.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows; a weight of zero leaves a row out.
        groups : array-like of shape (n_samples,), default=None
            Patients. With early stopping, none is on both sides of the split.
        X_val, y_val : array-like, default=None
            Rows and targets whose loss is watched.
        sample_weight_val : array-like, default=None
            Weights of those rows.

        Returns
        -------
        object
            The fitted estimator itself.
        """
        with restore_on_failure(self):
            return self._fit(
                X,
                y,
                sample_weight,
                groups=groups,
                validation=(X_val, y_val, sample_weight_val),
                continues=self.warm_start and hasattr(self, "model_"),
                epochs=self.epochs,
            )

    def _partial_fit(self, X, y, sample_weight, **kwargs):
        with restore_on_failure(self):
            continues = hasattr(self, "model_")
            return self._fit(
                X,
                y,
                sample_weight,
                continues=continues,
                epochs=1,
                partial=True,
                **kwargs,
            )

    def _fit(
        self,
        X,
        y,
        sample_weight,
        *,
        groups=None,
        validation=(None, None, None),
        continues,
        epochs,
        partial=False,
        classes=None,
    ):
        if continues:
            self._check_unchanged()
        rows = self._check_rows(X, y, sample_weight, groups, reset=not continues)
        # an absent row teaches nothing: no label and no mean
        rows = rows.present()
        self._learn_targets(rows, classes, continues)
        weighed = self._weigh(rows)
        if weighed.weight is not None and not weighed.weight.all():
            present = weighed.weight > 0
            rows, weighed = rows.take(present), weighed.take(present)
        if not continues:
            self._seed = draw_seed(self.random_state)
            # how much a class counts says nothing about inputs
            weighed = replace(weighed, X=self._learn_inputs(rows))
        rows = weighed
        held_out = self._check_validation(*validation)
        early_stopping = self.early_stopping and not partial
        if early_stopping and held_out is None:
            strata = self._targets.strata(rows.y)
            rows, held_out = rows.split(self.validation_fraction, self._seed, strata)

        if not continues:
            self._network = self._build()
            self._built_from = self._network_parameters()
            set_statistics(self._network, rows.X, rows.weight)
        self.history_ = self._train(
            rows,
            held_out,
            epochs=count_epochs(
                epochs, len(rows), self.batch_size, self._least_training()
            ),
            history=self.history_ if continues else {},
            stops=early_stopping,
            partial=partial,
        )
        self._expose(self._network)
        self.n_iter_ = len(self.history_["loss"])
        return self

    def _network_parameters(self):
        """Return the parameters that can't change while a network is kept."""
        training = {*TrainingParameters._parameter_constraints, "loss", "class_weight"}
        training -= {"normalize", "precision"}
        return {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in self.get_params(deep=False).items()
            if name not in training
        }

    def _check_unchanged(self):
        for name, value in self._network_parameters().items():
            before = self._built_from[name]
            # what holds arrays can't be compared, and is the same only if it is it
            if value is not before and (_holds_arrays(value) or value != before):
                raise ValueError(
                    f"{name} was {self._built_from[name]!r} when the network was built "
                    "that warm_start and partial_fit go on with; set it back, or fit "
                    "anew with warm_start=False."
                )

    def _learn_targets(self, rows, classes, continues):
        targets = self._make_targets()
        targets.check(rows.y)
        if not continues:
            keywords = {} if classes is None else {"classes": classes}
            self._set_targets(targets.fit(rows.y, rows.weight, **keywords))
            return
        self._targets.check_same(targets)
        if classes is not None:
            self._targets.check_classes(classes)
        self._targets.check_known(rows.y)

    def _weigh(self, rows):
        """Give rows what a task adds to their weights."""
        return rows

    def _learn_inputs(self, rows):
        """Return inputs as the network takes them, having learned how."""
        return rows.X

    def _check_validation(self, X_val, y_val, sample_weight_val):
        """Check the rows to watch; None where there are none."""
        if X_val is None:
            if y_val is not None or sample_weight_val is not None:
                raise ValueError("y_val and sample_weight_val need X_val; pass it too.")
            return None
        if y_val is None and self.__sklearn_tags__().target_tags.required:
            raise ValueError("X_val needs y_val; pass it too.")
        with prefix_errors("X_val, y_val, sample_weight_val"):
            rows = self._check_rows(X_val, y_val, sample_weight_val, reset=False)
            self._targets.check(rows.y)
            self._targets.check_known(rows.y)
            return self._weigh(rows).present()

    # ----- networks -----

    def _build(self):
        """Build the network; every call with the same seed gives the same one."""
        with seeded(self._seed), layer_dtype(self.precision), fresh_names():
            return self._build_keras_model()

    def _keras_build_fn(self):
        inputs = keras.Input(
            self._input_shape, dtype=self._input_dtype(), name=self._input_name
        )
        normalized = self._normalized(inputs)
        features = self._body(normalized)
        output = self._network_output(inputs, normalized, features)
        return keras.Model(inputs, output)

    def _input_dtype(self):
        return variable_dtype(self.precision)

    def _normalized(self, inputs):
        return inputs if self.normalize is None else normalizer()(inputs)

    def _body(self, normalized):
        return self._features(normalized)

    def _network_output(self, inputs, normalized, features):
        return self._targets.output(features, self.precision)

    def _loss_name(self):
        return self.loss

    def _loss(self):
        dtype = variable_dtype(self.precision)
        return self._targets.loss(self._loss_name(), dtype)

    def _expose(self, network):
        self.model_ = network

    # ----- predicting -----

    def _outputs(self, X):
        """Return what ``model_`` gives for X."""
        check_is_fitted(self)
        X, _ = self._check_X(X, reset=False)
        return self._run(self.model_, X)

    def _draw_outputs(self, X, n_samples, random_state):
        """Yield what ``model_`` might give for X, with dropout left on."""
        check_is_fitted(self)
        check_scalar(n_samples, "n_samples", Integral, min_val=1)
        X, _ = self._check_X(X, reset=False)
        return draws(self.model_, X, n_samples, draw_seed(random_state))

    @staticmethod
    def _run(network, x):
        return prediction_program(network)(read(network.variables), x)

    # ----- pickling -----

    def __getstate__(self):
        state = pack(super().__getstate__())
        for name in ("model_", "decoder_"):
            state.pop(name, None)
        return state

    def __setstate__(self, state):
        super().__setstate__(state)
        if "_network" in state:
            self._network = unpack_network(state["_network"])
            self._expose(self._network)


def _holds_arrays(value):
    items = value.values() if isinstance(value, dict) else value
    is_table = isinstance(value, dict | tuple | list)
    return is_table and any(isinstance(item, np.ndarray) for item in items)
