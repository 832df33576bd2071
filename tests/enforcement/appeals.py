"""Appeals laid for tests: filed, accepted, decided, each by somebody who may."""

from typing import Any, Final

from compliance import work
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.staff import system_actor
from enforcement.models import Appeal, AppealRuling, Decision
from enforcement.services.appeals import ruling, taking_up
from enforcement.services.appeals.filing import file_appeal

WORDS: Final = "所发内容引自官方通报，并非编造，请予复核。"
TOLD: Final = "经复核官方通报原文，所发内容与通报不一致之处属于误读。"
A: Final = Provision.PUBLIC_ACCOUNT_20_2


def grounds(actor: StaffUser) -> dict[str, Any]:
    """Return the grounds of an act in an appeal."""
    return {"actor": actor, "provision": A, "reason": "测试理由"}


def fresh(appeal: Appeal) -> Appeal:
    """Return an appeal as it is now."""
    return Appeal.objects.select_related("decision__case__matter", "matter", "work_item").get(
        pk=appeal.pk
    )


def filed(decision: Decision, **changes: Any) -> Appeal:
    """Return an appeal that came in by the public page."""
    return file_appeal(
        **{
            "decision": Decision.objects.get(pk=decision.pk),
            "ground": "facts",
            "words": WORDS,
            **grounds(system_actor()),
            **changes,
        }
    )


def hold(appeal: Appeal, handler: StaffUser) -> int:
    """Let a handler take an appeal; return the fence."""
    return work.claim_item(work_item=fresh(appeal).work_item, actor=handler).fence


def accept(appeal: Appeal, handler: StaffUser) -> Appeal:
    """Accept an appeal."""
    taking_up.accept_appeal(appeal=fresh(appeal), fence=hold(appeal, handler), **grounds(handler))
    return fresh(appeal)


def decide(appeal: Appeal, handler: StaffUser, outcome: str, **changes: Any) -> AppealRuling:
    """Decide an appeal that was accepted."""
    if outcome != "confirmed":
        changes.setdefault("ground", "facts")
    return ruling.decide_appeal(
        **{
            "appeal": fresh(appeal),
            "outcome": outcome,
            "text": TOLD,
            "fence": hold(appeal, handler),
            **grounds(handler),
            **changes,
        }
    )


def heard(decision: Decision, handler: StaffUser, outcome: str, **changes: Any) -> AppealRuling:
    """File, accept and decide an appeal."""
    return decide(accept(filed(decision), handler), handler, outcome, **changes)
