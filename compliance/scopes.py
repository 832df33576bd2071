"""What a client of the API may be allowed to do; every package names its own scopes."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Scope:
    """
    Something that a client may be allowed to do.

    `permissions` ("app_label.codename") are what its services ask of whoever acts. A scope that
    writes is granted by two persons.
    """

    code: str
    label: str | Promise
    is_writing: bool = False
    permissions: tuple[str, ...] = ()


_scopes: dict[str, Scope] = {}


def register_scope(scope: Scope) -> None:
    """
    Add a scope; called when apps are ready.

    :raises ValueError: if the code stands for another scope.
    """
    if _scopes.setdefault(scope.code, scope) != scope:
        raise ValueError(f"A scope {scope.code!r} is already registered.")


def scopes() -> list[Scope]:
    """Return every scope by its code."""
    return [_scopes[code] for code in sorted(_scopes)]


def find_scope(code: str) -> Scope | None:
    """Return a scope by its code; None for one of another version of the product."""
    return _scopes.get(code)


def scope_label(code: str) -> str | Promise:
    """Return a scope in words; one that is gone by its code."""
    scope = find_scope(code)
    return scope.label if scope else code
