"""The arrow table of filings."""

from compliance.workflow import Workflow, arrow
from reports.enums import FilingStatus

F = FilingStatus
FILING = Workflow(
    arrow("prepare", {F.PREPARING}, F.PREPARED),
    arrow("review", {F.PREPARED}, F.REVIEWED),
    arrow("return", {F.REVIEWED}, F.PREPARED),
    arrow("release", {F.REVIEWED}, F.RELEASED),
    arrow("file", {F.RELEASED}, F.FILED),
    arrow("receipt", {F.FILED}, F.RECEIPTED),
    arrow("correct", {F.FILED, F.RECEIPTED}, F.CORRECTED),
    arrow("withdraw", {F.PREPARING, F.PREPARED, F.REVIEWED, F.RELEASED}, F.WITHDRAWN),
)
