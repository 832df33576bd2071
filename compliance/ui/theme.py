"""Settings of the admin theme: what `compliance.settings` takes over as it stands."""

from pathlib import Path
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

# The theme's own app entry that replaces `admin.site` is not used: ConsoleAdminConfig does that.
# Theme apps come before ConsoleAdminConfig and simple_history, whose templates they replace.
THEME_APPS = [
    "compliance.ui.apps.UiConfig",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.simple_history",
    "compliance.ui.apps.ConsoleAdminConfig",
]

# The theme ships no translations. They stand apart from the product's own, because makemessages
# finds none of these strings in our sources and would retire them.
THEME_LOCALE_PATH = Path(__file__).resolve().parent / "theme_locale"


def stylesheet(request: HttpRequest) -> str:
    """Return the address of the console's own stylesheet."""
    return static("ui/console.css")


def alpine_components(request: HttpRequest) -> str:
    """Return the address of the script that gives the pages their behaviour under the policy."""
    return static("ui/csp-shim.js")


def key_bindings(request: HttpRequest) -> str:
    """Return the address of the script for keys."""
    return static("ui/keys.js")


def action_forms(request: HttpRequest) -> str:
    """Return the address of the script for forms of one action."""
    return static("ui/action-forms.js")


def search_guard(request: HttpRequest) -> str:
    """Return the address of the script that keeps identity values out of addresses."""
    return static("ui/search-guard.js")


def counts(request: HttpRequest) -> str:
    """Return the address of the script that keeps the figures of the sidebar fresh."""
    return static("ui/counts.js")


def favicon(request: HttpRequest) -> str:
    """Return the address of the console's icon."""
    return static("ui/icon.svg")


# A name is the same in every language.
BRAND = "核验台 Heyan"

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": BRAND,
    "SITE_HEADER": BRAND,
    "SITE_SUBHEADER": _("Account compliance"),
    "SITE_URL": None,
    "SITE_SYMBOL": "verified_user",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": favicon}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    # The switch stands in the header (templates/ui/language_switch.html), not in the user menu.
    "SHOW_LANGUAGES": False,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "6px",
    "STYLES": [stylesheet],
    "SCRIPTS": [alpine_components, key_bindings, action_forms, search_guard, counts],
    "COMMAND": {"search_models": False, "show_history": False},
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "show_all_applications": False,
    },
    "COLORS": {
        "primary": {
            "50": "oklch(97% .014 254.604)",
            "100": "oklch(93.2% .032 255.585)",
            "200": "oklch(88.2% .059 254.128)",
            "300": "oklch(80.9% .105 251.813)",
            "400": "oklch(70.7% .165 254.624)",
            "500": "oklch(62.3% .214 259.815)",
            "600": "oklch(54.6% .215 262.881)",
            "700": "oklch(48.8% .217 264.376)",
            "800": "oklch(42.4% .199 265.638)",
            "900": "oklch(37.9% .146 265.522)",
            "950": "oklch(28.2% .091 267.935)",
        },
    },
}
