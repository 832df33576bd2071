"""Asking the configured provider for real-name verification, always outside a transaction."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from accounts.rules.applications import Examined
from accounts.verification.http import HttpProvider, HttpSettings
from accounts.verification.provider import (
    Provider,
    ProviderUnavailable,
    VerificationAnswer,
    VerificationRequest,
    methods_for,
)
from accounts.verification.sandbox import SandboxProvider
from compliance.errors import ActionRefused

# How many questions are under way at one time; our choice.
QUESTIONS_AT_ONCE = 8


class VerificationUnavailable(ActionRefused):
    """The provider gave no answer; nothing was stored, the same may be handed in again."""

    message = _(
        "Real-name verification cannot be reached. Nothing was stored; hand the application in "
        "again later."
    )


@cache
def configured_provider() -> Provider:
    """
    Return the provider that the setting IDENTITY_PROVIDER names.

    Public Account Provisions, art. 8 §1: real identity is verified. The sandbox verifies everybody
    and is refused in production.

    :raises ImproperlyConfigured: if the setting is unknown or not allowed here.
    """
    name = settings.IDENTITY_PROVIDER
    if name == "http":
        return HttpProvider(
            HttpSettings(settings.IDENTITY_PROVIDER_URL, settings.IDENTITY_PROVIDER_TOKEN)
        )
    if name == "sandbox" and not settings.IS_PRODUCTION:
        return SandboxProvider()
    raise ImproperlyConfigured(f"IDENTITY_PROVIDER may not be {name!r} here.")


def ask_all(
    questions: Sequence[tuple[Examined, str]],
) -> list[VerificationAnswer | VerificationUnavailable | None]:
    """
    Return the answer for each application, None where there is nothing to ask.

    Each question comes with the keyed digest of its application, from which its key is made: the
    same application asks under the same key, a changed one under another.
    """
    provider = configured_provider()

    def ask(question: tuple[Examined, str]) -> VerificationAnswer | VerificationUnavailable | None:
        examined, digest = question
        data = examined.data
        if not examined.must_verify or data.id_type is None:
            return None
        request = VerificationRequest(
            key=hashlib.sha256(f"verification:{digest}".encode()).hexdigest(),
            subject_name=data.subject_name.strip(),
            id_type=data.id_type,
            id_number=examined.id_number,
            mobile=examined.mobile,
            methods=methods_for(data.id_type),
        )
        try:
            return provider.verify(request)
        except ProviderUnavailable:
            return VerificationUnavailable()

    if len(questions) < 2 or isinstance(provider, SandboxProvider):
        return [ask(question) for question in questions]
    with ThreadPoolExecutor(max_workers=QUESTIONS_AT_ONCE) as pool:
        return list(pool.map(ask, questions))
