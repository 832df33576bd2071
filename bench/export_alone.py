"""Export one filing in a process of its own and say what memory that took: a peak is a process's."""

import resource
import sys
from pathlib import Path

import django


def main() -> None:
    """Export the filing with the given number and print the peak in kilobytes."""
    django.setup()
    from reports.exports.outputs import csv_output
    from reports.models import Filing

    with Path("/dev/null").open("wb") as sink:
        for piece in csv_output(Filing.objects.get(pk=int(sys.argv[1]))):
            sink.write(piece)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    main()
