"""Write the lock files: exact versions with hashes, each direct dependency with its word.

uv resolves and hashes; this adds the words of ``requirements*.in`` and makes sure that nothing of
the machine's package index gets into a file.
"""

import re
import subprocess
import sys
from pathlib import Path

LOCKS = (("requirements.in", "requirements.txt"), ("requirements-dev.in", "requirements-dev.txt"))
HEADER = "# Written by “make lock” from {source}; do not edit by hand.\n"
DIRECT = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==\S+\s+#\s+(?P<word>.+)$")
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==")


def read_words(source: Path) -> dict[str, str]:
    """Return what each direct dependency is for, by its name.

    :raises SystemExit: if a line has no exact version or no word.
    """
    words: dict[str, str] = {}
    for line in source.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            words |= read_words(source.parent / line.removeprefix("-r ").strip())
        elif line and not line.startswith("#"):
            match = DIRECT.match(line)
            if not match:
                sys.exit(f"{source}: “{line}” needs the form name==version  # what it is for")
            words[normalise(match["name"])] = match["word"]
    return words


def normalise(name: str) -> str:
    """Return a package's name in the one spelling that uv writes."""
    return re.sub(r"[-_.]+", "-", name).lower()


def annotate(locked: str, words: dict[str, str]) -> str:
    """Put the word of each direct dependency above its pin.

    :raises SystemExit: if a direct dependency is not in the lock, or an address is.
    """
    missing = dict(words)
    lines = []
    for line in locked.splitlines():
        match = PINNED.match(line)
        word = missing.pop(normalise(match["name"]), None) if match else None
        if word:
            lines.append(f"# {word}")
        lines.append(line)
    text = "\n".join(lines) + "\n"
    if missing:
        sys.exit(f"Not in the lock: {', '.join(missing)}")
    if "://" in text:
        sys.exit("The lock has an address in it; only names, versions and hashes belong there.")
    return text


def compile_lock(source: str, target: str, *extra: str) -> None:
    """Resolve one list, keeping the versions that the lock already has unless told otherwise."""
    subprocess.run(  # noqa: S603 - fixed words
        [
            sys.executable,
            *("-m", "uv", "pip", "compile", source),
            *("--output-file", target),
            *("--universal", "--python-version", "3.11", "--generate-hashes"),
            *("--no-emit-index-url", "--no-emit-find-links", "--no-header", "--quiet"),
            *extra,
        ],
        check=True,
    )
    path = Path(target)
    text = annotate(path.read_text(encoding="utf-8"), read_words(Path(source)))
    path.write_text(HEADER.format(source=source) + text, encoding="utf-8")


def main() -> None:
    """Write both lock files; further arguments (``--upgrade``) go to uv."""
    for source, target in LOCKS:
        on_top = [] if target == "requirements.txt" else ["--constraint", "requirements.txt"]
        compile_lock(source, target, *on_top, *sys.argv[1:])


if __name__ == "__main__":
    main()
