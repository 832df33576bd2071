"""The base of every page that takes files."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from compliance.errors import InvalidInput
from compliance.evidence.uploads import expect_files
from compliance.ui.pages import ConsolePage


@method_decorator(csrf_exempt, name="dispatch")
class UploadPage(ConsolePage):
    """
    A page whose form brings files.

    The token of the form stands in the body, so it is read by our own handler before the token is
    checked: first who may, then what size, then the body, then the token, then the page. Whatever
    was not received by a service is gone with the request.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return super().dispatch(request, *args, **kwargs)
        if not self.has_permission(request):
            raise PermissionDenied
        try:
            handler = expect_files(request)
        except InvalidInput as refusal:
            return self.show_refusal(refusal)
        try:
            return self._dispatch_with_token(request, *args, **kwargs)
        finally:
            handler.discard_all()

    @method_decorator(csrf_protect)
    def _dispatch_with_token(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)
