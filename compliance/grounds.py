"""Who acts, under which article and why: what every service is told."""

from typing import TypedDict

from compliance.models import StaffUser
from compliance.provisions import Provision


class Grounds(TypedDict):
    """The three arguments that no service does without, to be handed on together."""

    actor: StaffUser
    provision: Provision
    reason: str
