"""The page of a client: its keys and scopes, kept by one role, and to write by two."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from compliance.api import clients
from compliance.errors import ActionRefused, InvalidInput
from compliance.grounds import Grounds
from compliance.models import ApiClient, ApiKey, ApiScopeGrant, Proposal
from compliance.pages.approving import ApprovingPage
from compliance.pages.door import posted_number, staff_of
from compliance.pages.timeline import timeline_of
from compliance.proposals import may_decide
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.scopes import scope_label, scopes
from compliance.ui.kit import AllowedAction, Check, Choice, Fact, Input
from compliance.ui.pages import Crumb

VIEW = "compliance.view_apiclient"
KEEP = "compliance.change_apiclient"


def _instant(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else ""


def _last_use(key: ApiKey) -> str:
    use = getattr(key, "use", None)
    return _instant(use.last_used_at) if use and use.last_used_at else _("not yet used")


def _key_check(key: ApiKey) -> Check:
    now = timezone.now()
    if key.revoked_at is not None:
        outcome, tone = _("revoked"), "danger"
    elif key.expires_at <= now:
        outcome, tone = _("expired"), "warning"
    else:
        outcome, tone = _("valid"), "good"
    return Check(
        code=str(key),
        title=_("Key"),
        outcome=outcome,
        tone=tone,
        evidence=[
            Fact(_("Created"), f"{_instant(key.created_at)} {key.created_by.name}"),
            Fact(_("Valid until"), _instant(key.revoked_at or key.expires_at)),
            Fact(_("Last used"), _last_use(key)),
        ],
    )


def _part(record: Model) -> str:
    if isinstance(record, ApiScopeGrant):
        return f"{record.scope_label} ({record.scope})"
    return str(record) if isinstance(record, ApiKey) else ""


class ApiClientPage(ApprovingPage):
    """A client with its keys and scopes; a new key is shown on the answer alone."""

    permission = VIEW
    template_name = "clients/client.html"

    @cached_property
    def client(self) -> ApiClient:
        """The client that the address names."""
        return get_object_or_404(
            ApiClient.objects.select_related("actor", "matter"), pk=self.kwargs["pk"]
        )

    def proposals_here(self) -> Q:
        return Q(kind=clients.SCOPE_KIND, matter=self.client.matter_id)

    def get_title(self) -> str:
        return self.client.name

    def breadcrumbs(self) -> list[Crumb]:
        return [
            Crumb(_("API clients"), reverse("admin:compliance_apiclient_changelist")),
            Crumb(self.get_title()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        client = self.client
        keys = list(client.keys.select_related("created_by", "use").order_by("-pk")[:20])
        ever = list(client.scopes.order_by("scope", "pk"))
        grants = [each for each in ever if each.ended_at is None]
        waiting = clients.waiting_scopes(client)
        return {
            "facts": [
                Fact(_("Responsible post"), client.contact_post),
                Fact(_("Acts as"), client.actor.username, is_code=True),
                Fact(_("In use"), _("yes") if client.is_active else _("no")),
                Fact(_("Reads a minute"), client.reads_a_minute),
                Fact(_("Writes a minute"), client.writes_a_minute),
            ],
            "keys": [_key_check(key) for key in keys],
            "scopes": [
                *(
                    Check(
                        code=each.scope, title=each.scope_label, outcome=_("granted"), tone="good"
                    )
                    for each in grants
                ),
                *(
                    Check(
                        code=code,
                        title=scope_label(code),
                        outcome=_("waits for approval"),
                        tone="warning",
                        explanation=proposal.reason,
                        evidence=[Fact(_("Proposed by"), proposal.proposer.name)],
                    )
                    for proposal, code in waiting
                ),
            ],
            "actions": [*self.keeper_actions(keys, grants), *self.approver_actions(waiting)],
            "timeline": timeline_of(client, *keys, *ever, name=_part),
            **super().get_context_data(**kwargs),
        }

    def action(self, code: str, label: str, **more: Any) -> AllowedAction:
        """Return one act of this page."""
        return AllowedAction(
            code=code, label=label, url=self.request.path, version=self.client.version, **more
        )

    def keeper_actions(
        self, keys: Iterable[ApiKey], grants: Iterable[ApiScopeGrant]
    ) -> list[AllowedAction]:
        """Return what the system administrator may do now."""
        if not staff_of(self.request).has_perm(KEEP):
            return []
        now = timezone.now()
        valid = [
            Choice(str(key.pk), str(key))
            for key in keys
            if key.revoked_at is None and key.expires_at > now
        ]
        held = {each.scope: each for each in grants}
        offered = [
            Choice(each.code, f"{each.label} ({each.code})")
            for each in scopes()
            if each.code not in held
        ]
        days = Input(
            name="days",
            label=_("Valid for days"),
            hint=_("1 to %(most)s") % {"most": clients.LONGEST_TERM_DAYS},
            suggestions=("90", "180"),
            least=1,
            most=clients.LONGEST_TERM_DAYS,
        )
        found = []
        if self.client.is_active:
            if len(valid) < clients.KEYS_AT_ONCE:
                found.append(self.action("issue", _("Make a key"), inputs=[days], key="n"))
            if len(valid) == 1:
                overlap = Input(
                    name="overlap",
                    label=_("Hours that the old key goes on"),
                    hint=_("0 to %(most)s") % {"most": clients.LONGEST_OVERLAP_HOURS},
                    suggestions=("0", "24", "72"),
                    most=clients.LONGEST_OVERLAP_HOURS,
                )
                found.append(
                    self.action(
                        "rotate",
                        _("Replace the key"),
                        hint=_("Both keys hold during the overlap."),
                        inputs=[days, overlap],
                        hidden={"key": valid[0].value},
                        key="x",
                    )
                )
        if valid:
            found.append(
                self.action(
                    "revoke",
                    _("Revoke a key"),
                    choices_name="key",
                    choices_label=_("Key"),
                    choices=valid,
                    tone="danger",
                )
            )
        if offered:
            found.append(
                self.action(
                    "grant",
                    _("Grant a scope"),
                    hint=_("A scope that writes waits until a compliance officer approves it."),
                    choices_name="scope",
                    choices_label=_("Scope"),
                    choices=offered,
                    key="s",
                )
            )
        if held:
            found.append(
                self.action(
                    "end_scope",
                    _("End a scope"),
                    choices_name="scope",
                    choices_label=_("Scope"),
                    choices=[Choice(str(each.pk), each.scope) for each in held.values()],
                    tone="danger",
                )
            )
        found.append(
            self.action(
                "change",
                _("Change limits"),
                inputs=[
                    Input(
                        name="contact_post",
                        label=_("Responsible post"),
                        suggestions=(self.client.contact_post,),
                        longest=150,
                    ),
                    Input(
                        name="reads",
                        label=_("Reads a minute"),
                        suggestions=(str(self.client.reads_a_minute),),
                        least=1,
                        most=clients.MOST_A_MINUTE,
                    ),
                    Input(
                        name="writes",
                        label=_("Writes a minute"),
                        suggestions=(str(self.client.writes_a_minute),),
                        least=1,
                        most=clients.MOST_A_MINUTE,
                    ),
                ],
            )
        )
        if self.client.is_active:
            found.append(self.action("stop", _("Take out of use"), tone="danger"))
        else:
            found.append(self.action("resume", _("Take into use again")))
        return found

    def approver_actions(self, waiting: list[tuple[Proposal, str]]) -> list[AllowedAction]:
        """Return what may be said of the scopes that wait for the person at the screen."""
        staff = staff_of(self.request)
        choices = [
            Choice(str(each.pk), f"{scope_label(code)} ({code})")
            for each, code in waiting
            if may_decide(each, staff)
        ]
        if not choices:
            return []
        common: dict[str, Any] = {
            "choices_name": "proposal",
            "choices_label": _("Scope"),
            "choices": choices,
        }
        return [
            self.action("approve", _("Approve a scope"), key="a", **common),
            self.action("return", _("Return a scope"), tone="danger", key="r", **common),
        ]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        act, actor = request.POST.get("action", ""), staff_of(request)
        grounds: Grounds = {
            "actor": actor,
            "provision": Provision.PIPL_51,
            "reason": request.POST.get("reason", ""),
        }
        with refusals_logged(
            action=f"compliance.apiclient.{act or 'unknown'}",
            target=self.client,
            actor=actor,
            provision=Provision.PIPL_51,
        ):
            secret = self.carry_out(act, grounds)
        if secret is None:
            return self.redirect(request.path, _("It is done and on record."))
        # On this answer alone: nothing of it is stored, and no address leads to it.
        self.__dict__.pop("client", None)
        context = {**self.get_context_data(**self.kwargs), "secret": secret, "actions": []}
        return self.render_to_response(context)

    def carry_out(self, act: str, grounds: Grounds) -> str | None:
        """
        Call the one service that the button stands for; return a new key if one was made.

        :raises InvalidInput: if the form names something that is not offered.
        """
        acts: dict[str, Callable[[Grounds], str | None]] = {
            "issue": self.issue,
            "rotate": self.rotate,
            "revoke": self.revoke,
            "grant": self.grant,
            "end_scope": self.end_scope,
            "change": self.change,
            "stop": self.stop,
            "resume": self.resume,
            "approve": self.approve,
            "return": self.give_back,
        }
        if act not in acts:
            raise InvalidInput(_("This page does not offer that act."))
        return acts[act](grounds)

    def number(self, name: str) -> int:
        """Return a whole number that was typed; what is none is refused by the services."""
        text = self.request.POST.get(name, "").strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

    def chosen_key(self) -> ApiKey:
        """Return the key of this client that the form names."""
        return get_object_or_404(ApiKey, client=self.client, pk=posted_number(self.request, "key"))

    def chosen_proposal(self) -> Proposal:
        """Return the proposal about this client that the form names."""
        return get_object_or_404(
            Proposal, matter=self.client.matter_id, pk=posted_number(self.request, "proposal")
        )

    def issue(self, grounds: Grounds) -> str:
        """Make a key."""
        _key, made = clients.issue_key(client=self.client, days=self.number("days"), **grounds)
        return made.text

    def rotate(self, grounds: Grounds) -> str:
        """Make a key beside the old one."""
        _key, made = clients.rotate_key(
            key=self.chosen_key(),
            days=self.number("days"),
            overlap_hours=self.number("overlap"),
            **grounds,
        )
        return made.text

    def revoke(self, grounds: Grounds) -> None:
        """End a key."""
        clients.revoke_key(key=self.chosen_key(), **grounds)

    def grant(self, grounds: Grounds) -> None:
        """Grant or propose a scope."""
        clients.grant_scope(client=self.client, scope=self.request.POST.get("scope", ""), **grounds)

    def end_scope(self, grounds: Grounds) -> None:
        """End a scope."""
        grant = get_object_or_404(
            ApiScopeGrant, client=self.client, pk=posted_number(self.request, "scope")
        )
        clients.end_scope(grant=grant, **grounds)

    def change(self, grounds: Grounds) -> None:
        """Change limits and post."""
        clients.change_client(
            client=self.client,
            contact_post=self.request.POST.get("contact_post", ""),
            reads_a_minute=self.number("reads"),
            writes_a_minute=self.number("writes"),
            expected_version=posted_number(self.request, "version"),
            **grounds,
        )

    def stop(self, grounds: Grounds) -> None:
        """Take the client out of use."""
        clients.stop_client(client=self.client, **grounds)

    def resume(self, grounds: Grounds) -> None:
        """Take the client into use again."""
        clients.resume_client(client=self.client, **grounds)

    def approve(self, grounds: Grounds) -> None:
        """Approve a scope."""
        clients.approve_scope(client=self.client, proposal=self.chosen_proposal(), **grounds)

    def give_back(self, grounds: Grounds) -> None:
        """Return a scope."""
        clients.return_scope(client=self.client, proposal=self.chosen_proposal(), **grounds)

    def show_refusal(self, refusal: ActionRefused) -> HttpResponse:
        # What was read before the refusal may be what made it: read again.
        self.__dict__.pop("client", None)
        return super().show_refusal(refusal)
