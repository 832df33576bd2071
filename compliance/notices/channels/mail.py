"""E-mail, by whatever mail server the settings name."""

import smtplib
from email.utils import format_datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.mail.message import BadHeaderError
from django.core.validators import validate_email

from compliance.errors import IdentityErased
from compliance.identity import vault
from compliance.models import AttemptResult
from compliance.notices.channels.adapter import Message
from compliance.notices.outbox import Outcome


class MailAdapter:
    """Sends plain text; the address is read from the vault for the sending and kept nowhere."""

    def close(self) -> None:
        """Nothing is kept open: a mail server is asked anew for each message."""

    def send(self, message: Message) -> Outcome:
        """Send one message and return what came of it."""
        if not settings.MAIL_FROM:
            return Outcome(AttemptResult.NOT_SET_UP)
        sealed = message.sealed_address()
        if sealed is None:
            return Outcome(AttemptResult.NO_ADDRESS)
        try:
            address = vault.read(sealed).strip()
            # One plain address: no names, no lists, no line ends that would begin a new header.
            validate_email(address)
        except IdentityErased:
            return Outcome(AttemptResult.NO_ADDRESS)
        except ValidationError:
            return Outcome(AttemptResult.ADDRESS_REFUSED)
        host = settings.MAIL_FROM.rpartition("@")[2].rstrip(">")
        mail = EmailMessage(
            subject=message.title,
            body=message.text,
            from_email=settings.MAIL_FROM,
            to=[address],
            # The same at each attempt, so that a mailbox shows one message.
            headers={
                "Message-ID": f"<{message.message_id}@{host}>",
                "Date": format_datetime(message.created_at),
                "Auto-Submitted": "auto-generated",
            },
            connection=get_connection(timeout=settings.DELIVERY_SECONDS),
        )
        return _send(mail)


def _send(mail: EmailMessage) -> Outcome:
    try:
        mail.send()
    except BadHeaderError:
        return Outcome(AttemptResult.REFUSED)
    except smtplib.SMTPRecipientsRefused as problem:
        codes = [code for code, _words in problem.recipients.values()]
        return _by_code(codes[0] if codes else 500)
    except smtplib.SMTPResponseException as problem:
        return _by_code(problem.smtp_code)
    except TimeoutError:
        return Outcome(AttemptResult.TIMED_OUT)
    except (smtplib.SMTPException, OSError):
        return Outcome(AttemptResult.UNREACHABLE)
    return Outcome(AttemptResult.DELIVERED)


def _by_code(code: int) -> Outcome:
    is_final = 500 <= code < 600
    return Outcome(AttemptResult.REFUSED if is_final else AttemptResult.TRY_LATER, code)
