"""Keras models as scikit-learn classifiers, by scikeras and by keras.wrappers.

Each function takes the function that builds the model, its settings, and the values of
a grid; it returns an estimator, the grid and arguments of ``fit``.
"""

from itertools import product


def with_scikeras(build, settings, rates, widths, epochs, batch_size, seed):
    """Wrap by scikeras, seeded from outside: its ``random_state`` slows it down."""
    from scikeras.wrappers import KerasClassifier

    return wrapped(
        KerasClassifier, build, settings, rates, widths, epochs, batch_size, verbose=0
    )


def wrapped(kind, build, settings, rates, widths, epochs, batch_size, **parameters):
    """Wrap by a class with scikeras's interface."""
    estimator = kind(
        build,
        model__width=widths[0],
        loss="sparse_categorical_crossentropy",
        optimizer="adam",
        optimizer__learning_rate=rates[0],
        epochs=epochs,
        batch_size=batch_size,
        **{f"model__{name}": value for name, value in settings.items()},
        **parameters,
    )
    grid = {"optimizer__learning_rate": rates, "model__width": widths}
    return estimator, grid, {}


def with_keras(build, settings, rates, widths, epochs, batch_size, seed):
    """Wrap by keras.wrappers; fit takes the epochs, since clone drops fit_kwargs."""
    from keras.wrappers import SKLearnClassifier

    grid = [
        {"build": build, "settings": settings, "learning_rate": rate, "width": width}
        for rate, width in product(rates, widths)
    ]
    estimator = SKLearnClassifier(_compiled, model_kwargs=grid[0])
    arguments = {"epochs": epochs, "batch_size": batch_size, "verbose": 0}
    return estimator, {"model_kwargs": grid}, arguments


def _compiled(X, y, build, settings, learning_rate, width):
    from keras.optimizers import Adam

    model = build(width, **settings)
    model.compile(Adam(learning_rate), "categorical_crossentropy")
    return model


def padded_bag_classifier(n_ids, epochs, batch_size):
    """Return scikeras's classifier of a bag of words."""
    from scikeras.wrappers import KerasClassifier

    from .keras_models import padded_bag

    return KerasClassifier(
        padded_bag(n_ids),
        loss="sparse_categorical_crossentropy",
        optimizer="adam",
        epochs=epochs,
        batch_size=batch_size,
        random_state=0,
        verbose=0,
    )
