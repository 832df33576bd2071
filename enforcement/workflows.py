"""The arrow tables of what `enforcement` keeps."""

from compliance.workflow import Workflow, arrow
from enforcement.enums import CaseStatus, DecisionStatus, MeasureStatus, ReportDutyStatus
from enforcement.watch_words import WatchStatus

C = CaseStatus
CASE = Workflow(
    arrow("decide", {C.OPEN}, C.DECIDED),
    arrow("reopen", {C.DECIDED}, C.OPEN),
    arrow("close", {C.OPEN, C.DECIDED}, C.CLOSED),
)

D = DecisionStatus
DECISION = Workflow(
    arrow("return", {D.PROPOSED}, D.RETURNED),
    arrow("withdraw", {D.PROPOSED}, D.WITHDRAWN),
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

W = WatchStatus
WATCH_ENTRY = Workflow(
    arrow("list", {W.PROPOSED}, W.LISTED),
    arrow("return", {W.PROPOSED}, W.RETURNED),
    arrow("withdraw", {W.PROPOSED}, W.WITHDRAWN),
    arrow("remove", {W.LISTED}, W.REMOVED),
)
