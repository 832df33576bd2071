"""What of a person's address may stand in the clear: the province, if the text begins with one."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

_COUNTRY: Final = ("中华人民共和国", "中国")


def province_of(address: str, provinces: Iterable[Mapping[str, Any]]) -> str:
    """
    Return the full name of the province that an address begins with, "" if there is none.

    Public Account Provisions, art. 9 §2: a platform shows where an account is registered; for a
    person no more than the province is kept in the clear.
    """
    text = "".join(address.split())
    for country in _COUNTRY:
        text = text.removeprefix(country)
    for province in provinces:
        if text.startswith(tuple(province["begins"])):
            return str(province["name"])
    return ""
