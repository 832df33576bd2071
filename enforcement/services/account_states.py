"""What operators are told of what an account may do now."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.enums import AccountStatus
from accounts.models import PublicAccount, Restriction
from accounts.services.restrictions import state_of


def state_in_words(account: PublicAccount, now: datetime) -> str:
    """Return what an account may do at `now`, with what other grounds leave off."""
    account = PublicAccount.objects.get(pk=account.pk)
    if account.status == AccountStatus.CLOSED:
        return _("closed")
    state = state_of(account, now)
    left = []
    if not state.may_publish:
        left.append(_("updates stay suspended on another ground"))
    if state.advertising is not None and state.service is None:
        left.append(_("advertising stays stopped on another ground"))
    if state.functions_off:
        left.append(
            _("still off on another ground: %(functions)s")
            % {"functions": Restriction.worded_functions(list(state.functions_off))}
        )
    return _("; ").join(left) or _("it may publish")
