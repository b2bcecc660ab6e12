"""Transformers and windows of signals, on numpy and scipy alone."""

from ._band_pass import BandPassFilter
from ._baseline import BaselineRemover
from ._channel_scaler import ChannelScaler
from ._log_mel import LogMelSpectrogram
from ._mfcc import MFCC
from ._notch import NotchFilter
from ._resampler import Resampler
from ._spectrogram import Spectrogram
from ._windows import pool_windows, sliding_windows

__all__ = [
    "MFCC",
    "BandPassFilter",
    "BaselineRemover",
    "ChannelScaler",
    "LogMelSpectrogram",
    "NotchFilter",
    "Resampler",
    "Spectrogram",
    "pool_windows",
    "sliding_windows",
]
