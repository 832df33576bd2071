"""Complaints and appeals in every state around October 2026, each laid by the services at its hour."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import time_machine

from accounts.models import PublicAccount
from compliance import work
from compliance.models import StaffUser
from compliance.staff import system_actor
from enforcement.models import Appeal, AppealRuling, Complaint, Decision
from enforcement.services.appeals import taking_up
from enforcement.services.complaints import joining, review, submission, sweeping, tracking
from tests.enforcement import appeals, complaints
from tests.enforcement.complaints import again, fence_of, grounds

# What a complainant writes and leaves; it must stand in nothing that is counted.
WORDS = complaints.WORDS
CONTACT = complaints.MOBILE


@dataclass
class Complainants:
    """Hands complaints in and works on them, each act at an instant."""

    handler: StaffUser
    officer: StaffUser
    account: PublicAccount

    def lay(self, at: datetime, *acts: tuple[datetime, str], **changes: Any) -> Complaint:
        """Lay one complaint: when it was handed in, and what was done about it when."""
        source = changes.get("source", "public")
        is_ours = changes.get("kind") == "platform"
        handler = self.officer if is_ours else self.handler
        with time_machine.travel(at):
            if source == "letter":
                changes["source_ref"] = "来信2026-3"
            receipt = complaints.handed_in(
                None if is_ours else self.account,
                words=f"{WORDS} {at.isoformat()} {changes.get('kind')}",
                actor=handler if source in ("phone", "letter") else None,
                **changes,
            )
        number = receipt.complaint.pk
        for when, act in acts:
            with time_machine.travel(when):
                self.act(again(Complaint(pk=number)), handler, act)
        return again(receipt.complaint)

    def act(self, complaint: Complaint, handler: StaffUser, act: str) -> None:
        """Do one thing about a complaint now."""
        name, _colon, value = act.partition(":")
        system = grounds(system_actor())
        if name == "acknowledge":
            submission.acknowledge_complaint(complaint=complaint, **grounds(handler))
        elif name == "withdraw":
            tracking.withdraw_complaint(complaint=complaint, **system)
        elif name == "lapse":
            tracking.lapse_complaint(complaint=complaint, **system)
        elif name == "answer":
            tracking.supplement_complaint(complaint=complaint, words=WORDS, **system)
        elif name == "close":
            sweeping.close_complaint(complaint=complaint, **system)
        else:
            held: dict[str, Any] = {
                "complaint": complaint,
                "fence": fence_of(complaint, handler),
                **grounds(handler),
            }
            if name == "accept":
                review.accept_complaint(**held)
            elif name == "refuse":
                review.refuse_complaint(refusal=value, told=complaints.TOLD, **held)
            elif name == "ask":
                review.ask_complainant(question="请补充文章链接", **held)
            elif name == "forward":
                joining.forward_complaint(summary=complaints.SUMMARY, **held)
            elif name == "tell":
                review.feed_back_complaint(**held)
            else:
                review.decide_complaint(
                    outcome=name, told=complaints.TOLD, is_abusive=value == "abusive", **held
                )


def lay_complaints(on: Complainants, at: Callable[..., datetime]) -> dict[str, Complaint]:
    """Lay a complaint in every state; the names say what is special about each."""
    nine = {"month": 9}
    eleven = {"month": 11}
    laid = {
        "told in time": on.lay(
            at(5),
            (at(5, 15), "accept"),
            (at(8), "upheld"),
            (at(9), "tell"),
            (at(9, 13), "close"),
            contact="",
        ),
        "partly": on.lay(
            at(6), (at(8), "accept"), (at(12), "partly"), (at(12, 15), "tell"), kind="harmful"
        ),
        "abusive": on.lay(
            at(6, 9), (at(8), "accept"), (at(12), "not_upheld:abusive"), kind="violence"
        ),
        "told late": on.lay(
            at(7), (at(8), "accept"), (at(12), "not_upheld"), (at(30), "tell"), kind="paid"
        ),
        "decided late": on.lay(
            at(8), (at(9), "accept"), (at(29), "upheld"), (at(29, 15), "tell"), kind="news"
        ),
        "accepted late": on.lay(at(8), (at(23), "accept"), kind="trading"),
        "never taken up": on.lay(at(8, 10), kind="fake_traffic"),
        "never acknowledged": on.lay(at(9), kind="other", source="letter"),
        "by telephone": on.lay(
            at(13), (at(13, 14), "acknowledge"), (at(14), "accept"), source="phone"
        ),
        "withdrawn at once": on.lay(at(14), (at(14, 15), "withdraw"), kind="forced_follow"),
        "withdrawn later": on.lay(
            at(14), (at(15), "accept"), (at(16), "withdraw"), kind="impersonation"
        ),
        "asked": on.lay(at(15), (at(15, 15), "accept"), (at(16), "ask"), kind="false_identity"),
        "answered": on.lay(
            at(15, 9),
            (at(15, 15), "accept"),
            (at(16), "ask"),
            (at(20), "answer"),
            (at(21), "upheld"),
            kind="impersonation",
        ),
        "lapsed": on.lay(
            at(15, 9, month=9),
            (at(15, 15, **nine), "accept"),
            (at(16, **nine), "ask"),
            (at(16), "lapse"),
            kind="impersonation",
        ),
        "lapsed and taken up again": on.lay(
            at(14, 9, month=9),
            (at(14, 15, **nine), "accept"),
            (at(15, **nine), "ask"),
            (at(15), "lapse"),
            (at(19), "answer"),
            (at(27), "not_upheld"),
            kind="false_information",
        ),
        "urgent, late": on.lay(
            at(20), (at(20, 17), "accept"), (at(22), "upheld"), (at(22, 14), "tell"), kind="doxxing"
        ),
        "urgent, in time": on.lay(
            at(20), (at(20, 13), "accept"), (at(20, 17), "partly"), kind="minors"
        ),
        "about us": on.lay(at(21), (at(22), "accept"), (at(23), "upheld"), kind="platform"),
        "late since September": on.lay(
            at(7, **nine),
            (at(8, **nine), "accept"),
            (at(3, **eleven), "upheld"),
            (at(4, **eleven), "tell"),
            kind="illegal",
        ),
        "in November": on.lay(at(2, **eleven), (at(3, **eleven), "accept"), kind="harmful"),
        "at the last minute": on.lay(at(31, 23, 59), kind="harmful"),
    }
    for number, refusal in enumerate(
        ("out_of_scope", "not_found", "too_vague", "duplicate", "court", "abusive")
    ):
        laid[f"refused {refusal}"] = on.lay(
            at(19, 9, number), (at(19, 15), f"refuse:{refusal}"), kind="other"
        )
    return laid


@dataclass
class Appellants:
    """Files appeals and hears them, each act at an instant."""

    handler: StaffUser
    second: StaffUser
    decide: Callable[..., Decision]

    def lay(
        self, decided: datetime, filed: datetime, *acts: tuple[datetime, str], **changes: Any
    ) -> Appeal:
        """Lay one appeal: when was decided, when it was filed, and what was done about it when."""
        decision = self.decide(decided, **changes)
        with time_machine.travel(filed):
            appeal = appeals.filed(decision)
        self.go_on(appeal, self.handler, *acts)
        return appeals.fresh(appeal)

    def go_on(self, appeal: Appeal, handler: StaffUser, *acts: tuple[datetime, str]) -> None:
        """Do what is done about an appeal."""
        for when, act in acts:
            with time_machine.travel(when):
                self.act(appeal, handler, act)

    def act(self, appeal: Appeal, handler: StaffUser, act: str) -> None:
        """Do one thing about an appeal now."""
        name, _colon, value = act.partition(":")
        if name == "accept":
            appeals.accept(appeal, handler)
        elif name == "refuse":
            taking_up.refuse_appeal(
                appeal=appeals.fresh(appeal),
                refusal=value,
                text=appeals.TOLD,
                fence=work.claim_item(
                    work_item=appeals.fresh(appeal).work_item, actor=handler
                ).fence,
                **appeals.grounds(handler),
            )
        elif name == "withdraw":
            taking_up.withdraw_appeal(
                appeal=appeals.fresh(appeal), **appeals.grounds(system_actor())
            )
        else:
            changes: dict[str, Any] = {"ground": value} if value else {}
            if name == "reduced":
                changes["measures"] = ["suspend_updates"]
            appeals.decide(appeal, handler, name, **changes)


def lay_appeals(
    on: Appellants, at: Callable[..., datetime], both: Any, closure: Any
) -> dict[str, Appeal]:
    """Lay an appeal in every state, with every outcome, one on the second level."""
    laid = {
        "confirmed": on.lay(at(1), at(5), (at(6), "accept"), (at(9), "confirmed")),
        "reduced": on.lay(
            at(1), at(5), (at(6), "accept"), (at(9), "reduced:too_heavy"), measures=both
        ),
        "revoked": on.lay(at(1), at(6), (at(7), "accept"), (at(9), "revoked:facts")),
        "sent back": on.lay(at(2), at(6), (at(7), "accept"), (at(12), "remitted:procedure")),
        "refused": on.lay(at(2), at(8), (at(9), "refuse:nothing_contested")),
        "withdrawn": on.lay(at(2), at(8), (at(9), "accept"), (at(10), "withdraw")),
        "accepted late": on.lay(at(2), at(9), (at(23), "accept")),
        "decided late": on.lay(
            at(2), at(8), (at(9), "accept"), (at(30), "revoked:new_evidence"), code="V07.1"
        ),
        "never taken up": on.lay(at(3), at(13)),
        "in November": on.lay(at(20), at(3, month=11)),
        "closure": on.lay(at(3), at(8), (at(9), "accept"), (at(12), "confirmed"), measures=closure),
    }
    with time_machine.travel(at(14)):
        second = appeals.filed(laid["closure"].decision)
    on.go_on(second, on.second, (at(15), "accept"), (at(20), "revoked:rule"))
    laid["second level"] = appeals.fresh(second)
    return laid


def rulings() -> dict[int, str]:
    """Return the outcome of each appeal that was decided."""
    return dict(AppealRuling.objects.values_list("appeal_id", "outcome"))
