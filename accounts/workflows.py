"""The arrow tables of what `accounts` keeps."""

from accounts.allowance_words import OPEN_ALLOWANCES, AllowanceStatus
from accounts.enums import AccountStatus, ApplicationStatus, FindingStatus
from accounts.guardian_words import WithdrawalStatus
from accounts.qualification_words import QualificationStatus
from accounts.repudiation_words import OPEN_REPUDIATIONS, RepudiationStatus
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

L = AllowanceStatus
ALLOWANCE = Workflow(
    arrow("take_in", {L.SUBMITTED}, L.IN_REVIEW),
    arrow("ask_for_material", {L.IN_REVIEW}, L.WAITING_MATERIAL),
    arrow("resume_review", {L.WAITING_MATERIAL, L.PROPOSED}, L.IN_REVIEW),
    arrow("propose", {L.IN_REVIEW}, L.PROPOSED),
    arrow("grant", {L.PROPOSED}, L.GRANTED),
    arrow("refuse", {L.IN_REVIEW, L.WAITING_MATERIAL}, L.REFUSED),
    arrow("withdraw", OPEN_ALLOWANCES - {L.SUBMITTED, L.PROPOSED}, L.WITHDRAWN),
    arrow("end", {L.GRANTED}, L.ENDED),
)

R = RepudiationStatus
REPUDIATION = Workflow(
    arrow("verify", {R.SUBMITTED}, R.IN_REVIEW),
    arrow("ask_operator", {R.IN_REVIEW}, R.WAITING_STATEMENT),
    arrow("ask_for_material", {R.IN_REVIEW}, R.WAITING_MATERIAL),
    arrow("resume_review", {R.WAITING_STATEMENT, R.WAITING_MATERIAL, R.PROPOSED}, R.IN_REVIEW),
    arrow("propose", {R.IN_REVIEW}, R.PROPOSED),
    arrow("uphold", {R.PROPOSED}, R.UPHELD),
    arrow("refuse", OPEN_REPUDIATIONS - {R.PROPOSED}, R.NOT_UPHELD),
    arrow("withdraw", OPEN_REPUDIATIONS - {R.PROPOSED}, R.WITHDRAWN),
    arrow("undo", {R.UPHELD}, R.REVERSED),
)

GUARDIAN_WITHDRAWAL = Workflow(
    arrow("resume", {WithdrawalStatus.OPEN}, WithdrawalStatus.RESUMED),
    arrow("close", {WithdrawalStatus.OPEN}, WithdrawalStatus.CLOSED),
)
