"""The order in which everybody locks who acts on the emergency holds of a case."""

from compliance import audit
from compliance.models import Matter
from enforcement.models import Case


def lock_case(case: Case) -> None:
    """Lock the matter, the account and the case, as verdicts on a decision do; load their values."""
    Matter.objects.select_for_update(no_key=True).get(pk=case.matter_id)
    audit.lock(case.account)
    audit.lock(case)
