"""Outputs of a wrapped model: by a shared program, or by ``Model.predict``."""

import copy

from skmed._keras.compat.global_state import fresh_names
from skmed._keras.compat.scikeras import route_params
from skmed._keras.graphs.programs import prediction_program
from skmed._keras.graphs.state import get_values
from skmed._keras.training.callbacks import acts_on_prediction

from .batches import count_samples
from .building import make_callbacks
from .fallbacks import prediction_fallback

# samples that go through a network at once; limits the memory of its activations
_BATCH_SIZE = 1024
# smaller batches only cost time
_MIN_BATCH_SIZE = 32


def predict_outputs(model, X, arguments):
    """Return the outputs of a model.

    Parameters
    ----------
    model : keras.Model
        The model.
    X : array of shape (n_samples, ...), or list or dict of them
        Samples as the model takes them.
    arguments : dict
        Arguments of ``Model.predict``.

    Returns
    -------
    ndarray of shape (n_samples, n_outputs), or list or dict of them
        The outputs.
    """
    if prediction_fallback(model, X, arguments) is None:
        batch_size = max(arguments.get("batch_size") or _BATCH_SIZE, _MIN_BATCH_SIZE)
        return prediction_program(model)(get_values(model.variables), X, batch_size)
    with fresh_names():
        return model.predict(X, **{"verbose": 0, **arguments})


def predict_arguments(params, X, names, given):
    """Collect the arguments of ``Model.predict``.

    Parameters
    ----------
    params : dict
        Parameters of the wrapper, with those routed by a prefix.
    X : array of shape (n_samples, ...), or list or dict of them
        Samples as the model takes them.
    names : set of str
        Parameters that need no prefix.
    given : dict
        Arguments of this call.

    Returns
    -------
    dict
        With copies of the callbacks that act on predictions.
    """
    arguments = route_params(params, "predict", names, strict=True)
    arguments = {
        name: value
        for name, value in {**arguments, **given}.items()
        if value is not None and not name.startswith("callbacks")
    }
    callbacks = make_callbacks(params, "predict", given.get("callbacks"))
    arguments["callbacks"] = copy.deepcopy(list(filter(acts_on_prediction, callbacks)))
    if arguments.get("batch_size") == -1:
        arguments["batch_size"] = count_samples(X)
    return arguments
