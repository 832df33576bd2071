"""The arrow tables of what `enforcement` keeps."""

from compliance.workflow import Workflow, arrow
from enforcement.appeal_words import OPEN_APPEALS, AppealStatus
from enforcement.bulk_words import BulkItemStatus, BulkStatus
from enforcement.complaint_appeal_words import (
    ANSWERED,
    OPEN_COMPLAINT_APPEALS,
    ComplaintAppealStatus,
)
from enforcement.complaint_words import BatchStatus, ComplaintStatus
from enforcement.consistency_words import SecondLookStatus
from enforcement.enums import CaseStatus, DecisionStatus, MeasureStatus, ReportDutyStatus
from enforcement.hearing_words import HearingStatus, HoldStatus
from enforcement.infringement_words import InfringementStatus
from enforcement.rumour_words import RefutationStatus, RumourReviewStatus, RumourStatus
from enforcement.watch_words import WatchStatus

C = CaseStatus
CASE = Workflow(
    arrow("decide", {C.OPEN}, C.DECIDED),
    # A decision that was undone, or that an appeal has sent back to be decided anew.
    arrow("reopen", {C.DECIDED, C.CLOSED}, C.OPEN),
    arrow("close", {C.OPEN, C.DECIDED}, C.CLOSED),
)

D = DecisionStatus
DECISION = Workflow(
    arrow("end_hearing", {D.HEARING}, D.PROPOSED),
    arrow("return", {D.PROPOSED}, D.RETURNED),
    arrow("withdraw", {D.HEARING, D.PROPOSED}, D.WITHDRAWN),
    # An emergency that nobody confirmed in time.
    arrow("lapse", {D.PROPOSED}, D.LAPSED),
    arrow("enforce", {D.PROPOSED}, D.IN_FORCE),
    arrow("expire", {D.IN_FORCE}, D.EXPIRED),
    arrow("lift", {D.IN_FORCE}, D.LIFTED),
    arrow("reverse", {D.IN_FORCE, D.EXPIRED, D.LIFTED}, D.REVERSED),
)

M = MeasureStatus
MEASURE = Workflow(
    arrow("expire", {M.IN_FORCE}, M.EXPIRED),
    arrow("lift", {M.IN_FORCE}, M.LIFTED),
    arrow("reverse", {M.IN_FORCE, M.EXPIRED, M.LIFTED}, M.REVERSED),
)

R = ReportDutyStatus
REPORT_DUTY = Workflow(
    arrow("send", {R.DUE}, R.SENT),
    arrow("receipt", {R.SENT}, R.RECEIPTED),
)

H = HearingStatus
HEARING = Workflow(
    arrow("answer", {H.WAITING}, H.ANSWERED),
    arrow("lapse", {H.WAITING}, H.LAPSED),
    arrow("drop", {H.WAITING}, H.DROPPED),
)

E = HoldStatus
EMERGENCY_HOLD = Workflow(
    arrow("confirm_hold", {E.PLACED}, E.CONFIRMED),
    arrow("refuse_hold", {E.PLACED}, E.REFUSED),
    arrow("lapse", {E.PLACED}, E.LAPSED),
    arrow("expire", {E.CONFIRMED}, E.EXPIRED),
    arrow("end_hold", {E.PLACED, E.CONFIRMED}, E.ENDED),
)

W = WatchStatus
WATCH_ENTRY = Workflow(
    arrow("list", {W.PROPOSED}, W.LISTED),
    arrow("return", {W.PROPOSED}, W.RETURNED),
    arrow("withdraw", {W.PROPOSED}, W.WITHDRAWN),
    arrow("remove", {W.LISTED}, W.REMOVED),
)

L = SecondLookStatus
SECOND_LOOK = Workflow(
    arrow("compare", {L.WAITING}, L.COMPARED),
    arrow("dispute", {L.WAITING}, L.IN_REVIEW),
    arrow("review", {L.IN_REVIEW}, L.REVIEWED),
)

B = BulkStatus
BULK_DECISION = Workflow(
    arrow("propose", {B.DRAFT}, B.PROPOSED),
    arrow("return", {B.PROPOSED}, B.RETURNED),
    arrow("withdraw", {B.DRAFT, B.PROPOSED}, B.WITHDRAWN),
    arrow("approve", {B.PROPOSED}, B.APPROVED),
    arrow("stop", {B.APPROVED}, B.STOPPED),
    arrow("go_on", {B.STOPPED, B.DONE}, B.APPROVED),
    arrow("finish", {B.APPROVED}, B.DONE),
    arrow("undo", {B.APPROVED, B.STOPPED, B.DONE}, B.UNDOING),
    arrow("finish_undoing", {B.UNDOING}, B.UNDONE),
)

