"""The fit of one network."""

import contextlib
from dataclasses import dataclass

import numpy as np

from skmed._keras.data.normalization import set_statistics
from skmed._keras.data.samples import Samples
from skmed._keras.training.options import TrainingOptions, count_epochs
from skmed._keras.training.order import draw_seed
from skmed._keras.training.restore import restore_model_on_failure
from skmed._keras.training.trainer import Stage, train_network
from skmed._validation.messages import prefix_errors
from skmed._validation.sample_props import check_groups, check_weights
from skmed._validation.targets import check_targets

from .fitted import Fitted
from .network import build_network

# parameters that may change while a network is kept
_MAY_CHANGE = {
    *("epochs", "batch_size", "optimizer", "learning_rate", "learning_rate_schedule"),
    *("weight_decay", "early_stopping", "validation_fraction", "n_iter_no_change"),
    *("tol", "callbacks", "warm_start", "verbose", "random_state"),
    *("loss", "class_weight"),
}


@dataclass(frozen=True, eq=False)
class FitArguments:
    """The arguments of one call of ``fit`` or ``partial_fit``.

    Parameters
    ----------
    X, y, sample_weight, groups : array-like or None
        Training samples, not validated.
    validation : tuple of (X, y, sample_weight)
        Validation samples, not validated; all None for none.
    epochs : int or "auto"
        Number of epochs.
    partial : bool
        Whether this is ``partial_fit``.
    classes : array-like or None
        All labels, passed to the first ``partial_fit``.
    """

    X: object
    y: object
    sample_weight: object = None
    groups: object = None
    validation: tuple = (None, None, None)
    epochs: int | str = 1
    partial: bool = False
    classes: object = None


def fit_network(estimator, arguments, previous=None):
    """Fit one network.

    Parameters
    ----------
    estimator : KerasEstimator
        The estimator, which is not changed.
    arguments : FitArguments
        Arguments of ``fit``.
    previous : Fitted or None
        Earlier fit whose network is trained further. On failure it is restored.

    Returns
    -------
    Fitted
        Result of the fit.
    """
    estimator._check_parameters()
    if previous is None:
        inputs = estimator._make_inputs()
        validated_estimator = unfitted_copy(estimator)
    else:
        check_unchanged(estimator, previous)
        inputs, validated_estimator = previous.inputs, estimator

    # validate
    samples = check_samples(
        validated_estimator,
        inputs,
        *(arguments.X, arguments.y, arguments.sample_weight, arguments.groups),
        reset=previous is None,
    ).drop_zero_weight()
    augmentation = estimator._make_augmentation(inputs)

    # encode targets
    targets = learn_targets(estimator, inputs, samples, arguments.classes, previous)
    weight = targets.weights(samples.y, samples.weight)
    if weight is not None and not weight.all():
        samples, weight = samples.take(weight > 0), weight[weight > 0]

    # prepare inputs; what is learned about them doesn't depend on class weights
    if previous is None:
        seed = draw_seed(estimator.random_state)
        X = inputs.fit(samples, seed)
    else:
        seed, X = previous.seed, inputs.transform(samples.X)
    samples = samples.with_inputs(X).with_weight(weight)

    # hold out
    held_out = check_validation(
        validated_estimator, inputs, targets, *arguments.validation
    )
    early_stopping = estimator.early_stopping and not arguments.partial
    if early_stopping and held_out is None:
        samples, held_out = samples.split(
            estimator.validation_fraction, seed, targets.strata(samples.y)
        )

    # build the network
    if previous is None:
        network = build_network(estimator, inputs, targets, seed)
        set_statistics(network, samples.X, samples.weight)
        history, restored = {}, contextlib.nullcontext()
    else:
        network, history = previous.network, previous.history
        restored = restore_model_on_failure(network)

    # train it
    fine_tuning = estimator._make_fine_tuning()
    epochs = count_epochs(
        arguments.epochs,
        len(samples),
        estimator.batch_size,
        estimator._min_training(inputs),
    )
    stages, trained_part = [Stage(epochs)], None
    with restored:
        if fine_tuning is not None:
            n_before = len(history.get("loss", ()))
            can_continue = arguments.partial or estimator.warm_start
            stages = fine_tuning.stages(network, epochs, n_before, can_continue)
            # features of augmented samples differ between epochs
            trained_part = fine_tuning.trained_part if augmentation is None else None
        history = train_network(
            network,
            targets,
            samples,
            held_out,
            TrainingOptions.of(estimator, seed),
            stages=stages,
            history=history,
            early_stopping=early_stopping,
            augmentation=augmentation,
            trained_part=trained_part,
        )

    return Fitted(
        inputs=inputs,
        targets=targets,
        network=network,
        history=history,
        seed=seed,
        parameters=network_parameters(estimator),
        n_features_in=validated_estimator.n_features_in_,
        feature_names_in=getattr(validated_estimator, "feature_names_in_", None),
    )


