"""The words of complaints: kinds, states, answers; no rule lives here."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ComplaintKind(models.TextChoices):
    """What somebody complains of, in the words of the public form."""

    FALSE_IDENTITY = "false_identity", _("The account’s information is false or somebody else’s")
    IMPERSONATION = "impersonation", _("The account poses as another one, or was stolen")
    NEWS = "news", _("News or advice without the permission for it")
    FAKE_TRAFFIC = "fake_traffic", _("Many accounts at once, fake traffic, made-up hot topics")
    VIOLENCE = "violence", _("Insults, hatred, violence by words")
    DOXXING = "doxxing", _("Somebody’s personal information is published (doxxing)")
    FALSE_INFORMATION = "false_information", _("Rumours, false information, forged originality")
    PAID = "paid", _("Paid posting or deleting, extortion, marketing fraud")
    TRADING = "trading", _("Accounts hoarded, traded, or come back after being closed")
    ILLEGAL = "illegal", _("Illegal information")
    HARMFUL = "harmful", _("Vulgar or otherwise harmful information")
    MINORS = "minors", _("Harm to minors")
    COPYRIGHT = "copyright", _("My right is infringed (copyright, trademark and others)")
    FORCED_FOLLOW = "forced_follow", _("I was made to follow or to share")
    PLATFORM = "platform", _("Complaint about the platform itself")
    OTHER = "other", _("Something else")


# What cannot wait (domain reference §6.3: first action within 2 hours, decision within 24).
URGENT: Final = frozenset({ComplaintKind.ILLEGAL, ComplaintKind.DOXXING, ComplaintKind.MINORS})
# A notice in the sense of the Civil Code (art. 1195): it is passed on to the operator.
NOTICES: Final = frozenset({ComplaintKind.COPYRIGHT})
# Whoever is the victim of it may have the account repudiated.
ABOUT_IDENTITY: Final = frozenset({ComplaintKind.FALSE_IDENTITY, ComplaintKind.IMPERSONATION})
# About no account.
WITHOUT_ACCOUNT: Final = frozenset({ComplaintKind.PLATFORM})


class ComplaintStatus(models.TextChoices):
    """Where a complaint stands: 受理, 甄别, 处置, 反馈."""

    SUBMITTED = "submitted", pgettext_lazy("complaint", "Received")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("complaint", "Acknowledged")
    ACCEPTED = "accepted", pgettext_lazy("complaint", "Accepted")
    NOT_ACCEPTED = "not_accepted", pgettext_lazy("complaint", "Not accepted")
    INVESTIGATING = "investigating", pgettext_lazy("complaint", "Being looked into")
    WAITING_MATERIAL = "waiting_material", pgettext_lazy("complaint", "Waits for the complainant")
    DECIDED = "decided", pgettext_lazy("complaint", "Decided")
    FED_BACK = "fed_back", pgettext_lazy("complaint", "Complainant told")
    CLOSED = "closed", pgettext_lazy("complaint", "Closed")
    WITHDRAWN = "withdrawn", pgettext_lazy("complaint", "Withdrawn")


S = ComplaintStatus
# Nothing is owed to the complainant any more.
ENDED: Final = frozenset({S.NOT_ACCEPTED, S.FED_BACK, S.CLOSED, S.WITHDRAWN})
# The complainant may still add to it.
SUPPLEMENTED: Final = frozenset(
    {S.SUBMITTED, S.ACKNOWLEDGED, S.ACCEPTED, S.INVESTIGATING, S.WAITING_MATERIAL}
)


class ComplaintOutcome(models.TextChoices):
    """What a complaint was decided as."""

    UPHELD = "upheld", pgettext_lazy("complaint", "Upheld")
    PARTLY = "partly", pgettext_lazy("complaint", "Upheld in part")
    NOT_UPHELD = "not_upheld", pgettext_lazy("complaint", "Not upheld")


class ComplaintRefusal(models.TextChoices):
    """Why a complaint is not accepted."""

    OUT_OF_SCOPE = "out_of_scope", _("Not for the platform to decide")
    NOT_FOUND = "not_found", _("What is complained of cannot be found")
    TOO_VAGUE = "too_vague", _("It does not say what is complained of")
    DUPLICATE = "duplicate", _("The same was complained of and answered before")
    COURT = "court", _("A court or an authority is dealing with it")
    ABUSIVE = "abusive", _("Made to harm: no complaint in earnest")


class ComplaintSource(models.TextChoices):
    """How a complaint came."""

    PUBLIC = "public", _("public page")
    PHONE = "phone", _("telephone")
    LETTER = "letter", _("letter")
    API = "api", _("system of the platform")


class ComplaintTeam(models.TextChoices):
    """Whose queue a complaint waits in."""

    GENERAL = "general", _("Complaints")
    URGENT = "urgent", _("Urgent complaints")
    RIGHTS = "rights", _("Complaints about rights")
    PLATFORM = "platform", _("Complaints about the platform")


class ComplaintMessageKind(models.TextChoices):
    """What a message between the complainant and us is."""

    COMPLAINT = "complaint", _("Complaint")
    QUESTION = "question", _("Question of ours")
    ANSWER = "answer", _("Answer of the complainant")
    SUPPLEMENT = "supplement", _("Addition of the complainant")
    APPEAL = "appeal", _("Appeal of the complainant")


class BatchStatus(models.TextChoices):
    """What became of complaints that were answered together."""

    HELD = "held", pgettext_lazy("complaints", "Answered together; nobody is told yet")
    TOLD = "told", pgettext_lazy("complaints", "Answered together; complainants told")
    UNDONE = "undone", pgettext_lazy("complaints", "Undone before anybody was told")


class ContactKind(models.TextChoices):
    """How a complainant is reached."""

    NONE = "", _("only by the tracking page")
    MOBILE = "mobile", _("mobile number")
    EMAIL = "email", _("e-mail address")
