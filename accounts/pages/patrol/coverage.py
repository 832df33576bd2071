"""The page of patrols: each month in numbers, and the button that plans the present one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import PatrolRun
from accounts.pages.patrol.rule import rule_facts
from accounts.patrol_words import PatrolStatus
from accounts.services.patrol import planning
from accounts.services.patrol.coverage import coverage_of, failed_points
from accounts.services.patrol.policy import rule_in_force
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.pages.door import staff_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.kit import AllowedAction, Fact
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, register_page

VIEW = "accounts.view_patrolrun"
MONTHS_SHOWN = 12


class CoveragePage(ConsolePage):
    """The patrols of the last months: population, due, drawn, checked, failed, not covered."""

    title = gettext_lazy("Patrols")
    permission = VIEW
    template_name = "accounts/patrol/coverage.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        runs = PatrolRun.objects.select_related("rule").order_by("-month")[:MONTHS_SHOWN]
        return {
            "rule": rule_facts(rule_in_force(now)),
            "rule_url": reverse("admin:patrol_rule"),
            "runs": [
                {
                    "run": run,
                    "rows": [
                        {
                            "coverage": each,
                            "percent": f"{each.percent:.1f}",
                            "all_url": _list(run, risk_class__exact=each.risk_class.value),
                            "failed_url": _list(
                                run,
                                risk_class__exact=each.risk_class.value,
                                status__exact=PatrolStatus.FAILED.value,
                            ),
                            "left_url": _list(
                                run,
                                risk_class__exact=each.risk_class.value,
                                status__exact=PatrolStatus.NOT_COVERED.value,
                            ),
                            "open_url": _list(
                                run,
                                risk_class__exact=each.risk_class.value,
                                status__exact=PatrolStatus.OPEN.value,
                            ),
                        }
                        for each in coverage_of(run, now)
                    ],
                    "points": [
                        Fact(item.label, str(count)) for item, count in failed_points(run).items()
                    ],
                }
                for run in runs
            ],
            "actions": self.allowed_actions(),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        """Return what the person at the screen may do now."""
        month = timezone.localdate().replace(day=1)
        may_plan = staff_of(self.request).has_perm(planning.PLAN)
        if not may_plan or PatrolRun.objects.filter(month=month).exists():
            return []
        return [
            AllowedAction(
                code="plan",
                label=_("Plan the patrol of %(month)s") % {"month": f"{month:%Y-%m}"},
                url=self.request.path,
                hint=_("Population, due accounts and sample are frozen as they are now."),
                key="p",
            )
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = staff_of(request)
        with refusals_logged(
            action="accounts.patrolrun.plan",
            target=actor,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_9_3,
        ):
            if request.POST.get("action") != "plan":
                raise InvalidInput(_("This page does not offer that act."))
            run = planning.plan_patrol(
                month=timezone.localdate(),
                **Grounds(
                    actor=actor,
                    provision=Provision.PUBLIC_ACCOUNT_9_3,
                    reason=request.POST.get("reason", ""),
                ),
            )
        return self.redirect(
            request.path, _("The patrol of %(month)s is planned.") % {"month": run}
        )


def _list(run: PatrolRun, **filters: str) -> str:
    query = urlencode({"run__id__exact": str(run.pk), **filters})
    return f"{reverse('admin:accounts_patrolcheck_changelist')}?{query}"


def register() -> None:
    """Give the page its address and its place; called when apps are ready."""
    register_page("patrols/", CoveragePage, name="patrols")
    register_link(
        "records",
        gettext_lazy("Patrols"),
        view="admin:patrols",
        permission=VIEW,
        icon="verified",
        order=49,
    )