# ----- validation -----


def unfitted_copy(estimator):
    """Return an unfitted copy of an estimator for ``validate_data``.

    ``validate_data`` sets ``n_features_in_`` before all checks have passed; this must
    not change the estimator if a later check fails.
    """
    copy = object.__new__(type(estimator))
    vars(copy).update(estimator.get_params(deep=False))
    return copy


def check_samples(
    estimator, inputs, X, y, sample_weight=None, groups=None, *, reset=False
):
    """Validate X, y, sample weights and groups.

    Returns
    -------
    Samples
        Validated samples; y is zeros if the estimator ignores it.
    """
    X, y = check_X_y(estimator, inputs, X, y, reset=reset)
    return Samples(X, y, check_weights(sample_weight, X), check_groups(groups, X))


def check_X_y(estimator, inputs, X, y, *, reset=False):
    """Validate X and y; a y that the estimator ignores becomes zeros."""
    if not estimator.__sklearn_tags__().target_tags.required:
        # a Pipeline passes y to every step
        y = "no_validation"
    elif y is not None:
        y = check_targets(y)
    X, y = inputs.check(estimator, X, y, reset=reset)
    return X, (np.zeros(len(X)) if y is None else y)


def learn_targets(estimator, inputs, samples, classes, previous):
    """Fit targets; with a previous fit, check that its targets know these samples."""
    targets = estimator._make_targets(inputs)
    targets.check(samples.y)
    if previous is None:
        keywords = {} if classes is None else {"classes": classes}
        return targets.fit(samples.y, samples.weight, **keywords)
    previous.targets.check_same(targets)
    if classes is not None:
        previous.targets.check_classes(classes)
    previous.targets.check_known(samples.y)
    return previous.targets


def check_validation(estimator, inputs, targets, X_val, y_val, sample_weight_val):
    """Validate and convert the validation samples; return None without them."""
    if X_val is None:
        if y_val is not None or sample_weight_val is not None:
            raise ValueError("y_val and sample_weight_val need X_val; pass it too.")
        return None
    if y_val is None and estimator.__sklearn_tags__().target_tags.required:
        raise ValueError("X_val needs y_val; pass it too.")
    with prefix_errors("X_val, y_val, sample_weight_val"):
        samples = check_samples(estimator, inputs, X_val, y_val, sample_weight_val)
        targets.check(samples.y)
        targets.check_known(samples.y)
        samples = samples.with_inputs(inputs.transform(samples.X))
        weight = targets.weights(samples.y, samples.weight)
        return samples.with_weight(weight).drop_zero_weight()


# ----- parameters that can't change while a network is kept -----


def network_parameters(estimator):
    """Return the parameters that can't change while a network is kept."""
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in estimator.get_params(deep=False).items()
        if name not in _MAY_CHANGE
    }


def check_unchanged(estimator, previous):
    """Raise if a parameter has changed that can't change while a network is kept."""
    for name, value in network_parameters(estimator).items():
        before = previous.parameters[name]
        # arrays are compared by identity
        if value is not before and (_contains_arrays(value) or value != before):
            raise ValueError(
                f"{name} was {before!r} when the network was built that warm_start and "
                "partial_fit train further; set it back, or fit anew with "
                "warm_start=False."
            )


def _contains_arrays(value):
    items = value.values() if isinstance(value, dict) else value
    is_collection = isinstance(value, dict | tuple | list)
    return is_collection and any(isinstance(item, np.ndarray) for item in items)
