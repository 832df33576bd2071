"""Which forms there are."""

from typing import Final

from reports.exports.forms import Form
from reports.exports.r07 import R07
from reports.exports.r12 import R12

FORMS: Final[dict[str, Form]] = {R07.code: R07, R12.code: R12}
