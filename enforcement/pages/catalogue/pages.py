"""The pages of the catalogue: a version, all versions, a draft with its parts, what is proposed."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.desk.kinds import (
    ProposalKind,
    ProposalWords,
    came_back_lately,
    proposed_anew,
    register_kind,
)
from compliance.grounds import Grounds
from compliance.models import Proposal
from compliance.pages.approving import ApprovingPage
from compliance.pages.door import posted_number, staff_of
from compliance.pages.limits import end_proposal, named_proposal, verdicts
from compliance.provisions import Provision, provision_in_words
from compliance.refusals import refusals_logged
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, Crumb, register_page
from enforcement.models import CatalogueDraft, CatalogueVersion
from enforcement.pages.catalogue.forms import PartForm, ProposeForm
from enforcement.pages.catalogue.presentation import (
    changes_shown,
    conditions_of,
    effects_shown,
    factors_of,
    heads_of,
    measures_of,
)
from enforcement.pages.catalogue.rule_forms import ApprovalsForm, FactorsForm
from enforcement.pages.catalogue.violation_form import ViolationForm
from enforcement.services.catalogue import changes, drafts
from enforcement.services.catalogue.changes import CATALOGUE_KIND
from enforcement.services.catalogue.contents import Content, content_of
from enforcement.services.catalogue.effects import effects_of

VIEW = "enforcement.view_catalogueversion"
P = Provision.OPINIONS_2
APPROVALS_PART, FACTORS_PART = "approvals", "factors"


def version_url(version: CatalogueVersion) -> str:
    """Return the address of a version's page."""
    return reverse("admin:catalogue_version", args=[version.label])


def catalogue_crumbs(title: str | Promise) -> list[Crumb]:
    """Return the way to a page below that of the catalogue."""
    return [Crumb(_("Catalogue of violations"), reverse("admin:catalogue")), Crumb(title)]


class VersionPage(ApprovingPage):
    """One version as it stands, and where somebody may act on a proposed one, the acts."""

    permission = VIEW
    template_name = "enforcement/catalogue/version.html"

    def proposals_here(self) -> Q:
        return Q(kind=CATALOGUE_KIND)

    @cached_property
    def version(self) -> CatalogueVersion:
        """The version that the address names, or the one in force."""
        label = self.kwargs.get("label")
        if label is None:
            return CatalogueVersion.objects.in_force(timezone.now())
        return get_object_or_404(CatalogueVersion, label=label)

    def get_title(self) -> str:
        if "label" not in self.kwargs:
            return _("Catalogue of violations")
        return _("Catalogue of violations, version %(label)s") % {"label": self.version.label}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now, staff = timezone.now(), staff_of(self.request)
        content = content_of(self.version)
        in_force = CatalogueVersion.objects.in_force(now)
        return {
            "version": self.version,
            "provision": provision_in_words(self.version.provision),
            "is_in_force": self.version.pk == in_force.pk,
            "is_to_come": self.version.effective_from > now,
            "to_come": [
                (each, version_url(each))
                for each in CatalogueVersion.objects.filter(effective_from__gt=now).exclude(
                    pk=self.version.pk
                )
            ],
            "heads": heads_of(content),
            "measures": measures_of(content),
            "conditions": conditions_of(content),
            "factors": factors_of(content),
            "proposed": self.proposed(),
            "versions_url": reverse("admin:catalogue_versions"),
            "draft_url": reverse("admin:catalogue_draft") if staff.has_perm(drafts.PROPOSE) else "",
            **super().get_context_data(**kwargs),
        }

    def proposed(self) -> dict[str, Any] | None:
        """Return the proposed version with what it changes and what that would come to."""
        proposal = changes.open_catalogue_change()
        if proposal is None or "label" in self.kwargs:
            return None
        given = json.loads(proposal.content)
        content = changes.content_of_proposal(given)
        effects = effects_of(content)
        return {
            "proposal": proposal,
            "base": given["base"],
            "not_before": given["not_before"],
            "sha256": given["sha256"],
            "changes": changes_shown(content_of(changes.base_of(given)), content),
            "effects": effects,
            "otherwise": effects_shown(effects),
            "actions": verdicts(proposal, staff_of(self.request), reverse("admin:catalogue")),
        }

    def breadcrumbs(self) -> Sequence[Crumb]:
        if "label" not in self.kwargs:
            return super().breadcrumbs()
        return catalogue_crumbs(self.get_title())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act, actor = request.POST.get("action", ""), staff_of(request)
        proposal = named_proposal(request, CATALOGUE_KIND)
        grounds = Grounds(actor=actor, provision=P, reason=request.POST.get("reason", ""))
        with refusals_logged(
            action=f"enforcement.catalogueversion.{act or 'unknown'}",
            target=actor,
            actor=actor,
            provision=P,
        ):
            if act == "approve":
                version = changes.approve_catalogue(proposal=proposal, **grounds)
                said = (
                    _("Approved; another approval is needed.")
                    if version is None
                    else _("Announced; in force from %(day)s.")
                    % {"day": timezone.localdate(version.effective_from)}
                )
            else:
                said = end_proposal(act, proposal, grounds)
        return self.redirect(request.path, said)


