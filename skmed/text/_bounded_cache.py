"""Cache of bounded size that keeps frequent entries."""

# longer keys are hardly words, and would fill memory with text
_MAX_KEY_LENGTH = 40


class BoundedCache(dict):
    """Dict that computes missing values and drops entries that are no longer used.

    Entries are held in two generations. When the new generation is full, it becomes
    the old one; entries of the old generation that are used again move to the new one,
    and the others are dropped. So at most twice ``size`` entries are held, and
    frequent ones are never dropped.

    Parameters
    ----------
    compute : callable
        Function from a str to its value, which is never None.
    size : int
        Maximum number of entries of a generation.
    """

    def __init__(self, compute, size):
        super().__init__()
        self._compute = compute
        self._size = size
        self._old = {}

    def __missing__(self, key):
        value = self._old.get(key)
        if value is None:
            value = self._compute(key)
        if len(key) <= _MAX_KEY_LENGTH:
            if len(self) >= self._size:
                self._old = dict(self)
                self.clear()
            self[key] = value
        return value
