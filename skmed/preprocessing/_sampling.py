"""Sampling rate, and conversion of seconds to time steps."""

from numbers import Real

from sklearn.utils._param_validation import Interval

from skmed._parameters import Parameterized, parameter

POSITIVE = Interval(Real, 0, None, closed="neither")


class SamplingParameters(Parameterized):
    """Parameter of transformers whose other parameters are in seconds or Hz."""

    sampling_rate: float = parameter(
        "float",
        "Sampling rate of X in Hz: time steps per second.",
        POSITIVE,
        default=1.0,
    )


def n_steps(seconds, sampling_rate, name):
    """Convert a duration to a number of time steps.

    Parameters
    ----------
    seconds : float
        Duration in seconds.
    sampling_rate : float
        Sampling rate in Hz.
    name : str
        Name of the parameter in the error message.

    Returns
    -------
    int
        Number of time steps, rounded, at least 1.

    Raises
    ------
    ValueError
        If the duration is rounded to 0 time steps.
    """
    steps = round(seconds * sampling_rate)
    if steps < 1:
        raise ValueError(
            f"{name}={seconds} s is less than one step at sampling_rate="
            f"{sampling_rate} Hz; give the signals' own sampling_rate, or a longer "
            f"{name}."
        )
    return steps
