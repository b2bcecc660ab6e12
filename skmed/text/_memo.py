"""A memory of bounded size."""

# what is longer is hardly a word, and would fill the memory with text
_LONGEST = 40


class Memo(dict):
    """A dict that computes what it lacks and forgets what it has long not needed.

    When it is full, all entries become the old ones, of which those that are needed
    again move back. So at most twice ``size`` entries are held, and frequent ones
    stay whatever else passes by.

    Parameters
    ----------
    compute : callable
        From a str to its value, which is never None.
    size : int
        How many entries are new at most.
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
        if len(key) <= _LONGEST:
            if len(self) >= self._size:
                self._old = dict(self)
                self.clear()
            self[key] = value
        return value