class VersionsPage(ConsolePage):
    """All versions, the newest first, each with what it changed."""

    permission = VIEW
    title = gettext_lazy("Versions of the catalogue")
    template_name = "enforcement/catalogue/versions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        found = list(
            CatalogueVersion.objects.select_related("proposal__proposer").order_by(
                "-effective_from"
            )
        )
        in_force = CatalogueVersion.objects.in_force(now)
        contents = [content_of(each) for each in found]
        return {
            "versions": [
                {
                    "row": each,
                    "url": version_url(each),
                    "is_in_force": each.pk == in_force.pk,
                    "is_to_come": each.effective_from > now,
                    "changes": changes_shown(contents[number + 1], contents[number])
                    if number + 1 < len(found)
                    else [],
                }
                for number, each in enumerate(found)
            ],
            **super().get_context_data(**kwargs),
        }

    def breadcrumbs(self) -> Sequence[Crumb]:
        return catalogue_crumbs(self.get_title())


class OfDraft(ConsolePage):
    """A page about what the person at the screen is changing in the catalogue."""

    permission = drafts.PROPOSE

    @cached_property
    def draft(self) -> CatalogueDraft | None:
        """The draft of the person at the screen, if there is one."""
        return drafts.draft_of(staff_of(self.request))

    @cached_property
    def present(self) -> Content:
        """The content of the draft, or of the newest version where there is none."""
        if self.draft is None:
            return content_of(drafts.newest_version())
        return drafts.content_of_draft(self.draft)

    def refusals(self, act: str) -> Any:
        """Return what logs a refusal of an act on the draft."""
        actor = staff_of(self.request)
        return refusals_logged(
            action=f"enforcement.catalogueversion.{act}", target=actor, actor=actor, provision=P
        )


class DraftPage(OfDraft):
    """The draft: which parts can be changed, what differs, what it would have come to, and proposing."""

    title = gettext_lazy("Change the catalogue")
    template_name = "enforcement/catalogue/draft.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        newest = drafts.newest_version()
        base = self.draft.base if self.draft is not None else newest
        effects = effects_of(self.present) if self.draft is not None else None
        is_mine = self.request.POST.get("action") == "propose"
        return {
            "draft": self.draft,
            "base": base,
            "is_outdated": base.pk != newest.pk,
            "waits": changes.open_catalogue_change() is not None,
            "changes": changes_shown(content_of(base), self.present) if self.draft else [],
            "effects": effects,
            "otherwise": effects_shown(effects) if effects is not None else [],
            "form": ProposeForm(
                self.request.POST if is_mine else None,
                initial={"not_before": timezone.localdate() + timedelta(days=14)},
            ),
            "heads": [
                (
                    head,
                    [
                        (each.code, each.title, part_url(each.code), bool(each.steps))
                        for each in head.violations
                    ],
                )
                for head in heads_of(self.present)
            ],
            "approvals_url": part_url(APPROVALS_PART),
            "factors_url": part_url(FACTORS_PART),
            **super().get_context_data(**kwargs),
        }

    def breadcrumbs(self) -> Sequence[Crumb]:
        return catalogue_crumbs(self.get_title())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act, actor = request.POST.get("action", ""), staff_of(request)
        if act == "discard":
            with self.refusals("discard"):
                drafts.discard_draft(actor=actor, provision=P, reason=_("discarded"))
            return self.redirect(request.path, _("The draft is discarded."))
        form = ProposeForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        with self.refusals("propose"):
            changes.propose_catalogue(
                not_before=form.cleaned_data["not_before"],
                actor=actor,
                provision=P,
                reason=form.cleaned_data["reason"],
            )
        return self.redirect(
            reverse("admin:catalogue"), _("Proposed; two others have to approve it.")
        )


