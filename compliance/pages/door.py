"""What every page of the console asks of a request: who is there, and which numbers were posted."""

from django.http import HttpRequest

from compliance.models import StaffUser


def staff_of(request: HttpRequest) -> StaffUser:
    """Return the login at the screen; pages of the console are for logged-in staff alone."""
    if not isinstance(request.user, StaffUser):
        raise TypeError("A console page was reached without a login.")
    return request.user


def posted_number(request: HttpRequest, name: str) -> int:
    """Return a whole number that a form posted, or 0, which no lease and no version has."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
