"""The arrow tables of what `accounts` keeps."""

from accounts.allowance_words import OPEN_ALLOWANCES, AllowanceStatus
from accounts.blacklist_words import EntryStatus, MatchStatus
from accounts.correction_words import CorrectionStatus
from accounts.dormancy_words import OPEN_DORMANCY, BatchStatus, DormancyStatus
from accounts.enums import AccountStatus, ApplicationStatus, FindingStatus
from accounts.guardian_words import WithdrawalStatus
from accounts.patrol_words import PatrolStatus
from accounts.powers_words import AgencyStatus, ContractStatus, EarningStatus
from accounts.profile_words import ProfileChangeStatus
from accounts.qualification_words import QualificationStatus
from accounts.repudiation_words import OPEN_REPUDIATIONS, RepudiationStatus
from accounts.transfer_words import RegularisationStatus, StopStatus, TransferStatus
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

C = ProfileChangeStatus
PROFILE_CHANGE = Workflow(
    arrow("approve_by_checks", {C.SUBMITTED}, C.APPROVED),
    arrow("refuse_by_checks", {C.SUBMITTED}, C.REFUSED),
    arrow("send_to_review", {C.SUBMITTED}, C.IN_REVIEW),
    arrow("approve", {C.IN_REVIEW}, C.APPROVED),
    arrow("refuse", {C.IN_REVIEW}, C.REFUSED),
    arrow("withdraw", {C.IN_REVIEW}, C.WITHDRAWN),
    arrow("set_back", {C.SUBMITTED}, C.RESET),
    arrow("undo", {C.RESET}, C.UNDONE),
)

D = DormancyStatus
DORMANCY = Workflow(
    arrow("suspend", {D.NOTICED}, D.SUSPENDED),
    arrow("propose", {D.SUSPENDED}, D.PROPOSED),
    arrow("take_out", {D.PROPOSED}, D.SUSPENDED),
    arrow("terminate", {D.PROPOSED}, D.TERMINATED),
    arrow("come_back", OPEN_DORMANCY, D.RETURNED),
    arrow("drop", OPEN_DORMANCY, D.DROPPED),
    arrow("undo", {D.TERMINATED}, D.UNDONE),
)

B = BatchStatus
DORMANCY_BATCH = Workflow(
    arrow("approve", {B.PROPOSED}, B.APPROVED),
    arrow("return", {B.PROPOSED}, B.RETURNED),
    arrow("finish", {B.APPROVED}, B.DONE),
)

P = PatrolStatus
PATROL_CHECK = Workflow(
    arrow("pass", {P.OPEN}, P.PASSED),
    arrow("fail", {P.OPEN}, P.FAILED),
    arrow("drop", {P.OPEN}, P.DROPPED),
)

T = TransferStatus
TRANSFER = Workflow(
    arrow("take_in", {T.APPLIED}, T.IN_REVIEW),
    arrow("ask_for_material", {T.APPLIED, T.IN_REVIEW}, T.WAITING_MATERIAL),
    arrow("resume_review", {T.WAITING_MATERIAL}, T.IN_REVIEW),
    arrow("propose", {T.IN_REVIEW}, T.PROPOSED),
    arrow("send_back", {T.PROPOSED}, T.IN_REVIEW),
    arrow("approve", {T.PROPOSED}, T.APPROVED),
    arrow("announce", {T.APPROVED}, T.ANNOUNCED),
    arrow("take_effect", {T.ANNOUNCED}, T.EFFECTIVE),
    arrow("refuse", {T.IN_REVIEW, T.WAITING_MATERIAL}, T.REFUSED),
    arrow(
        "lapse",
        {T.WAITING_MATERIAL, T.IN_REVIEW, T.PROPOSED, T.APPROVED, T.ANNOUNCED},
        T.LAPSED,
    ),
    arrow(
        "withdraw",
        {T.WAITING_MATERIAL, T.IN_REVIEW, T.PROPOSED, T.APPROVED, T.ANNOUNCED},
        T.WITHDRAWN,
    ),
)

R = RegularisationStatus
REGULARISATION = Workflow(
    arrow("regularise", {R.OPEN, R.MISSED}, R.REGULARISED),
    arrow("miss", {R.OPEN}, R.MISSED),
    arrow("clear", {R.OPEN, R.MISSED}, R.CLEARED),
    arrow("terminate", {R.OPEN, R.MISSED}, R.TERMINATED),
    arrow("reinstate", {R.TERMINATED}, R.MISSED),
)