def part_url(part: str) -> str:
    """Return the address of the form for a part of the draft."""
    return reverse("admin:change_catalogue", args=[part])


class PartPage(OfDraft):
    """The form for one part of the draft: a violation, the approvals or the factors."""

    template_name = "enforcement/catalogue/part.html"

    @cached_property
    def form(self) -> PartForm:
        """The form as it was posted, or with what the draft says."""
        part = self.kwargs["part"]
        data = self.request.POST if self.request.method == "POST" else None
        if part == APPROVALS_PART:
            return ApprovalsForm(self.present, data)
        if part == FACTORS_PART:
            return FactorsForm(self.present, data)
        if part not in self.present["ViolationType"]:
            raise Http404
        return ViolationForm(self.present, part, data)

    def get_title(self) -> str:
        part = self.kwargs["part"]
        if part == APPROVALS_PART:
            return _("Change terms and approvals")
        if part == FACTORS_PART:
            return _("Change the factors")
        return _("Change %(code)s") % {"code": part}

    def breadcrumbs(self) -> Sequence[Crumb]:
        return [
            *catalogue_crumbs("")[:1],
            Crumb(_("Change the catalogue"), reverse("admin:catalogue_draft")),
            Crumb(self.get_title()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "form": self.form,
            "groups": self.form.groups(),
            "draft_version": self.draft.version if self.draft is not None else 0,
            "draft_url": reverse("admin:catalogue_draft"),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        with self.refusals("draft"):
            drafts.save_draft(
                content=self.form.content(),
                version=posted_number(request, "version"),
                actor=staff_of(request),
                provision=P,
                reason=_("draft"),
            )
        return self.redirect(
            reverse("admin:catalogue_draft"), _("Kept in the draft; nothing is decided by it yet.")
        )


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return what each proposed version is called."""
    url = reverse("admin:catalogue")
    return {
        each.pk: ProposalWords(
            _("catalogue of violations, made from version %(label)s")
            % {"label": json.loads(each.content)["base"]},
            f"{url}#proposal-{each.pk}",
            _("draft another version, or leave it as it is"),
        )
        for each in found
    }


def register() -> None:
    """Give the pages their addresses and their place; called when apps are ready."""
    register_page("catalogue/", VersionPage, name="catalogue")
    register_page("catalogue/versions/", VersionsPage, name="catalogue_versions")
    register_page("catalogue/versions/<str:label>/", VersionPage, name="catalogue_version")
    register_page("catalogue/draft/", DraftPage, name="catalogue_draft")
    register_page("catalogue/draft/<str:part>/", PartPage, name="change_catalogue")
    register_link(
        "enforcement",
        gettext_lazy("Catalogue of violations"),
        view="admin:catalogue",
        permission=VIEW,
        icon="menu_book",
        order=45,
    )
    register_kind(
        ProposalKind(
            code=CATALOGUE_KIND,
            label=gettext_lazy("another version of the catalogue of violations"),
            still_waits=Q(came_back_lately(), ~proposed_anew(CATALOGUE_KIND, "base")),
            describe=words_of,
        )
    )
