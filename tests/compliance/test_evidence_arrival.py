"""Evidence on its arrival: kept encrypted, checked apart, scanned where a scanner is set up."""

import hashlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from compliance.evidence import services, storage, sweeping
from compliance.evidence.chunks import PIECE_BYTES, DamagedFile
from compliance.evidence.incoming import take_in
from compliance.evidence.kinds import FileNotTaken
from compliance.evidence.scanner import ScannerUnavailable
from compliance.evidence.tasks import check_evidence_file, recheck_evidence
from compliance.models import (
    ActionLog,
    EvidenceCopy,
    EvidenceFile,
    EvidenceRefusal,
    EvidenceStatus,
    ScanResult,
)
from tests.compliance.evidence_desk import KIND, REASON, P, stored
from tests.compliance.evidence_files import HOSTILE, PLACE, lying_down, photo_with_position, picture

pytestmark = pytest.mark.django_db
Receive = Callable[..., EvidenceFile]


class TestArrival:
    def test_it_is_in_quarantine_with_its_digest_in_row_and_log(self, receive: Receive) -> None:
        body = photo_with_position()

        file = receive("photo.jpg", body)

        assert file.status == EvidenceStatus.QUARANTINED
        assert (file.kind, file.size) == ("jpeg", len(body))
        assert file.sha256 == hashlib.sha256(body).hexdigest()
        entry = ActionLog.objects.for_object(file).get()
        assert json.loads(entry.payload)["changes"]["sha256"] == file.sha256
        assert services.name_of(file) == "photo.jpg"
        assert b"".join(storage.read_original(file)) == body

    def test_the_worker_is_asked_once_to_check_it(self, receive: Receive) -> None:
        file = receive()

        services.enqueue_check(file)
        recheck_evidence.func(timestamp=0)

        jobs = ProcrastinateJob.objects.filter(task_name=services.CHECK_TASK)
        assert [job.args for job in jobs] == [{"file": file.pk}]

    def test_nothing_of_it_is_readable_in_store_or_database(
        self, available: Receive, store: Path, owner_connection: psycopg.Connection
    ) -> None:
        words = "极机密的聊天记录canary".encode() * 3
        file = available("canary-name.txt", words)
        picture_file = available("photo.jpg", photo_with_position())

        contents = [path.read_bytes() for path in stored(store)]

        assert len(contents) == 4
        for body in contents:
            assert b"canary" not in body
            assert words[:20] not in body
            assert b"\xff\xd8\xff" not in body[:64]
            assert not body.endswith(b"\xff\xd9")
        for row in (file, picture_file):
            assert b"canary-name" not in bytes(row.sealed_name)
        assert all(path.stat().st_mode & 0o077 == 0 for path in stored(store))

    def test_a_name_in_the_store_is_the_digest_of_what_lies_there(
        self, receive: Receive, store: Path
    ) -> None:
        file = receive()

        (path,) = stored(store)

        assert path.name == file.stored_as == hashlib.sha256(path.read_bytes()).hexdigest()
        assert file.stored_as != file.sha256

    def test_two_of_the_same_are_different_in_the_store(
        self, receive: Receive, store: Path
    ) -> None:
        first, second = receive("photo.jpg", picture()), receive("photo.jpg", picture())

        assert first.sha256 == second.sha256
        assert first.stored_as != second.stored_as

    @pytest.mark.parametrize("size", [1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3_000_000])
    def test_what_is_stored_comes_out_again_whatever_its_size(
        self, size: int, receive: Receive, settings: Any
    ) -> None:
        settings.EVIDENCE_MAX_MB = {**settings.EVIDENCE_MAX_MB, "text": 4}
        body = bytes(97 + number % 26 for number in range(size))

        file = receive("long.txt", body)

        assert b"".join(storage.read_original(file)) == body

    def test_a_profile_with_national_ciphers_is_followed(
        self, available: Receive, settings: Any
    ) -> None:
        settings.IDENTITY_ALGORITHM = "sm4-gcm"

        file = available()

        assert file.key.algorithm == "sm4-gcm"
        assert storage.read_copy(file.copies.get()).startswith(b"\xff\xd8\xff")

    @pytest.mark.parametrize(
        ("name", "kind", "megabytes"),
        [("a.jpg", "picture", 1), ("a.pdf", "document", 1), ("a.txt", "text", 1)],
    )
    def test_a_file_that_is_too_large_is_refused_while_it_comes(
        self, name: str, kind: str, megabytes: int, settings: Any, store: Path
    ) -> None:
        settings.EVIDENCE_MAX_MB = {**settings.EVIDENCE_MAX_MB, kind: megabytes}
        start = {"a.jpg": b"\xff\xd8\xff", "a.pdf": b"%PDF-1.7", "a.txt": b"words"}[name]
        read = 0

        def pieces() -> Iterator[bytes]:
            nonlocal read
            yield start + b"a" * 5000
            for _number in range(500):
                read += 1
                yield b"a" * 100_000

        with pytest.raises(FileNotTaken, match="1 MB"):
            take_in(name, pieces())

        assert read < 15
        assert stored(store) == []

    def test_a_transaction_that_fails_leaves_a_file_that_the_sweep_removes(
        self, receive: Receive, store: Path
    ) -> None:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            receive()
            raise ZeroDivisionError
        assert not EvidenceFile.objects.exists()
        assert len(stored(store)) == 1

        assert sweeping.compare_store(deep=False, grace_seconds=0).strays != []
        assert sweeping.remove_strays(grace_seconds=3600) == 0
        assert sweeping.remove_strays(grace_seconds=0) == 1

        assert stored(store) == []

    def test_an_upload_that_was_killed_halfway_leaves_no_file_but_what_the_sweep_removes(
        self, owner: object, store: Path
    ) -> None:
        incoming = take_in("photo.jpg", [picture()])
        del incoming

        assert not EvidenceFile.objects.exists()
        assert [path.suffix for path in stored(store)] == [".part"]
        sweeping.remove_strays(grace_seconds=0)
        assert stored(store) == []


