"""Why an account has its grade, in words."""

from django.utils.translation import gettext as _

from accounts.models import AccountGrade


def reasons_of(row: AccountGrade) -> list[str]:
    """
    Return why an account has its grade: one sentence an indicator.

    Public Account Provisions, art. 7 §2.
    """
    facts = row.facts
    rate = facts["click_rate"]
    reasons = [
        _(
            "Quality of content %(score)s: of %(days)s days, on half of them people clicked at least "
            "%(rate)s and answered %(interaction)s of the views."
        )
        % {
            "score": row.quality,
            "days": facts["days"],
            "rate": f"{rate:.2%}" if rate is not None else "—",
            "interaction": f"{facts['interaction']:.2%}",
        },
        _(
            "Reach %(score)s: half of the days had at least %(followers)s followers and %(views)s views."
        )
        % {
            "score": row.reach,
            "followers": f"{facts['followers']:,.0f}",
            "views": f"{facts['views']:,.0f}",
        },
    ]
    if row.is_credit_neutral:
        reasons.append(
            _("Credit %(score)s: nothing is known of it yet, so a neutral value counts.")
            % {"score": row.credit}
        )
    else:
        reasons.append(_("Credit of the subject %(score)s.") % {"score": row.credit})
    return reasons