STOP = Workflow(
    arrow("begin_cooling", {StopStatus.APPLIED}, StopStatus.COOLING),
    arrow("pause", {StopStatus.APPLIED}, StopStatus.PAUSED),
    arrow("revoke", {StopStatus.COOLING}, StopStatus.REVOKED),
    arrow("close", {StopStatus.COOLING}, StopStatus.CLOSED),
    arrow("block", {StopStatus.COOLING, StopStatus.PAUSED}, StopStatus.BLOCKED),
    arrow("resume", {StopStatus.PAUSED}, StopStatus.RESUMED),
)

K = CorrectionStatus
CORRECTION = Workflow(
    # Late as well: until it is decided otherwise, a correction is what is wanted.
    arrow("answer", {K.ORDERED, K.OVERDUE, K.REFUSED}, K.SUBMITTED),
    arrow("refuse_to_correct", {K.ORDERED, K.OVERDUE}, K.REFUSED),
    arrow("accept_correction", {K.SUBMITTED}, K.ACCEPTED),
    arrow("reject", {K.SUBMITTED}, K.ORDERED),
    arrow("reject_late", {K.SUBMITTED}, K.OVERDUE),
    arrow("lapse", {K.ORDERED}, K.OVERDUE),
    arrow("withdraw_order", {K.ORDERED, K.SUBMITTED, K.OVERDUE, K.REFUSED}, K.WITHDRAWN),
    arrow("terminate", {K.OVERDUE, K.REFUSED}, K.TERMINATED),
    # The inverse of a termination that is reversed: where it stood before.
    arrow("reinstate", {K.TERMINATED}, K.OVERDUE),
    arrow("reinstate_refused", {K.TERMINATED}, K.REFUSED),
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

G = ContractStatus
CONTRACT = Workflow(
    arrow("take_in", {G.SUBMITTED}, G.IN_REVIEW),
    arrow("ask_for_material", {G.IN_REVIEW}, G.WAITING_MATERIAL),
    arrow("resume_review", {G.WAITING_MATERIAL}, G.IN_REVIEW),
    arrow("approve", {G.IN_REVIEW}, G.IN_FORCE),
    arrow("refuse", {G.IN_REVIEW, G.WAITING_MATERIAL}, G.REFUSED),
    arrow("withdraw", {G.IN_REVIEW, G.WAITING_MATERIAL}, G.WITHDRAWN),
    arrow("expire", {G.IN_FORCE}, G.ENDED),
    arrow("terminate", {G.IN_FORCE}, G.TERMINATED),
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

U = RepudiationStatus
REPUDIATION = Workflow(
    arrow("verify", {U.SUBMITTED}, U.IN_REVIEW),
    arrow("ask_operator", {U.IN_REVIEW}, U.WAITING_STATEMENT),
    arrow("ask_for_material", {U.SUBMITTED, U.IN_REVIEW}, U.WAITING_MATERIAL),
    arrow("resume_review", {U.WAITING_STATEMENT, U.WAITING_MATERIAL, U.PROPOSED}, U.IN_REVIEW),
    arrow("resume_verification", {U.WAITING_MATERIAL}, U.SUBMITTED),
    arrow("propose", {U.IN_REVIEW}, U.PROPOSED),
    arrow("uphold", {U.PROPOSED}, U.UPHELD),
    arrow("refuse", OPEN_REPUDIATIONS - {U.PROPOSED}, U.NOT_UPHELD),
    arrow("withdraw", OPEN_REPUDIATIONS - {U.PROPOSED}, U.WITHDRAWN),
    arrow("undo", {U.UPHELD}, U.REVERSED),
)

GUARDIAN_WITHDRAWAL = Workflow(
    arrow("resume", {WithdrawalStatus.OPEN}, WithdrawalStatus.RESUMED),
    arrow("close", {WithdrawalStatus.OPEN}, WithdrawalStatus.CLOSED),
)

BLACKLIST_ENTRY = Workflow(
    arrow("remove", {EntryStatus.LISTED}, EntryStatus.REMOVED),
    arrow("reverse", {EntryStatus.LISTED}, EntryStatus.REVERSED),
    # Only where the claim on which it was undone proved false.
    arrow("relist", {EntryStatus.REVERSED}, EntryStatus.LISTED),
)

BLACKLIST_MATCH = Workflow(
    arrow("confirm", {MatchStatus.OPEN}, MatchStatus.CONFIRMED),
    arrow("dismiss", {MatchStatus.OPEN}, MatchStatus.NOT_SAME),
)
