"""What a process that opens a stranger's file may still do: compute, and little of that."""

import resource
import sys
from pathlib import Path
from typing import Final

# Our choice; no article sets it.
CPU_SECONDS: Final = 5
DATA_BYTES: Final = 256 * 1024 * 1024
ADDRESS_BYTES: Final = 768 * 1024 * 1024

# Opened before the process is shut in: how much memory it has had.
_STATUS: Final = Path("/proc/self/status").open() if sys.platform == "linux" else None  # noqa: SIM115


def shut_in() -> None:
    """
    Take from this process all it does not need, for good; called before the file is read.

    No further open file, so neither a file nor a socket can be had; no byte of a new file, no
    other process, no core dump, little memory and time.
    """
    limits = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_DATA, DATA_BYTES),
    ]
    if sys.platform == "linux":
        # Elsewhere the libraries of the system alone take more address space.
        limits += [(resource.RLIMIT_AS, ADDRESS_BYTES), (resource.RLIMIT_NPROC, 0)]
    for kind, most in limits:
        resource.setrlimit(kind, (most, most))
    # The first of the two ends it with a signal of its own, which tells why.
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))


def peak_kib() -> int:
    """Return how much memory this process has had at most, in KiB; 0 where nobody can tell."""
    if _STATUS is None:
        return 0
    _STATUS.seek(0)
    return next(int(line.split()[1]) for line in _STATUS if line.startswith("VmHWM:"))
