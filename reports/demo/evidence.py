"""Evidence of the demo: drawn by script, attached to the cases that are still open."""

import io
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Final

from PIL import Image, ImageDraw

from compliance import roles
from compliance.evidence import erasure, services, viewing
from compliance.evidence.incoming import take_in
from compliance.grounds import Grounds
from compliance.models import (
    EvidenceCopy,
    EvidenceFile,
    EvidenceStatus,
    Sensitivity,
    StaffUser,
)
from compliance.provisions import Provision
from enforcement.enums import CaseStatus
from enforcement.models import Case
from enforcement.services.evidence import attach_evidence
from reports.demo.staff import Crew

_INK: Final = (31, 41, 55)
_PAPER: Final = (249, 250, 251)


def _screen() -> Image.Image:
    """A made-up screen: a heading, lines of words that say nothing, and a few bubbles."""
    screen = Image.new("RGB", (720, 1280), _PAPER)
    pen = ImageDraw.Draw(screen)
    pen.rectangle((0, 0, 720, 96), fill=(37, 99, 235))
    for number in range(9):
        top, is_answer = 140 + 120 * number, number % 3 == 2
        left, fill = (220, (191, 219, 254)) if is_answer else (40, (229, 231, 235))
        pen.rounded_rectangle((left, top, left + 460, top + 88), radius=18, fill=fill)
        for line in range(2):
            pen.line(
                (left + 24, top + 30 + 28 * line, left + 400 - 90 * line, top + 30 + 28 * line),
                _INK,
                6,
            )
    return screen


def _saved(form: str, **more: object) -> bytes:
    body = io.BytesIO()
    _screen().save(body, form, **more)
    return body.getvalue()


def _letter() -> bytes:
    body = io.BytesIO()
    pages = [_screen() for _number in range(3)]
    pages[0].save(body, "PDF", save_all=True, append_images=pages[1:])
    return body.getvalue()


def _too_large() -> bytes:
    body = io.BytesIO()
    Image.new("1", (9000, 9000)).save(body, "PNG")
    return body.getvalue()


def _chat() -> bytes:
    return "演示聊天记录\n甲：这条消息核实过吗？\n乙：没有，先发出去再说。\n".encode()


# Name, bytes, what it shows, how sensitive; repeated from case to case.
_FILES: Final[tuple[tuple[str, Callable[[], bytes], str, Sensitivity], ...]] = (
    ("20260302-1.png", lambda: _saved("PNG"), "文章页面截图（演示）", Sensitivity.ORDINARY),
    ("20260302-2.pdf", _letter, "来函扫描件（演示）", Sensitivity.ORDINARY),
    ("20260302-3.jpg", lambda: _saved("JPEG", quality=80), "配图（演示）", Sensitivity.GORE),
    ("20260302-4.txt", _chat, "聊天记录（演示）", Sensitivity.ORDINARY),
    ("20260302-5.png", _too_large, "长图，像素过多（演示）", Sensitivity.ORDINARY),
)


class Evidence:
    """Attaches the next files of the demo, and has them checked as the worker would."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._files: Iterator[tuple[str, Callable[[], bytes], str, Sensitivity]] = cycle(_FILES)

    def attach(self, case: Case) -> None:
        """Attach two files to a case, and have them checked."""
        for _number in range(2):
            file = self._attach_next(case)
            services.check_file(file=file, **_because(self._crew.system, "检查收到的文件"))

    def finish(self) -> None:
        """Leave a file to the worker, a look on record, an erasure done and one that waits."""
        self._attach_next(Case.objects.filter(status=CaseStatus.OPEN).latest("pk"))
        sensitive = EvidenceCopy.objects.filter(
            file__sensitivity=Sensitivity.GORE, file__status=EvidenceStatus.AVAILABLE
        )
        viewing.show_copy(
            copy=sensitive.latest("pk"),
            **_because(self._crew.next(roles.MODERATOR), "在查看器中显示"),
        )
        erased, proposed = EvidenceFile.objects.filter(status=EvidenceStatus.AVAILABLE).order_by(
            "pk"
        )[:2]
        officer, other = (self._crew.next(roles.COMPLIANCE_OFFICER) for _number in range(2))
        for file in (erased, proposed):
            erasure.propose_erasure(file=file, **_because(officer, "依生效裁定应予删除（演示）"))
        for actor in (self._crew.next(roles.SUPERVISOR), other):
            erasure.approve_erasure(file=erased, **_because(actor, "同意销毁"))

    def _attach_next(self, case: Case) -> EvidenceFile:
        name, make, shows, sensitivity = next(self._files)
        (attached,) = attach_evidence(
            case=case,
            files=[take_in(name, [make()])],
            shows=shows,
            sensitivity=sensitivity,
            **_because(self._crew.next(roles.MODERATOR), "固定证据"),
        )
        return attached.file


def _because(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_19_2, reason=reason)
