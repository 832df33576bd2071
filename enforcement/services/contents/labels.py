"""The labels that an account itself carries, for everybody to see."""

from collections.abc import Sequence

from django.utils import timezone

from accounts.models import PublicAccount
from accounts.services.disclosure.sources import AccountLabel, register_label_source
from enforcement.enums import MeasureCode
from enforcement.measure_words import LabelKind
from enforcement.models import Measure


def labels_of(account: PublicAccount) -> Sequence[AccountLabel]:
    """
    Return the labels that an account carries now; their end comes by comparison with the time.

    Our choice, no article: readers of an account that is labelled are told so where it is looked up.
    """
    found = (
        Measure.objects.in_force(timezone.now())
        .filter(account=account, measure=MeasureCode.LABEL, ordered__content_refs__len=0)
        .select_related("ordered")
        .order_by("pk")
    )
    return [
        AccountLabel(
            label=LabelKind(each.ordered.label).label,
            since=timezone.localdate(each.in_force_from),
        )
        for each in found
    ]


def register() -> None:
    """Let the public page of an account show its labels; called when apps are ready."""
    register_label_source(labels_of)
