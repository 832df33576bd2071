"""The catalogues that come with the product as files; what changes with a version is in rows."""

import json
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parent / "catalogues"


@cache
def catalogue(name: str) -> Any:
    """Return the catalogue `name` as plain values; nobody may change them."""
    return json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
