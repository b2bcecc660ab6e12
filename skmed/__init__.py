"""Deep learning for medicine, as scikit-learn estimators.

Every public name is importable from here, and is loaded when it is first touched:
``import skmed`` itself imports neither scikit-learn nor Keras.
"""

# Public name -> the submodule that defines it. A new family adds its names here.
_PUBLIC_NAMES = {
    "ALSRecommender": "recommend",
    "BPRRecommender": "recommend",
    "BandPassFilter": "preprocessing",
    "BaselineRemover": "preprocessing",
    "CNNClassifier": "cnn",
    "CNNEncoder": "cnn",
    "CNNRegressor": "cnn",
    "ChannelScaler": "preprocessing",
    "ContextRecommender": "recommend",
    "EASERecommender": "recommend",
    "ItemKNNRecommender": "recommend",
    "KerasClassifier": "wrappers",
    "KerasRegressor": "wrappers",
    "LMFRecommender": "recommend",
    "LogMelSpectrogram": "preprocessing",
    "MFCC": "preprocessing",
    "NotchFilter": "preprocessing",
    "Resampler": "preprocessing",
    "Spectrogram": "preprocessing",
    "NLTKTokenizer": "text",
    "TextClassifier": "text",
    "TextEncoder": "text",
    "TextRegressor": "text",
    "TokenSequencer": "text",
    "RNNClassifier": "rnn",
    "RNNEncoder": "rnn",
    "RNNRegressor": "rnn",
    "interaction_matrix": "recommend",
    "pool_windows": "preprocessing",
    "show_versions": "utils",
    "sliding_windows": "preprocessing",
}
_SUBMODULES = (
    "base",
    "cnn",
    "datasets",
    "demo",
    "metrics",
    "model_selection",
    "preprocessing",
    "recommend",
    "text",
    "rnn",
    "utils",
    "wrappers",
)

__all__ = [*_PUBLIC_NAMES, *_SUBMODULES, "__version__"]


def __getattr__(name):
    from importlib import import_module

    if name in _PUBLIC_NAMES:
        value = getattr(import_module(f"{__name__}.{_PUBLIC_NAMES[name]}"), name)
    elif name in _SUBMODULES:
        value = import_module(f"{__name__}.{name}")
    elif name == "__version__":
        from importlib.metadata import version

        value = version(__name__)
    else:
        message = f"module {__name__!r} has no attribute {name!r}"
        if not name.startswith("_"):
            from difflib import get_close_matches

            close = get_close_matches(name, __all__, n=1)
            message += f". Did you mean {close[0]!r}?" if close else ""
        raise AttributeError(message)
    globals()[name] = value  # the next access skips this function
    return value


def __dir__():
    return sorted({*globals(), *__all__})
