"""The arrow tables of what `accounts` keeps."""

from accounts.correction_words import CorrectionStatus
from accounts.enums import AccountStatus, ApplicationStatus, FindingStatus
from accounts.qualification_words import QualificationStatus
from compliance.workflow import Workflow, arrow

A = ApplicationStatus
APPLICATION = Workflow(
    arrow("approve_by_checks", {A.SUBMITTED}, A.APPROVED),
    arrow("refuse_by_checks", {A.SUBMITTED}, A.REFUSED),
    arrow("send_to_review", {A.SUBMITTED}, A.IN_REVIEW),
    arrow("ask_for_material", {A.SUBMITTED, A.IN_REVIEW}, A.WAITING_MATERIAL),
    arrow("resume_review", {A.WAITING_MATERIAL}, A.IN_REVIEW),
    arrow("approve", {A.IN_REVIEW}, A.APPROVED),
    arrow("refuse", {A.IN_REVIEW, A.WAITING_MATERIAL}, A.REFUSED),
    arrow("withdraw", {A.IN_REVIEW, A.WAITING_MATERIAL}, A.WITHDRAWN),
)

ACCOUNT = Workflow(
    arrow("close", {AccountStatus.ACTIVE}, AccountStatus.CLOSED),
    arrow("reopen", {AccountStatus.CLOSED}, AccountStatus.ACTIVE),
)

Q = QualificationStatus
QUALIFICATION = Workflow(
    arrow("take_in", {Q.SUBMITTED}, Q.IN_REVIEW),
    arrow("verify_with_registration", {Q.SUBMITTED}, Q.VERIFIED),
    arrow("ask_for_material", {Q.IN_REVIEW}, Q.WAITING_MATERIAL),
    arrow("resume_review", {Q.WAITING_MATERIAL}, Q.IN_REVIEW),
    arrow("verify", {Q.IN_REVIEW}, Q.VERIFIED),
    arrow("refuse", {Q.IN_REVIEW, Q.WAITING_MATERIAL}, Q.REFUSED),
    arrow("withdraw", {Q.IN_REVIEW, Q.WAITING_MATERIAL}, Q.WITHDRAWN),
    # What was verified is looked at again without ceasing to be verified meanwhile.
    arrow("check_again", {Q.VERIFIED}, Q.VERIFIED),
    arrow("confirm", {Q.VERIFIED}, Q.VERIFIED),
    arrow("expire", {Q.VERIFIED}, Q.EXPIRED),
    arrow("renew", {Q.VERIFIED, Q.EXPIRED}, Q.RENEWED),
    arrow("revoke", {Q.VERIFIED, Q.EXPIRED}, Q.REVOKED),
)

FINDING = Workflow(
    arrow("take_up", {FindingStatus.OPEN}, FindingStatus.TAKEN_UP),
    arrow("set_aside", {FindingStatus.OPEN}, FindingStatus.SET_ASIDE),
)

C = CorrectionStatus
CORRECTION = Workflow(
    # Late as well: until it is decided otherwise, a correction is what is wanted.
    arrow("answer", {C.ORDERED, C.OVERDUE, C.REFUSED}, C.SUBMITTED),
    arrow("refuse_to_correct", {C.ORDERED, C.OVERDUE}, C.REFUSED),
    arrow("accept_correction", {C.SUBMITTED}, C.ACCEPTED),
    arrow("reject", {C.SUBMITTED}, C.ORDERED),
    arrow("reject_late", {C.SUBMITTED}, C.OVERDUE),
    arrow("lapse", {C.ORDERED}, C.OVERDUE),
    arrow("withdraw_order", {C.ORDERED, C.SUBMITTED, C.OVERDUE, C.REFUSED}, C.WITHDRAWN),
    arrow("terminate", {C.OVERDUE, C.REFUSED}, C.TERMINATED),
    # The inverse of a termination that is reversed: where it stood before.
    arrow("reinstate", {C.TERMINATED}, C.OVERDUE),
    arrow("reinstate_refused", {C.TERMINATED}, C.REFUSED),
)
