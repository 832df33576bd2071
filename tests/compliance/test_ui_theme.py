"""What the console takes from the admin theme: copies that must not go stale, words, one script."""

import hashlib
from pathlib import Path

import pytest
import unfold
from django.conf import settings

from tests.messages import messages_of, translated

ROOT = Path(settings.BASE_DIR)
THEME = Path(unfold.__file__).parent

# Our copies of the theme's templates, each with the sum of the original that it was made from.
COPIES = {
    "admin/actions.html": (
        "templates",
        "b5332aace8e6919204a65b842e626bd8b1d5f8ed855dc290ab114b08526c5f15",
    ),
    "admin/base.html": (
        "templates",
        "2ce9250b3c649e3a1d3c7ea52308a2858c60374b76089c29a838c7cc870dbcf0",
    ),
    "admin/change_form.html": (
        "templates",
        "e9824d4d8a447d9741a1fe4a83180042ac11383bd51678e2b5e40460fa42d86a",
    ),
    "admin/change_list.html": (
        "templates",
        "5885c39760f6085d55b2db8e740d4fdc340c402fc7cd43c0b5ef6ae7fb76f421",
    ),
    "admin/search_form.html": (
        "templates",
        "32c57965802858bd0013cf9fad08ca44e3e1993a5ff665e5ef6743c03bc6910d",
    ),
    "simple_history/object_history_list.html": (
        "contrib/simple_history/templates",
        "90cb710f9208df67adb24d39200af17bfc06bd58eb8b3315547f2e465e518d1d",
    ),
    "unfold/helpers/app_list.html": (
        "templates",
        "6ab83ac498b2f50ff045b7abcf2254391ccea9ded1f653c9f860f516d0be65b6",
    ),
    "unfold/helpers/command.html": (
        "templates",
        "ae6ce324d85366131fc82945b3c35c1b980829229508343993e6adcbee4c975d",
    ),
    "unfold/helpers/command_results.html": (
        "templates",
        "5a2616efccaa8b4e02f2e2618bacace15ed4a5511e5f4dd5f8f4c6f2aaa03ec3",
    ),
    "unfold/helpers/display_header.html": (
        "templates",
        "daefb955cde603aad2dd994e5a6dd644d2d45f5c26672e0e4a6198da674f658b",
    ),
    "unfold/helpers/edit_inline/stacked_title.html": (
        "templates",
        "100f4775aeb59b38974475f5542e010f25b489a2cd373933309afacba718f953",
    ),
    "unfold/helpers/field_readonly_value.html": (
        "templates",
        "a1d46fa2a26e344130fb2675e1395a602d79f6244a4e05f3a19c976dfa9a2454",
    ),
    "unfold/helpers/header_title.html": (
        "templates",
        "b126ed2ab9ca16802d6763f49a74ba37b5bab125e5ff1af52a1ed586982dd0f3",
    ),
    "unfold/helpers/search.html": (
        "templates",
        "91996c27181d14ade8b4cbf84d90a4b0d293fdd92ae4325cda0f6889c29e28fb",
    ),
    "unfold/helpers/unauthenticated_header.html": (
        "templates",
        "904c823eb0d850529a195108adc3f07d6a08f7d6611bd6fec9b44f4f94a44ff6",
    ),
    "unfold/helpers/userlinks.html": (
        "templates",
        "b493fa5ca3595d28c6858f789f303c1797c34107dc60b2857ab6ce8585fc3914",
    ),
    "unfold/helpers/welcomemsg.html": (
        "templates",
        "e8eab02522ba2319b937086bbcb6bf2a2bbe1489d236ad90ff23edbe070a7d6b",
    ),
    "unfold/layouts/skeleton.html": (
        "templates",
        "66af9f0bb45f98ba4e16ba5e5a11f36d87b8e07430d19066d088b29548491c2e",
    ),
}

# Shown by parts of the theme that the console does not install.
UNUSED = (
    "contrib/constance",
    "contrib/guardian",
    "contrib/import_export",
    "contrib/location_field",
)


def messages_of_theme():
    installed = [
        path
        for path in THEME.rglob("*")
        if path.suffix in (".html", ".py")
        and not path.relative_to(THEME).as_posix().startswith(UNUSED)
        and "crispy" not in path.relative_to(THEME).as_posix()
    ]
    return {text for _context, text in messages_of(*installed)}


@pytest.mark.parametrize("place", COPIES)
def test_the_original_of_a_copied_template_is_the_one_it_was_copied_from(place):
    folder, recorded = COPIES[place]

    original = (THEME / folder / place).read_bytes()

    assert hashlib.sha256(original).hexdigest() == recorded


def test_every_copy_marks_what_was_changed_and_is_recorded():
    copies = {
        path.relative_to(ROOT / "templates").as_posix()
        for path in (ROOT / "templates").rglob("*.html")
        if (THEME / "templates" / path.relative_to(ROOT / "templates")).exists()
        or path.parent.name == "simple_history"
    }

    unmarked = {
        place for place in copies if "{# Heyan:" not in (ROOT / "templates" / place).read_text()
    }

    assert copies == set(COPIES)
    assert not unmarked


def test_the_script_kept_beside_its_licence_is_the_one_described():
    folder = ROOT / "static" / "unfold" / "js" / "alpine"

    summed = hashlib.sha256((folder / "alpine.js").read_bytes()).hexdigest()

    assert summed == "0d18d7f8d7910e2e0212f0f056b12f50bebc3abb7d88d2f7c7cb4c336fe4519a"
    assert summed in (folder / "README.md").read_text()
    assert "MIT License" in (folder / "LICENSE").read_text()


def test_finds_the_messages_of_templates_and_modules():
    messages = messages_of_theme()

    assert {"Type to search", "Apply Filters", "Select action to run", "entry"} <= messages
    assert len(messages) > 120


def test_every_word_of_the_theme_is_chinese():
    known = {text for _context, text in translated("zh_Hans")}

    assert sorted(messages_of_theme() - known) == []
