"""What is done to signals before they are learned from, on numpy and scipy alone."""

from skmed.preprocessing._band_pass import BandPassFilter
from skmed.preprocessing._baseline import BaselineRemover
from skmed.preprocessing._channel_scaler import ChannelScaler
from skmed.preprocessing._log_mel import LogMelSpectrogram
from skmed.preprocessing._mfcc import MFCC
from skmed.preprocessing._notch import NotchFilter
from skmed.preprocessing._resampler import Resampler
from skmed.preprocessing._spectrogram import Spectrogram
from skmed.preprocessing._windows import pool_windows, sliding_windows

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