N = BulkItemStatus
BULK_ITEM = Workflow(
    arrow("carry_out", {N.WAITING}, N.CARRIED_OUT),
    arrow("fail", {N.WAITING}, N.FAILED),
    arrow("try_again", {N.FAILED}, N.WAITING),
    arrow("undo", {N.CARRIED_OUT}, N.UNDONE),
)

S = RumourStatus
RUMOUR = Workflow(
    arrow("find", {S.WARNED}, S.FOUND),
    arrow("trace", {S.FOUND}, S.TRACED),
    arrow("identify", {S.TRACED}, S.IDENTIFIED),
    arrow("refute", {S.IDENTIFIED}, S.REFUTED),
    arrow("eliminate", {S.REFUTED}, S.ELIMINATED),
    arrow("close", {S.ELIMINATED}, S.CLOSED),
    # What turned out otherwise is told apart anew.
    arrow("reopen", {S.IDENTIFIED, S.REFUTED, S.ELIMINATED, S.CLOSED}, S.TRACED),
)
REFUTATION = Workflow(
    arrow("withdraw", {RefutationStatus.PUBLISHED}, RefutationStatus.WITHDRAWN),
)
V = RumourReviewStatus
RUMOUR_REVIEW = Workflow(
    arrow("keep", {V.WAITING}, V.KEPT),
    arrow("reverse", {V.WAITING}, V.REVERSED),
)

T = ComplaintStatus
_HEARD = {T.SUBMITTED, T.ACKNOWLEDGED, T.ACCEPTED, T.INVESTIGATING, T.WAITING_MATERIAL}
COMPLAINT = Workflow(
    arrow("acknowledge", {T.SUBMITTED}, T.ACKNOWLEDGED),
    arrow("accept", {T.ACKNOWLEDGED}, T.ACCEPTED),
    arrow("not_accept", {T.ACKNOWLEDGED}, T.NOT_ACCEPTED),
    arrow("investigate", {T.ACCEPTED}, T.INVESTIGATING),
    arrow("ask", {T.INVESTIGATING}, T.WAITING_MATERIAL),
    arrow("resume", {T.WAITING_MATERIAL}, T.INVESTIGATING),
    arrow("decide", {T.INVESTIGATING}, T.DECIDED),
    arrow("feed_back", {T.DECIDED}, T.FED_BACK),
    arrow("close", {T.FED_BACK}, T.CLOSED),
    arrow("withdraw", _HEARD, T.WITHDRAWN),
    # Withdrawn for want of an answer, and the answer came after all.
    arrow("reopen", {T.WITHDRAWN}, T.INVESTIGATING),
    # What was told did not stand in an appeal of the complainant.
    arrow("take_up_again", ANSWERED, T.INVESTIGATING),
    # Answered with others, and taken back before anybody was told.
    arrow("take_back", {T.DECIDED}, T.INVESTIGATING),
    arrow("take_back_unaccepted", {T.DECIDED}, T.ACKNOWLEDGED),
)
COMPLAINT_BATCH = Workflow(
    arrow("tell", {BatchStatus.HELD}, BatchStatus.TOLD),
    arrow("undo", {BatchStatus.HELD}, BatchStatus.UNDONE),
)

Q = ComplaintAppealStatus
COMPLAINT_APPEAL = Workflow(
    arrow("ask", {Q.FILED}, Q.WAITING),
    arrow("answer", {Q.WAITING}, Q.FILED),
    arrow("decide", {Q.FILED}, Q.DECIDED),
    arrow("withdraw", OPEN_COMPLAINT_APPEALS, Q.WITHDRAWN),
)

G = InfringementStatus
INFRINGEMENT = Workflow(
    arrow("pass_on", {G.RECEIVED}, G.FORWARDED),
    arrow("counter", {G.FORWARDED}, G.COUNTERED),
    arrow("stand", {G.FORWARDED}, G.UNDISPUTED),
    arrow("show_suit", {G.COUNTERED}, G.PROOF),
    arrow("accept_suit", {G.PROOF}, G.SUED),
    arrow("refuse_suit", {G.PROOF}, G.COUNTERED),
    # What does not end by itself waits for somebody.
    arrow("fall_due", {G.COUNTERED}, G.LIFTING),
    arrow("lift", {G.COUNTERED, G.LIFTING}, G.LIFTED),
    arrow("drop", {G.RECEIVED, G.FORWARDED, G.COUNTERED, G.PROOF}, G.DROPPED),
)

P = AppealStatus
APPEAL = Workflow(
    arrow("accept", {P.FILED}, P.ACCEPTED),
    arrow("refuse", {P.FILED}, P.REFUSED),
    arrow("ask", {P.ACCEPTED}, P.WAITING),
    arrow("answer", {P.WAITING}, P.ACCEPTED),
    arrow("decide", {P.ACCEPTED}, P.DECIDED),
    arrow("withdraw", OPEN_APPEALS, P.WITHDRAWN),
)
