"""That accounts publish outside their categories, as the platform's systems notice it."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.api.reports_of_systems import ReportInput, ReportOutput, ReportView
from accounts.models import Finding, PublicAccount
from accounts.services.category_mismatches import report_category_mismatch
from accounts.services.findings import RECORD
from compliance.api.resources import register_resource
from compliance.provisions import Provision
from compliance.scopes import Scope, register_scope

REPORT = "categories:report"
_REPORTED = "平台发现的内容与登记类别不符"


class CategoryMismatchList(ReportView):
    """Takes in that an account seems to publish outside its category."""

    scopes = {"POST": REPORT}
    provision = Provision.PUBLIC_ACCOUNT_15_2

    @extend_schema(
        summary=gettext_lazy("Report content outside the category"),
        description=gettext_lazy(
            "It becomes a finding, at which a person looks; nothing happens to the account by "
            "itself. The same report again returns the open finding."
        ),
        operation_id="category_mismatches_create",
        request=ReportInput,
        responses={200: ReportOutput, 201: ReportOutput},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer_post(request)

    def report(self, account: PublicAccount, facts: str, source_ref: str) -> Finding:
        return report_category_mismatch(
            account=account,
            facts=facts,
            source_ref=source_ref,
            actor=self.actor,
            provision=self.provision,
            reason=_REPORTED,
        )


def register() -> None:
    """Give the resource its address; called when apps are ready."""
    register_scope(
        Scope(
            REPORT,
            gettext_lazy("report content outside the category"),
            is_writing=True,
            permissions=(RECORD,),
        )
    )
    register_resource("category-mismatches/", CategoryMismatchList, name="category_mismatches")
