"""The arrow tables of what `accounts` keeps."""

from accounts.enums import AccountStatus, ApplicationStatus, FindingStatus
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

FINDING = Workflow(
    arrow("take_up", {FindingStatus.OPEN}, FindingStatus.TAKEN_UP),
    arrow("set_aside", {FindingStatus.OPEN}, FindingStatus.SET_ASIDE),
)
