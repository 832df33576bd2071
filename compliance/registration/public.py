"""The pages that everybody may read."""

from compliance.public import appeals, pages, responding, rules, verifying


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    pages.register()
    rules.register()
    responding.register()
    appeals.register()
    verifying.register()
