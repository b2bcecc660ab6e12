"""Keep TensorFlow's start-up messages out of the user's terminal."""

import contextlib
import os
import re
import sys
import tempfile

# C++ log lines: severity letter, four or more digits, and the line that
# announces them; newer releases write these before any level can be set
_CHATTER = re.compile(rb"^(WARNING: All log messages before absl|[IWEF]\d{4} )")


@contextlib.contextmanager
def hide_startup_messages():
    """Hold back what the process writes to stderr, then pass on all but chatter.

    The messages come from C++, so the file descriptor itself is turned aside.
    When the import fails, everything is passed on: the reason is among it.
    """
    try:
        sys.stderr.flush()
        original = os.dup(2)
    except (AttributeError, OSError):
        # no stderr at all, as under pythonw
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        failed = True
        try:
            yield
            failed = False
        finally:
            os.dup2(original, 2)
            held.seek(0)
            for line in held:
                if failed or not _CHATTER.match(line):
                    os.write(original, line)
            os.close(original)
