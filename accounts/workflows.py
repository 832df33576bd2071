"""The arrow tables of what `accounts` keeps."""

from accounts.enums import AccountStatus, ApplicationStatus, FindingStatus
from accounts.powers_words import AgencyStatus, ContractStatus, EarningStatus
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

E = EarningStatus
EARNING = Workflow(
    arrow("grant", {E.SUBMITTED}, E.GRANTED),
    arrow("refuse", {E.SUBMITTED}, E.REFUSED),
    arrow("lose", {E.GRANTED}, E.LOST),
    # What was lost by a decision comes back with the decision's undoing, and by nothing else.
    arrow("restore", {E.LOST}, E.GRANTED),
    arrow("give_up", {E.GRANTED}, E.GIVEN_UP),
)

AGENCY = Workflow(
    arrow("strike_off", {AgencyStatus.REGISTERED}, AgencyStatus.STRUCK_OFF),
    arrow("restore", {AgencyStatus.STRUCK_OFF}, AgencyStatus.REGISTERED),
)

C = ContractStatus
CONTRACT = Workflow(
    arrow("take_in", {C.SUBMITTED}, C.IN_REVIEW),
    arrow("ask_for_material", {C.IN_REVIEW}, C.WAITING_MATERIAL),
    arrow("resume_review", {C.WAITING_MATERIAL}, C.IN_REVIEW),
    arrow("approve", {C.IN_REVIEW}, C.IN_FORCE),
    arrow("refuse", {C.IN_REVIEW, C.WAITING_MATERIAL}, C.REFUSED),
    arrow("withdraw", {C.IN_REVIEW, C.WAITING_MATERIAL}, C.WITHDRAWN),
    arrow("expire", {C.IN_FORCE}, C.ENDED),
    arrow("terminate", {C.IN_FORCE}, C.TERMINATED),
)
