"""``python -m compliance.postgres status|url|stop``: the embedded server, for people."""

import argparse
import sys
import time
from urllib.parse import quote

from compliance.postgres.client import connect
from compliance.postgres.errors import DatabaseUnavailable
from compliance.postgres.folders import home_folder
from compliance.postgres.protocol import STOP

STOP_SECONDS = 40


def main() -> int:
    """Carry out one command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m compliance.postgres")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("status", help="say whether the server runs and who uses it")
    url = commands.add_parser("url", help="print the address of the running database")
    url.add_argument("--owner", action="store_true", help="of the role that migrates and owns")
    stop = commands.add_parser("stop", help="stop the server")
    stop.add_argument("--force", action="store_true", help="also while processes use it")
    options = parser.parse_args()

    home = home_folder()
    attached = connect(home)
    if attached is None:
        say(f"No server runs for {home}.")
        return 0 if options.command == "stop" else 1
    channel, facts = attached
    others = ", ".join(str(pid) for pid in facts["others"])
    if options.command == "status":
        say(f"Running for {home}, held by process {facts['pid']}, sockets in {facts['folder']}/pg.")
        say(f"Its data is in {facts['data']}.")
        say(f"Used by processes {others}." if others else "No process uses it.")
    elif options.command == "url":
        role = "heyan_owner" if options.owner else "heyan_app"
        # The form of PostgreSQL's own programs, for psql and pg_dump.
        say(f"postgresql:///heyan?host={quote(facts['folder'], safe='')}%2Fpg&user={role}")
    elif others and not options.force:
        say(f"Not stopped: processes {others} use it. End them, or use --force.")
        return 1
    else:
        channel.sendall(STOP)
        channel.settimeout(STOP_SECONDS)
        while channel.recv(64):
            pass
        # The connection ends before the server does; its state file goes last.
        deadline = time.monotonic() + STOP_SECONDS
        while (home / "server.json").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        say("Stopped.")
    return 0


def say(sentence: str) -> None:
    """Print one line for the person at the terminal."""
    sys.stdout.write(sentence + "\n")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except DatabaseUnavailable as problem:
        sys.exit(f"{problem}")
