"""Estimators of clinical notes, and their tokenization."""

# Public name -> the private module that defines it. The tokenizer and the sequencer
# must not load Keras, so a module is imported when its name is first used.
_PUBLIC_NAMES = {
    "NLTKTokenizer": "_tokenizer",
    "TextClassifier": "_estimators",
    "TextEncoder": "_estimators",
    "TextRegressor": "_estimators",
    "TokenSequencer": "_sequencer",
}

__all__ = [*_PUBLIC_NAMES]


def __getattr__(name):
    from importlib import import_module

    if name not in _PUBLIC_NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_PUBLIC_NAMES[name]}"), name)
    globals()[name] = value  # the next access skips this function
    return value


def __dir__():
    return sorted({*globals(), *__all__})
