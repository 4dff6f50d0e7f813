"""The first file a newcomer's Python runs: every target of the Makefile calls `python3 tools/bootstrap.py`.

Even Python 3.4 can parse it, so that it can say what is wrong; the work is in `tools/environments.py`.
"""

import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this is where an outdated Python is told so
    sys.exit(
        "payrelay needs Python 3.11 or newer, and `python3` here is %d.%d. "  # noqa: UP031 - parsed by old Pythons
        "Install a newer one and name it: make setup PYTHON=python3.11" % sys.version_info[:2]
    )

if __name__ == "__main__":
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - old Pythons
    from tools.environments import main

    sys.exit(main())
