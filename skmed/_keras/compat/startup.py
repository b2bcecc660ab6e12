"""Filter for the messages that TensorFlow prints when it starts."""

import contextlib
import os
import re
import sys
import tempfile

# C++ log lines (severity letter and at least four digits), and the line that announces
# them, which newer releases print before a log level can be set
_LOG_LINE = re.compile(rb"^(WARNING: All log messages before absl|[IWEF]\d{4} )")


@contextlib.contextmanager
def hide_startup_messages():
    """Buffer what the process writes to stderr, and drop TensorFlow's log lines.

    The file descriptor is redirected, as the messages come from C++. If the block
    raises, all lines are printed, as they may contain the cause.
    """
    try:
        sys.stderr.flush()
        original = os.dup(2)
    except (AttributeError, OSError):
        # there is no stderr, for example under pythonw
        yield
        return
    with tempfile.TemporaryFile() as buffer:
        os.dup2(buffer.fileno(), 2)
        failed = True
        try:
            yield
            failed = False
        finally:
            os.dup2(original, 2)
            buffer.seek(0)
            for line in buffer:
                if failed or not _LOG_LINE.match(line):
                    os.write(original, line)
            os.close(original)
