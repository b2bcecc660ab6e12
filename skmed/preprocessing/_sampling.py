"""Seconds and Hertz as steps of a signal."""

from numbers import Real

from sklearn.utils._param_validation import Interval

from skmed._parameters import Parameterized, parameter

POSITIVE = Interval(Real, 0, None, closed="neither")


class Sampled(Parameterized):
    """What is told in seconds or Hertz has to know the sampling rate."""

    sampling_rate: float = parameter(
        "float", "Steps per second of X, in Hz.", POSITIVE, default=1.0
    )


def n_steps(seconds, sampling_rate, name):
    """Return how many steps a time takes, rounded, or say that it holds none.

    Parameters
    ----------
    seconds : float
        A time.
    sampling_rate : float
        Steps per second.
    name : str
        What the caller knows the time as.

    Returns
    -------
    int
        At least 1.
    """
    steps = round(seconds * sampling_rate)
    if steps < 1:
        raise ValueError(
            f"{name}={seconds} s is less than one step at sampling_rate="
            f"{sampling_rate} Hz; give the signals' own sampling_rate, or a longer "
            f"{name}."
        )
    return steps
