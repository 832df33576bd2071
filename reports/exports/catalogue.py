"""Which forms there are."""

from typing import Final

from reports.exports.forms import Form
from reports.exports.r05 import R05
from reports.exports.r06 import R06
from reports.exports.r07 import R07
from reports.exports.r12 import R12

FORMS: Final[dict[str, Form]] = {each.code: each for each in (R05, R06, R07, R12)}
