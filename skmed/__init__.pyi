"""Public names, for type checkers; `__init__.py` loads them when first used."""

from . import (
    base as base,
    cnn as cnn,
    datasets as datasets,
    demo as demo,
    metrics as metrics,
    model_selection as model_selection,
    preprocessing as preprocessing,
    recommend as recommend,
    rnn as rnn,
    text as text,
    utils as utils,
    wrappers as wrappers,
)
from .cnn import (
    CNNClassifier as CNNClassifier,
    CNNEncoder as CNNEncoder,
    CNNRegressor as CNNRegressor,
)
from .preprocessing import (
    MFCC as MFCC,
    BandPassFilter as BandPassFilter,
    BaselineRemover as BaselineRemover,
    ChannelScaler as ChannelScaler,
    LogMelSpectrogram as LogMelSpectrogram,
    NotchFilter as NotchFilter,
    Resampler as Resampler,
    Spectrogram as Spectrogram,
    pool_windows as pool_windows,
    sliding_windows as sliding_windows,
)
from .recommend import (
    ALSRecommender as ALSRecommender,
    BPRRecommender as BPRRecommender,
    ContextRecommender as ContextRecommender,
    EASERecommender as EASERecommender,
    ItemKNNRecommender as ItemKNNRecommender,
    LMFRecommender as LMFRecommender,
    interaction_matrix as interaction_matrix,
)
from .rnn import (
    RNNClassifier as RNNClassifier,
    RNNEncoder as RNNEncoder,
    RNNRegressor as RNNRegressor,
)
from .text import (
    NLTKTokenizer as NLTKTokenizer,
    TextClassifier as TextClassifier,
    TextEncoder as TextEncoder,
    TextRegressor as TextRegressor,
    TokenSequencer as TokenSequencer,
)
from .utils import show_versions as show_versions
from .wrappers import (
    KerasClassifier as KerasClassifier,
    KerasRegressor as KerasRegressor,
)

__version__: str
