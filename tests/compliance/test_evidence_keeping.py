"""Evidence once it is there: frozen, looked at on record, erased by two others."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connections, transaction

from compliance import audit
from compliance.errors import (
    ActionRefused,
    IdentityErased,
    InvalidInput,
    MissingReason,
    NotPermitted,
    SamePerson,
)
from compliance.evidence import erasure, services, storage, sweeping, viewing
from compliance.evidence.viewing import FileNotAvailable
from compliance.identity import vault
from compliance.models import (
    ActionLog,
    EvidenceCopy,
    EvidenceFile,
    EvidenceStatus,
    EvidenceView,
)
from tests.compliance.evidence_desk import REASON, P, stored
from tests.compliance.evidence_files import HOSTILE, photo_with_position

pytestmark = pytest.mark.django_db
Receive = Callable[..., EvidenceFile]


class TestFrozen:
    @pytest.mark.parametrize(
        "column", ["sha256", "stored_as", "size", "kind", "sealed_name", "owner_kind"]
    )
    def test_what_came_in_is_never_exchanged(self, column: str, available: Receive) -> None:
        file = available()
        other = {"size": 1, "sealed_name": b"x", "kind": "png", "owner_kind": "x"}

        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            audit.amend(
                file,
                "rate",
                actor=file_actor(file),
                provision=P,
                reason=REASON,
                **{column: other.get(column, "0" * 64)},
            )

    def test_no_copy_is_slipped_in_after_the_check(self, available: Receive) -> None:
        file = available()

        with pytest.raises(IntegrityError, match="not in quarantine"), transaction.atomic():
            EvidenceCopy.objects.create(
                file=file,
                kind="picture",
                number=2,
                width=1,
                height=1,
                size=1,
                sha256="0" * 64,
                stored_as="0" * 64,
                sealed_veil=b"",
            )

    @pytest.mark.parametrize("statement", ["DELETE FROM", "UPDATE"])
    def test_neither_files_nor_copies_nor_looks_are_deleted(
        self, statement: str, available: Receive
    ) -> None:
        available()
        changes = {
            "DELETE FROM": "DELETE FROM {}",
            "UPDATE": "UPDATE {} SET id = id",
        }
        for table in ("compliance_evidencecopy", "compliance_evidenceview"):
            with (
                pytest.raises(DatabaseError),
                transaction.atomic(),
                connections["default"].cursor() as cursor,
            ):
                cursor.execute(changes[statement].format(table))

    def test_a_file_is_erased_by_no_single_statement(self, available: Receive) -> None:
        file = available()

        with pytest.raises(IntegrityError, match="erased_by_two"), transaction.atomic():
            audit.move(file, "erase", actor=file_actor(file), provision=P, reason=REASON)

    def test_the_key_of_evidence_is_not_destroyed_without_approval(
        self, available: Receive
    ) -> None:
        file = available()

        with pytest.raises(IntegrityError, match="not approved"), transaction.atomic():
            vault.erase(key=file.key, actor=file_actor(file), provision=P, reason=REASON)

        file.key.refresh_from_db()
        assert file.key.wrapped is not None


def file_actor(file: EvidenceFile):
    return file.attached_by.logins.first()


class TestLooking:
    def test_an_ordinary_copy_is_shown_without_ado(
        self, available: Receive, staff_user: Callable
    ) -> None:
        copy = available().copies.get()

        shown = viewing.look_at_copy(copy=copy, actor=staff_user("moderator"))

        assert shown == storage.read_copy(copy)
        assert not EvidenceView.objects.exists()

    def test_of_a_sensitive_copy_there_is_a_veil_until_it_is_asked_for_on_record(
        self, available: Receive, staff_user: Callable
    ) -> None:
        copy = available(sensitivity="gore").copies.get()
        moderator = staff_user("moderator")

        veil = viewing.look_at_copy(copy=copy, actor=moderator)
        assert not EvidenceView.objects.exists()
        shown = viewing.show_copy(copy=copy, actor=moderator, provision=P, reason="核实内容")

        assert veil == viewing.veil_of(copy)
        assert len(veil) < 1000 < len(shown)
        look = EvidenceView.objects.get()
        assert (look.person, look.number, look.sensitivity) == (moderator.person, 1, "gore")
        assert ActionLog.objects.filter(action="compliance.evidencefile.show").count() == 1

    @pytest.mark.parametrize("role", ["auditor", "system_administrator"])
    def test_who_has_no_business_with_evidence_sees_nothing(
        self, role: str, available: Receive, staff_user: Callable
    ) -> None:
        copy = available().copies.get()

        with pytest.raises(NotPermitted):
            viewing.look_at_copy(copy=copy, actor=staff_user(role))

    def test_identity_documents_are_for_those_who_may_reveal_identity(
        self, available: Receive, staff_user: Callable
    ) -> None:
        copy = available(sensitivity="identity_document").copies.get()

        with pytest.raises(NotPermitted):
            viewing.show_copy(copy=copy, actor=staff_user("supervisor"), provision=P, reason=REASON)
        viewing.show_copy(copy=copy, actor=staff_user("moderator"), provision=P, reason=REASON)

        assert EvidenceView.objects.count() == 1

    def test_an_original_is_taken_out_with_a_reason_on_record(
        self, available: Receive, staff_user: Callable
    ) -> None:
        body = photo_with_position()
        file = available("photo.jpg", body)
        moderator = staff_user("moderator")
        grounds = {"file": file, "actor": moderator, "provision": P}

        with pytest.raises(MissingReason):
            viewing.take_out_original(**grounds, reason=" ")
        assert not EvidenceView.objects.exists()
        pieces = viewing.take_out_original(**grounds, reason="移送主管部门")

        assert EvidenceView.objects.get().part == "original"
        assert b"".join(pieces) == body

    @pytest.mark.parametrize("state", ["quarantined", "refused"])
    def test_what_was_not_admitted_is_handed_to_nobody(
        self, state: str, receive: Receive, available: Receive, staff_user: Callable
    ) -> None:
        name, make = HOSTILE["PNG bomb"]
        file = receive() if state == "quarantined" else available(name, make())

        with pytest.raises(FileNotAvailable):
            viewing.take_out_original(
                file=file, actor=staff_user("moderator"), provision=P, reason=REASON
            )

        assert not EvidenceView.objects.exists()

    def test_how_sensitive_it_is_can_be_said_later(
        self, available: Receive, staff_user: Callable
    ) -> None:
        file = available()
        moderator = staff_user("moderator")

        services.rate_file(
            file=file, sensitivity="gore", actor=moderator, provision=P, reason="画面血腥"
        )
        with pytest.raises(InvalidInput):
            services.rate_file(
                file=file, sensitivity="nice", actor=moderator, provision=P, reason=REASON
            )

        file.refresh_from_db()
        assert file.sensitivity == "gore"


class TestErasure:
    def test_two_others_approve_and_then_nothing_can_be_read(
        self,
        available: Receive,
        staff_user: Callable,
        store: Path,
        django_capture_on_commit_callbacks: Callable,
    ) -> None:
        file = available()
        copy = file.copies.get()
        officer, other = staff_user("compliance_officer"), staff_user("compliance_officer")
        supervisor = staff_user("supervisor")
        grounds = {"file": file, "provision": P}
        erasure.propose_erasure(**grounds, actor=officer, reason="法院要求删除")

        assert not erasure.approve_erasure(**grounds, actor=supervisor, reason="同意")
        assert storage.read_copy(copy)
        with django_capture_on_commit_callbacks(execute=True):
            assert erasure.approve_erasure(**grounds, actor=other, reason="同意")

        file = EvidenceFile.objects.get(pk=file.pk)
        assert file.status == EvidenceStatus.ERASED
        for read in (
            lambda: services.name_of(file),
            lambda: storage.read_original(file),
            lambda: storage.read_copy(EvidenceCopy.objects.get(pk=copy.pk)),
            lambda: viewing.veil_of(EvidenceCopy.objects.get(pk=copy.pk)),
        ):
            with pytest.raises(IdentityErased):
                read()
        assert stored(store) == []
        assert sweeping.compare_store(deep=True).is_sound
        # What was there and what was done stays on record.
        assert file.sha256
        assert ActionLog.objects.for_object(file).filter(action__endswith=".erase").exists()

    def test_nobody_does_two_of_the_three_steps(
        self, available: Receive, staff_user: Callable
    ) -> None:
        file = available()
        officer = staff_user("compliance_officer")
        grounds = {"file": file, "provision": P}
        erasure.propose_erasure(**grounds, actor=officer, reason=REASON)

        with pytest.raises(SamePerson):
            erasure.approve_erasure(**grounds, actor=officer, reason=REASON)
        supervisor = staff_user("supervisor")
        erasure.approve_erasure(**grounds, actor=supervisor, reason=REASON)
        with pytest.raises(SamePerson):
            erasure.approve_erasure(**grounds, actor=supervisor, reason=REASON)

        file.refresh_from_db()
        assert file.status == EvidenceStatus.AVAILABLE

    def test_what_is_returned_can_be_proposed_anew(
        self, available: Receive, staff_user: Callable
    ) -> None:
        file = available()
        officer, supervisor = staff_user("compliance_officer"), staff_user("supervisor")
        grounds = {"file": file, "provision": P}
        erasure.propose_erasure(**grounds, actor=officer, reason=REASON)

        with pytest.raises(ActionRefused):
            erasure.propose_erasure(**grounds, actor=officer, reason=REASON)
        erasure.return_erasure(**grounds, actor=supervisor, reason="不同意")
        with pytest.raises(ActionRefused):
            erasure.approve_erasure(**grounds, actor=supervisor, reason=REASON)
        again = erasure.propose_erasure(**grounds, actor=officer, reason=REASON)

        file.refresh_from_db()
        assert file.erasure_proposal == again
        assert file.status == EvidenceStatus.AVAILABLE

    def test_who_may_not_propose_it_does_not(
        self, available: Receive, staff_user: Callable
    ) -> None:
        with pytest.raises(NotPermitted):
            erasure.propose_erasure(
                file=available(), actor=staff_user("supervisor"), provision=P, reason=REASON
            )


class TestComparingTheStore:
    def test_a_sound_store_is_told_as_sound(
        self, available: Receive, store: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        available()

        call_command("check_evidence", "--json", "--deep")

        told = json.loads(capsys.readouterr().out)
        assert told == {"files": 2, "strays": [], "missing": [], "damaged": [], "removed": 0}

    def test_what_is_missing_or_changed_is_named_and_the_command_fails(
        self, available: Receive, store: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        gone, changed = available(), available("chat.txt")
        storage.path_of(gone.stored_as).unlink()
        path = storage.path_of(changed.stored_as)
        path.write_bytes(path.read_bytes() + b"x")

        with pytest.raises(CommandError):
            call_command("check_evidence", "--json", "--deep")

        told = json.loads(capsys.readouterr().out)
        assert told["missing"] == [gone.number]
        assert told["damaged"] == [changed.number]
