"""Run the benchmarks: `python -m bench [name …] [--quick]`; each line is a ratio and its limit."""

import argparse
import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

# Name of the module and its sizes: as the design asks, and small enough to try the benchmark out.
BENCHMARKS = {
    "later_start": (9, 3),
    "registrations": (5_000_000, 20_000),
    "admin_lists": (5_000_000, 20_000),
    "decision_lists": (5_000_000, 2_000),
    "claims": (20_000, 2_000),
    "r07_export": (200_000, 20_000),
    "screening": (10_000_000, 20_000),
    "dormancy": (5_000_000, 40_000),
    "enforcement_model": (100_000, 400),
    "enforcement_cuts": (1_000, 2),
    "enforcement_kills": (50, 3),
    "one_decision": (50, 3),
    "bulk_decisions": (10_000, 100),
    # Seconds; kills.
    "complaint_form": (300, 20),
    "complaint_kills": (50, 4),
}


def prepare() -> None:
    """Start a server of the benchmarks' own, empty and migrated, with the safety of a real one."""
    out = Path(__file__).resolve().parent / "out"
    for old in out.glob("home*"):
        shutil.rmtree(old, ignore_errors=True)
    # A place of its own: the server of the run before may still be stopping in the last one.
    home = out / f"home-{os.getpid()}"
    home.mkdir(parents=True)
    os.environ["HEYAN_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "compliance.settings"

    from compliance.postgres import ensure_database

    ensure_database("run")

    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def main() -> int:
    """Run what was asked for and print a line each; 1 if a limit was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"any of: {', '.join(BENCHMARKS)}")
    parser.add_argument("--quick", action="store_true", help="small sizes, to try it out")
    parser.add_argument("--size", type=int, help="another size, for a single benchmark")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    asked = parser.parse_args()
    unknown = set(asked.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    names = asked.names or [*BENCHMARKS]
    if len(names) > 1:
        # Each in a process of its own: what one lays, the next would count among its few.
        options = [each for each in sys.argv[1:] if each not in names]
        return max(_run_alone(name, options) for name in names)
    prepare()
    missed = False
    size = asked.size or BENCHMARKS[names[0]][1 if asked.quick else 0]
    for result in importlib.import_module(f"bench.{names[0]}").run(size):
        missed |= not result.is_met
        print(json.dumps(result.as_dict()) if asked.json else result.as_line(), flush=True)
    return 1 if missed else 0


def _run_alone(name: str, options: list[str]) -> int:
    return subprocess.run([sys.executable, "-m", "bench", name, *options], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
