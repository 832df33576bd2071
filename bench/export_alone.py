"""Export one filing in a process of its own and say what memory that took: a peak is a process's."""

import resource
import sys
from pathlib import Path

import django


def main() -> None:
    """Export a filing of a database, by number and name, and print the peak in kilobytes."""
    number, database = int(sys.argv[1]), sys.argv[2]
    django.setup()
    from django.db import connection

    from reports.exports.outputs import csv_output
    from reports.models import Filing

    connection.settings_dict["NAME"] = database
    with Path("/dev/null").open("wb") as sink:
        for piece in csv_output(Filing.objects.get(pk=number)):
            sink.write(piece)
    print(peak_kilobytes())


def peak_kilobytes() -> int:
    """Return the most memory that this process has had, in kilobytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # What getrusage says begins, on Linux, with what the parent had when it started us.
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
