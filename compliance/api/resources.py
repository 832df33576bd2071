"""Where the resources of the API stand; every package registers its own when apps are ready."""

from dataclasses import dataclass

from django.urls import URLPattern, path

from compliance.api.views import ApiView

VERSION = "v1"


@dataclass(frozen=True)
class RegisteredResource:
    """Where a resource stands."""

    route: str
    view: type[ApiView]
    name: str


_resources: dict[str, RegisteredResource] = {}


def register_resource(route: str, view: type[ApiView], *, name: str) -> RegisteredResource:
    """
    Give a resource its address below /api/v1/; `api:<name>` is then the name of its URL.

    Where two routes could match one address, the one that is registered first wins.

    :raises ValueError: if another resource has the name.
    """
    resource = RegisteredResource(route, view, name)
    if _resources.setdefault(name, resource) != resource:
        raise ValueError(f"A resource named {name!r} is already registered.")
    return resource


def registered_resources() -> list[RegisteredResource]:
    """Return every resource in the order of registration."""
    return list(_resources.values())


def resource_urls() -> list[URLPattern]:
    """Return the addresses of all resources."""
    return [path(each.route, each.view.as_view(), name=each.name) for each in _resources.values()]
