"""On which side those take part who decide on a case: others, once an appeal has sent it back."""

from django.utils.translation import gettext as _

from compliance.errors import SamePerson
from compliance.models import Matter, Participation, Person, Side
from enforcement.appeal_words import AppealOutcome
from enforcement.models import AppealRuling, Case, Decision


def sent_back(case: Case) -> Decision | None:
    """Return the decision on a case that an appeal has sent back to be decided anew, or None."""
    found = (
        AppealRuling.objects.filter(appeal__decision__case=case, outcome=AppealOutcome.REMITTED)
        .select_related("appeal__decision")
        .first()
    )
    return found.appeal.decision if found is not None else None


def deciding_side(case: Case) -> Side:
    """
    Return on which side those take part who decide on a case now.

    Our choice, no article: what an appeal sent back is decided by others, so that they need a side
    on which nobody stands who decided before.
    """
    return Side.DECIDED_ANEW if sent_back(case) is not None else Side.DECIDED


def require_others(matter: Matter, person: Person, side: Side) -> None:
    """
    Refuse who decided already what is to be decided anew.

    :raises SamePerson: if the person took part on another side.
    """
    if side != Side.DECIDED_ANEW:
        return
    taken = Participation.objects.filter(matter=matter, person=person).exclude(side=side)
    if taken.exists():
        raise SamePerson(
            _("An appeal sent this case back. Others than those who took part have to decide.")
        )
