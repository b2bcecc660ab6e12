"""Public names, for type checkers; `__init__.py` loads them when first used."""

from ._estimators import (
    TextClassifier as TextClassifier,
    TextEncoder as TextEncoder,
    TextRegressor as TextRegressor,
)
from ._sequencer import TokenSequencer as TokenSequencer
from ._tokenizer import NLTKTokenizer as NLTKTokenizer
