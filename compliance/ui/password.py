"""The form by which a colleague changes the own password, through the service that records it."""

from typing import Any

from django.utils.translation import gettext as _
from unfold.forms import AdminOwnPasswordChangeForm

from compliance import staff
from compliance.context import record_language
from compliance.provisions import Provision


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """Asks for the old password and twice for the new one."""

    def save(self, commit: bool = True) -> Any:
        with record_language():
            reason = _("Own password changed")
        staff.change_password(
            staff=self.user,
            password=self.cleaned_data["new_password1"],
            actor=self.user,
            provision=Provision.OPINIONS_10,
            reason=reason,
        )
        return self.user
