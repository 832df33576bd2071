"""What the checks conclude on an application, for tests of each of them."""

from accounts.rules.applications import (
    conclude,
    examine,
)
from accounts.rules.names import NameIndex
from accounts.rules.registration_limits import RegistrationLimits
from tests.accounts.applications import (
    CATALOGUE,
    LIMITS,
    PERSON,
    application,
    facts,
)

BARRED = NameIndex.built_from(["真相调查局"])


RESERVED = NameIndex.built_from(["人民日报"])


def concluded(base=PERSON, limits=LIMITS, found=None, **changes):
    examined = examine(application(base, **changes), limits)
    return conclude(examined, facts(**(found or {})), limits)


def hits(base=PERSON, limits=LIMITS, found=None, **changes):
    return {hit.code: hit for hit in concluded(base, limits, found, **changes).hits}


def changed_limits(**changes):
    return RegistrationLimits.from_catalogue({**CATALOGUE, **changes})
