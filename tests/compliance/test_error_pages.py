"""What went wrong is said on a page of the console, in the language that was chosen."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from compliance import urls
from tests.messages import CHINESE_CHARACTER
from tests.screens import Screen

pytestmark = pytest.mark.django_db


def asked(language: str, **more: object) -> Client:
    client = Client(raise_request_exception=False, **more)
    client.cookies.load({"django_language": language})
    return client


def broken(request: HttpRequest) -> None:
    raise RuntimeError


def suspicious(request: HttpRequest) -> None:
    raise SuspiciousOperation


@pytest.mark.parametrize("language", ["zh-hans", "en"])
class TestErrorPages:
    def answer(self, status: int, language: str, login: object, monkeypatch) -> Screen:
        client = asked(language, enforce_csrf_checks=status == 419)
        client.force_login(login)
        if status in (400, 500):
            view = {400: suspicious, 500: broken}[status]
            monkeypatch.setattr(urls.urlpatterns[0], "callback", view)
        response = {
            400: lambda: client.get("/healthz"),
            403: lambda: client.get(reverse("admin:add_staff")),
            404: lambda: client.get(reverse("admin:decision", args=[999_999])),
            405: lambda: client.put(reverse("admin:search_records")),
            409: lambda: client.post(reverse("admin:open_case"), {"action": "unknown"}),
            419: lambda: client.post(reverse("admin:open_case"), {}),
            500: lambda: client.get("/healthz"),
        }[status]()

        assert response.status_code in {419: (403,), 409: (409, 422)}.get(status, (status,))
        return Screen(response.content.decode())

    @pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 419, 500])
    def test_it_says_in_one_language_what_happened(
        self, status: int, language: str, staff_user, monkeypatch
    ) -> None:
        login = staff_user("moderator")
        screen = self.answer(status, language, login, monkeypatch)

        said = " ".join(" ".join(screen.shown).split())
        # The person's name, and its first letter as a picture.
        for name in ("核验台 Heyan", "核验台", login.person.name, login.person.name[0]):
            said = said.replace(name, "")
        assert screen.language == language
        assert len(said) > 10
        assert bool(CHINESE_CHARACTER.search(said)) is (language == "zh-hans")
