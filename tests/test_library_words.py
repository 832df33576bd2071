"""What pages and answers of ours may show of libraries is Chinese, too."""

from pathlib import Path

import django
import pytest
import rest_framework
import simple_history

from tests.messages import messages_of, translated

DJANGO = Path(django.__file__).parent
LIBRARIES = {
    "admin": DJANGO / "contrib" / "admin",
    "auth": DJANGO / "contrib" / "auth",
    "forms": DJANGO / "forms",
    "validators": DJANGO / "core",
    "models": DJANGO / "db" / "models",
    "views": DJANGO / "views",
    "times": DJANGO / "utils",
    "history": Path(simple_history.__file__).parent,
    "api": Path(rest_framework.__file__).parent,
}
# Never shown: commands that are not ours, pages for developers, fields that no model of ours has.
NOT_SHOWN = (
    "management/",
    "locale/",
    "templates/rest_framework/",
    "authtoken/",
    "core/management",
    "views/csrf.py",
    "views/debug.py",
    "views/templates/technical",
    "views/templates/directory_index.html",
    "views/templates/default_urlconf.html",
    "views/static.py",
    "tests/",
)


def shown_files(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.suffix in (".py", ".html")
        and not any(part in path.as_posix() for part in NOT_SHOWN)
    ]


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_word_of_a_library_that_is_shown_is_chinese(library: str) -> None:
    messages = messages_of(*shown_files(LIBRARIES[library]), with_plurals=False)

    assert messages
    missing = messages - translated("zh_Hans")
    assert not missing, "\n".join(text for _context, text in sorted(missing))
