"""Child processes that do not outlive us, also where we are killed outright."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def end_with_starter(number: signal.Signals) -> None:
    """Ask the kernel to send this process a signal when whoever started it is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(number))


def end_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Return what a child runs before its program so that it gets a signal when we are gone.

    Only Linux can do that; elsewhere the answer is None and an orderly end has to do.
    """
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def ask_kernel() -> None:
        library.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:  # it went in the moment before we asked
            os._exit(1)

    return ask_kernel