class TestCheck:
    def test_copies_hold_the_dots_and_nothing_else(self, available: Receive) -> None:
        file = available("photo.jpg", photo_with_position())

        copy = file.copies.get()
        body = storage.read_copy(copy)
        assert file.status == EvidenceStatus.AVAILABLE
        assert hashlib.sha256(body).hexdigest() == copy.sha256
        assert (copy.width, copy.height, copy.size) == (320, 200, len(body))
        for trace in (PLACE.encode(), b"Exif", b"ICC_PROFILE", b"profile-canary"):
            assert trace not in body
        assert PLACE.encode() in b"".join(storage.read_original(file))

    def test_a_picture_that_lies_is_turned_before_its_notes_are_dropped(
        self, available: Receive
    ) -> None:
        copy = available("photo.jpg", lying_down()).copies.get()

        assert (copy.width, copy.height) == (200, 320)

    def test_of_a_document_each_page_is_drawn_and_what_acts_is_told(
        self, available: Receive
    ) -> None:
        name, make = HOSTILE["PDF with scripts and programs"]

        file = available(name, make())

        assert [copy.kind for copy in file.copies.all()] == ["page", "page"]
        assert {"action_removed", "links_removed"} <= set(file.remarks)

    def test_a_refused_file_says_why_and_has_no_copies(
        self, available: Receive, store: Path
    ) -> None:
        name, make = HOSTILE["PNG bomb"]

        file = available(name, make())

        assert file.status == EvidenceStatus.REFUSED
        assert file.refusal == EvidenceRefusal.TOO_MANY_PIXELS
        assert not file.copies.exists()
        assert len(stored(store)) == 1
        entry = ActionLog.objects.for_object(file).latest("pk")
        assert entry.action == "compliance.evidencefile.refuse"
        assert entry.reason

    def test_checking_again_changes_nothing(self, available: Receive, system: object) -> None:
        file = available()
        before = ActionLog.objects.count()

        check_evidence_file.func(file=file.pk)

        assert ActionLog.objects.count() == before
        assert file.copies.count() == 1

    def test_a_file_that_was_changed_in_the_store_stays_in_quarantine(
        self, receive: Receive, store: Path
    ) -> None:
        file = receive()
        (path,) = stored(store)
        path.write_bytes(path.read_bytes()[:-1] + b"x")

        with pytest.raises(DamagedFile):
            check_evidence_file.func(file=file.pk)

        file.refresh_from_db()
        assert file.status == EvidenceStatus.QUARANTINED
        assert not EvidenceCopy.objects.exists()

    @pytest.mark.parametrize("harm", ["cut", "swap", "grow"])
    def test_pieces_can_be_neither_cut_off_nor_swapped_nor_added(
        self, harm: str, receive: Receive, store: Path, settings: Any
    ) -> None:
        settings.EVIDENCE_MAX_MB = {**settings.EVIDENCE_MAX_MB, "text": 4}
        file = receive("long.txt", b"abcdefgh" * 400_000)
        (path,) = stored(store)
        body = path.read_bytes()
        sealed = PIECE_BYTES + 28
        first, second = body[4 : 4 + sealed], body[4 + sealed : 4 + 2 * sealed]
        rest = body[4 + 2 * sealed :]
        changed = {
            "cut": body[: 4 + 2 * sealed],
            "swap": body[:4] + second + first + rest,
            "grow": body + rest,
        }[harm]
        path.write_bytes(changed)

        with pytest.raises(DamagedFile):
            b"".join(storage.read_original(file))


