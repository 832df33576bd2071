"""The page of one record: what is known of it, what may be done, what happened to it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from compliance.errors import InvalidInput
from compliance.models import StaffUser
from compliance.pages.door import staff_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.kit import AllowedAction, Badge, Fact, ReasonTemplate, Text
from compliance.ui.pages import ConsolePage, Crumb


class RecordPage(ConsolePage, ABC):
    """
    A page about one record, with the acts that the person at the screen may do now.

    Subclasses return their record from `find_record`, name the list that it stands in, say what may
    be done in `allowed_actions` and carry it out in `carry_out`, one service call each. A page that
    only shows leaves both as they are.
    """

    list_title: Text = ""
    list_url_name: ClassVar[str] = ""
    # Under which article the acts of the page are done and refused.
    provision: ClassVar[Provision] = Provision.PUBLIC_ACCOUNT_19_2

    @abstractmethod
    def find_record(self) -> Any:
        """Return the record that the address names, or answer that there is none."""

    @cached_property
    def record(self) -> Any:
        """What the page is about, read once."""
        return self.find_record()

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(self.list_title, reverse(self.list_url_name)), Crumb(self.get_title())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "record": self.record,
            "actions": self.allowed_actions(),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        """Return what the person at the screen may do now."""
        return []

    def reason_templates(self, act: str) -> Sequence[ReasonTemplate]:
        """Return the ready-made reasons for an act."""
        return ()

    def action(self, code: str, label: str, **more: Any) -> AllowedAction:
        """Return an act of this page, with the record's version and its ready-made reasons."""
        return AllowedAction(
            code=code,
            label=label,
            url=self.request.path,
            version=self.record.version,
            reason_templates=self.reason_templates(code),
            **more,
        )

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> str:
        """
        Call the one service that the button stands for and return what to say about it.

        :raises InvalidInput: if the form names something that this page does not offer.
        """
        raise InvalidInput(_("This page does not offer that act."))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        act, actor = request.POST.get("action", ""), staff_of(request)
        with refusals_logged(
            action=f"{self.record._meta.label_lower}.{self.logged_act(act)}",
            target=self.record,
            actor=actor,
            provision=self.provision,
        ):
            said = self.carry_out(act, actor, request.POST.get("reason", ""))
        return self.redirect(self.next_url(), said)

    def logged_act(self, act: str) -> str:
        """Return how a refused act is named in the log: what no form of ours sends has no name."""
        return act if act.isascii() and act.isidentifier() and len(act) <= 40 else "unknown"

    def next_url(self) -> str:
        """Return where to go on after an act."""
        return self.request.path

    def show_refusal(self, refusal: Any) -> HttpResponse:
        # What was read before the refusal may be what made it: read again.
        self.__dict__.pop("record", None)
        return super().show_refusal(refusal)


@dataclass(frozen=True, kw_only=True)
class PanelRow:
    """One line of a panel: a record with its state, and the way to it where one may go there."""

    label: Text
    url: str = ""
    hint: Text = ""
    value: Text = ""
    badge: Badge | None = None


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A card on the page of a record; `order` says where it stands among the others."""

    title: Text
    rows: Sequence[PanelRow] = field(default_factory=tuple)
    facts: Sequence[Fact] = field(default_factory=tuple)
    empty: Text = ""
    hint: Text = ""
    tone: str = ""
    more_url: str = ""
    more_label: Text = ""


@dataclass(frozen=True, kw_only=True)
class RecordLink:
    """A way on from the page of a record."""

    label: Text
    url: str
    key: str = ""


PanelMaker = Callable[[Any, StaffUser], Panel | None]
LinkMaker = Callable[[Any, StaffUser], RecordLink | None]

_panels: dict[str, list[tuple[int, PanelMaker]]] = {}
_links: dict[str, list[LinkMaker]] = {}


def register_panel(record_type: str, maker: PanelMaker, *, order: int = 100) -> None:
    """
    Put a card on the page of every record of a type ("accounts.publicaccount").

    So a package shows what it knows of records of the packages below it. A maker that returns None
    shows nothing: what a role may not see is not made for it. Called when apps are ready.
    """
    known = _panels.setdefault(record_type, [])
    if all(each is not maker for _order, each in known):
        known.append((order, maker))


def register_record_link(record_type: str, maker: LinkMaker) -> None:
    """Offer a way on from the page of every record of a type; called when apps are ready."""
    known = _links.setdefault(record_type, [])
    if maker not in known:
        known.append(maker)


def panels_of(record: Model, staff: StaffUser) -> list[Panel]:
    """Return the cards about a record that the person may see, in their order."""
    makers = sorted(_panels.get(record._meta.label_lower, []), key=lambda known: known[0])
    made = (maker(record, staff) for _order, maker in makers)
    return [panel for panel in made if panel is not None]


def links_of(record: Model, staff: StaffUser) -> list[RecordLink]:
    """Return the ways on from a record that the person may go."""
    made = (maker(record, staff) for maker in _links.get(record._meta.label_lower, []))
    return [link for link in made if link is not None]
