"""Whether this process can serve: the database answers and is migrated."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from compliance.notices import jobs


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers, else 503; says nothing about why."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM compliance_person LIMIT 1")
        silent = jobs.silent_since(timezone.now())
    except DatabaseError:
        return JsonResponse({"status": "unavailable"}, status=503)
    # This process can serve all the same; whoever watches sees that nothing is sent.
    return JsonResponse({"status": "ok", "worker": "silent" if silent else "ok"})
