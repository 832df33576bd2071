"""Rumours for tests: opened, brought to a step, with what each step asks for."""

from typing import Any

from accounts.models import PublicAccount
from compliance import work
from compliance.models import StaffUser
from compliance.provisions import Provision
from enforcement.models import Rumour, RumourAccount, RumourStep
from enforcement.rumour_words import STATE_BEFORE, RumourStepCode
from enforcement.services.rumours import opening, steps
from enforcement.services.rumours.opening import Named, RumourDraft
from enforcement.services.rumours.steps import StepDraft

P = Provision.PUBLIC_ACCOUNT_13_2
CLAIM = "某水库今晨决堤，下游须立即撤离"
WARNED = "水务部门来电提示，群内流传决堤消息"
# What each step says beside its words.
STEPS: dict[str, dict[str, Any]] = {
    "finding": {},
    "tracing": {},
    "verdict": {"verdict": "rumour", "relied_on": "水务局三月二日通报"},
    "refutation": {
        "refutation": "经水务局核实，水库运行正常，决堤消息不实。",
        "published_in": "平台辟谣专栏",
        "link": "https://example.org/refutations/17",
    },
    "elimination": {"handled_refs": ["article-1"], "residual": "复查未见残留"},
}


def opened(actor: StaffUser, *accounts: PublicAccount, **changes: Any) -> Rumour:
    """Open a rumour that stands in one content of each account."""
    return opening.open_rumour(
        draft=RumourDraft(
            **{
                "claim": CLAIM,
                "source": "authority",
                "source_ref": "水函〔2026〕7号",
                "named": [
                    Named(each.platform_uid, f"article-{number}")
                    for number, each in enumerate(accounts, 1)
                ],
                **changes,
            }
        ),
        actor=actor,
        provision=P,
        reason=WARNED,
    )


def fence_of(rumour: Rumour, actor: StaffUser) -> int:
    """Take a rumour, or go on holding it."""
    return work.claim_item(work_item=rumour.work_item, actor=actor).fence


def answer(rumour: Rumour, step: str, actor: StaffUser, **changes: Any) -> RumourStep:
    """Answer the next step of a rumour; whatever is given is said instead."""
    reason = changes.pop("reason", "已按流程办理")
    known = {} if changes.get("outcome") == "not_applicable" else STEPS[step]
    return steps.answer_step(
        rumour=rumour,
        draft=StepDraft(**{"step": step, **known, **changes}),
        fence=fence_of(rumour, actor),
        actor=actor,
        provision=P,
        reason=reason,
    )


def bring_to(rumour: Rumour, last: str, actor: StaffUser) -> Rumour:
    """Answer every step up to one, this one included."""
    for step in STEPS:
        if STATE_BEFORE[RumourStepCode(step)] == rumour.status:
            answer(rumour, step, actor)
        if step == last:
            break
    return rumour


def concerned(rumour: Rumour, account: PublicAccount) -> RumourAccount:
    """Return an account of a rumour, as the pages read it."""
    found = rumour.accounts.select_related("account", "case").get(account=account)
    found.rumour = rumour
    return found