class FakeScanner:
    """Speaks the protocol of clamd on a socket of its own."""

    def __init__(self, folder: Path, answer: bytes) -> None:
        self.address = f"unix:{folder}/clamd"
        self.answer = answer
        self.heard = b""
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(f"{folder}/clamd")
        self._server.listen(1)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        line, _address = self._server.accept()
        with line, line.makefile("rb") as source:
            assert source.read(10) == b"zINSTREAM\0"
            while size := struct.unpack(">I", source.read(4))[0]:
                self.heard += source.read(size)
            line.sendall(self.answer + b"\0")

    def end(self) -> None:
        self._thread.join(10)
        self._server.close()


class TestVirusScanner:
    def test_without_one_it_is_said_that_nobody_looked(self, available: Receive) -> None:
        assert available().scan == ScanResult.NOT_SCANNED

    def test_what_it_finds_nothing_in_is_admitted(
        self, available: Receive, settings: Any, tmp_path: Path
    ) -> None:
        scanner = FakeScanner(tmp_path, b"stream: OK")
        settings.CLAMD = scanner.address
        body = picture()

        file = available("photo.jpg", body)
        scanner.end()

        assert (file.status, file.scan) == (EvidenceStatus.AVAILABLE, ScanResult.CLEAN)
        assert scanner.heard == body

    def test_what_it_finds_something_in_is_refused_unopened(
        self,
        available: Receive,
        settings: Any,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        scanner = FakeScanner(tmp_path, b"stream: Eicar-Test-Signature FOUND")
        settings.CLAMD = scanner.address
        monkeypatch.setattr(services, "open_safely", None)

        file = available()
        scanner.end()

        assert (file.status, file.refusal) == (EvidenceStatus.REFUSED, EvidenceRefusal.INFECTED)

    def test_while_it_does_not_answer_the_file_waits_and_says_so_once(
        self, receive: Receive, settings: Any, tmp_path: Path
    ) -> None:
        settings.CLAMD = f"unix:{tmp_path}/nobody"
        file = receive()

        for _attempt in range(2):
            with pytest.raises(ScannerUnavailable):
                check_evidence_file.func(file=file.pk)

        file.refresh_from_db()
        assert file.status == EvidenceStatus.QUARANTINED
        assert file.is_waiting_for_scanner
        acts = ActionLog.objects.for_object(file).values_list("action", flat=True)
        assert list(acts).count("compliance.evidencefile.wait_for_scanner") == 1

    def test_no_verdict_is_not_taken_for_a_good_one(
        self, receive: Receive, settings: Any, tmp_path: Path
    ) -> None:
        scanner = FakeScanner(tmp_path, b"INSTREAM size limit exceeded. ERROR")
        settings.CLAMD = scanner.address
        file = receive()

        with pytest.raises(ScannerUnavailable):
            check_evidence_file.func(file=file.pk)
        scanner.end()

        file.refresh_from_db()
        assert file.status == EvidenceStatus.QUARANTINED


@pytest.mark.django_db(transaction=True)
def test_many_files_at_once_get_in_each_for_itself(
    owner: object, system: object, store: Path
) -> None:
    failures: list[Exception] = []

    def hand_in(number: int) -> None:
        try:
            incoming = take_in("photo.jpg", [picture(size=(50 + number, 50))])
            file = services.receive_file(
                incoming=incoming, owner_kind=KIND, actor=system, provision=P, reason=REASON
            )
            services.check_file(file=file, actor=system, provision=P, reason=REASON)
        except Exception as problem:  # noqa: BLE001 - told below
            failures.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=hand_in, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    widths = EvidenceCopy.objects.order_by("width").values_list("width", flat=True)
    assert list(widths) == [50, 51, 52, 53, 54, 55]
    assert sweeping.compare_store(deep=True, grace_seconds=0) == sweeping.StoreReport(files=12)


@pytest.mark.django_db(transaction=True)
def test_two_checks_of_one_file_at_once_give_it_its_copies_once(
    receive: Receive, system: object, store: Path
) -> None:
    file = receive()

    def check() -> None:
        try:
            services.check_file(file=file, actor=system, provision=P, reason=REASON)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=check) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    file.refresh_from_db()
    assert file.status == EvidenceStatus.AVAILABLE
    assert file.copies.count() == 1
    admissions = ActionLog.objects.filter(action="compliance.evidencefile.admit")
    assert admissions.count() == 1
    assert len(stored(store)) == 2
