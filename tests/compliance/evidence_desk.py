"""What the tests of evidence share: a part of the product that files are attached for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compliance.evidence import access, services
from compliance.evidence.access import Owner
from compliance.evidence.incoming import take_in
from compliance.models import EvidenceFile, StaffUser
from compliance.provisions import Provision
from tests.compliance.evidence_files import HONEST

P = Provision.PUBLIC_ACCOUNT_19_2
REASON = "测试理由"
KIND = "tests.desk"


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Path:
    """A store of this test's own, to look into."""
    settings.EVIDENCE_ROOT = tmp_path / "store"
    return tmp_path / "store"


def stored(store: Path) -> list[Path]:
    """Return the files that a store holds."""
    return [path for path in store.rglob("*") if path.is_file()]


@pytest.fixture
def owner(monkeypatch: pytest.MonkeyPatch) -> Owner:
    """An owner whose files every colleague with the roles may see."""
    made = Owner(
        kind=KIND,
        may_view=lambda file, staff: True,
        url=lambda file: "/",
        label=lambda file: "测试事项",
        siblings=lambda file: list(EvidenceFile.objects.filter(owner_kind=KIND).order_by("pk")),
    )
    monkeypatch.setitem(access._owners, KIND, made)
    return made


@pytest.fixture
def receive(owner: Owner, system: StaffUser) -> Callable[..., EvidenceFile]:
    """Hands a file in: an honest one by its name, or the bytes that are given."""

    def make(name: str = "photo.jpg", body: bytes | None = None, **more: str) -> EvidenceFile:
        incoming = take_in(name, [HONEST[name]() if body is None else body], "image/x-declared")
        return services.receive_file(
            incoming=incoming,
            owner_kind=owner.kind,
            actor=system,
            provision=P,
            reason=REASON,
            **more,
        )

    return make


@pytest.fixture
def available(
    receive: Callable[..., EvidenceFile], system: StaffUser
) -> Callable[..., EvidenceFile]:
    """Hands a file in and has it checked."""

    def make(name: str = "photo.jpg", body: bytes | None = None, **more: str) -> EvidenceFile:
        file = receive(name, body, **more)
        return services.check_file(file=file, actor=system, provision=P, reason=REASON)

    return make
