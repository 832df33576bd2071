"""The service that takes up again what waited for material longer than the applicant had time."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import ApplicationStatus
from accounts.models import Application
from accounts.services.review import resume_review
from compliance.errors import ActionRefused, InvalidInput
from compliance.models import StaffUser
from compliance.provisions import Provision

# Kept as it is in the log, whichever language a screen has.
TIME_IS_OVER = "补充材料期限届满，转回审核"


def return_lapsed_applications(*, now: datetime, actor: StaffUser) -> int:
    """
    Put every application back into its queue whose time for material was over at `now`.

    Public Account Provisions, art. 20 §2: nothing waits without end. A person then decides on it as
    it stands, with the rest of the review's time. Return how many there were.

    :raises InvalidInput: if `now` is still to come.
    """
    if now > timezone.now():
        raise InvalidInput(_("Give a past instant: an applicant has until the end of the time."))
    lapsed = Application.objects.filter(
        status=ApplicationStatus.WAITING_MATERIAL, material_clock__due_at__lt=now
    )
    count = 0
    for application in lapsed.order_by("pk"):
        try:
            resume_review(
                application=application,
                expected_version=application.version,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_20_2,
                reason=TIME_IS_OVER,
            )
        except ActionRefused:
            # Somebody has decided on it at this moment.
            continue
        count += 1
    return count
