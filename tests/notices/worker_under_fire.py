"""
The product's own worker, killed again and again at random moments; the last one is let live.

Run as a module with the number of kills and a seed. Loads the product once and forks each worker,
so that a life is spent working and not starting. Says on a line of its own when the last one began.
"""

import os
import random
import signal
import sys
import time

import django
from django.core.management import call_command

SHORTEST, LONGEST = 0.15, 1.3


def work() -> None:
    call_command("procrastinate", "worker")


def main() -> None:
    kills, chance = int(sys.argv[1]), random.Random(int(sys.argv[2]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compliance.settings")
    django.setup()
    for _life in range(kills):
        child = os.fork()
        if child == 0:
            work()
            os._exit(0)
        time.sleep(chance.uniform(SHORTEST, LONGEST))
        os.kill(child, signal.SIGKILL)
        _pid, status = os.waitpid(child, 0)
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
            sys.exit(f"a worker ended by itself: {status}")
    sys.stdout.write("the last one lives\n")
    sys.stdout.flush()
    work()


if __name__ == "__main__":
    main()
