"""How pictures come through the API: in base64, within one JSON object."""

import base64
import binascii
from typing import Any, Final

from rest_framework import serializers

from accounts.services.profiles.avatars import LARGEST
from compliance.api.serializers import TextField

# Four characters stand for three bytes.
LONGEST: Final = -(-LARGEST // 3) * 4


class PictureField(TextField):
    """The bytes of a picture in base64, as RFC 4648 has it, without line ends."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": LONGEST, **kwargs})

    def to_internal_value(self, data: Any) -> bytes:  # type: ignore[override]
        """
        Return the bytes.

        :raises ValidationError: if it is no base64.
        """
        text = super().to_internal_value(data)
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise serializers.ValidationError("", code="invalid") from None
