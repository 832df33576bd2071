"""Deadlines of the demo: what is late, what was taken over, more time, and limits that change."""

from datetime import timedelta

from django.utils import timezone

from compliance import roles
from compliance.clocks.alarms import open_escalations, raise_alarms, take_over_breach
from compliance.clocks.extensions import approve_extension, ask_extension
from compliance.clocks.limit_changes import LimitDraft, approve_limit, propose_limit
from compliance.grounds import Grounds
from compliance.models import Clock, ClockState, LimitUnit, StaffUser
from compliance.provisions import Provision
from reports.demo.staff import Crew


def _grounds(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.OPINIONS_2, reason=reason)


def show_deadlines(crew: Crew) -> None:
    """Let the jobs run once, and people act on what they find."""
    raise_alarms(now=timezone.now(), actor=crew.system)
    waiting = open_escalations([roles.SUPERVISOR]).first()
    if waiting is not None:
        take_over_breach(
            escalation=waiting,
            **_grounds(crew.next(roles.SUPERVISOR), "已增派人员，今日内办结"),
        )
    _extend(crew)
    _change_limits(crew)


def _extend(crew: Crew) -> None:
    cases = Clock.objects.filter(
        step="case_decision", state=ClockState.RUNNING, due_at__gt=timezone.now()
    ).order_by("-due_at")
    for number, clock in enumerate(cases[:2]):
        asked = ask_extension(
            clock=clock,
            **_grounds(crew.next(roles.MODERATOR), "涉及多个账号，需异地核实，申请延长"),
        )
        # The other one waits for somebody.
        if number == 0:
            approve_extension(
                extension=asked, **_grounds(crew.next(roles.SUPERVISOR), "情况属实，同意延长")
            )


def _change_limits(crew: Crew) -> None:
    first = timezone.localdate() + timedelta(days=10)
    officers = crew.next(roles.COMPLIANCE_OFFICER), crew.next(roles.COMPLIANCE_OFFICER)
    announced = propose_limit(
        draft=LimitDraft("complaint_decision", 5, LimitUnit.WORKING_DAY, first),
        **_grounds(officers[0], "缩短投诉举报处理时限"),
    )
    for actor in (crew.next(roles.SUPERVISOR), officers[1]):
        approve_limit(proposal=announced, **_grounds(actor, "同意，按规定公布"))
    propose_limit(
        draft=LimitDraft("application_review", 2, LimitUnit.WORKING_DAY, first),
        **_grounds(officers[1], "审核人力已增加，可缩短审核时限"),
    )
