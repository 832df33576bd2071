"""Writing a notice: frozen with what it tells of, complete or not at all."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from compliance.errors import ActionRefused, InvalidInput
from compliance.models import Delivery, Notice, NoticeTemplate, Person, StaffUser, Stream
from compliance.notices import recipients, writing
from compliance.notices.purposes import get_purpose
from compliance.notices.recipients import Reference
from compliance.notices.texts import fill, placeholders_in
from tests.notices.conftest import APPEAL, AT_ONCE, GROUNDS, PURPOSE, delivery_of, draft

pytestmark = pytest.mark.django_db


def nothing_was_written() -> bool:
    return not (
        Notice.objects.exists()
        or Delivery.objects.exists()
        or Stream.objects.exists()
        or ProcrastinateJob.objects.exists()
    )


class Undone(Exception):
    pass


def test_a_notice_holds_its_text_its_template_and_who_wrote_it(
    write: Callable[..., Notice], staff_user: Callable[..., StaffUser]
) -> None:
    actor = staff_user("moderator")

    notice = write(actor=actor)

    notice.refresh_from_db()
    assert notice.text.endswith(APPEAL)
    assert "{{" not in notice.text
    assert "\n\n" not in notice.text  # the line of the empty placeholder is gone
    assert (notice.reasons, notice.appeal) == ("天气有变", APPEAL)
    assert notice.template.number == 1
    assert notice.written_by == notice.prepared_by == actor.person
    assert {each.language for each in Notice.objects.all()} == {"zh-hans", "en"}
    delivery = Delivery.objects.get()
    assert delivery.notice == notice
    assert (delivery.subject_id, delivery.sequence) == ("uid1", 1)
    assert (delivery.not_before - delivery.created_at).total_seconds() == 300
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.scheduled_at) == ("compliance.drain_outbox", delivery.not_before)


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_notice_and_no_job(write: Callable[..., Notice]) -> None:
    with pytest.raises(Undone), transaction.atomic():
        write()
        raise Undone

    assert nothing_was_written()


def test_numbers_go_up_by_one_for_each_subject_and_channel(write: Callable[..., Notice]) -> None:
    placed = [delivery_of(write(subject)).sequence for subject in ("a", "b", "a", "a", "b")]

    assert placed == [1, 1, 2, 3, 2]


def test_many_notices_at_once_keep_the_order_in_which_they_were_given(
    weather: None, system: StaffUser, make_person: Callable[..., Person]
) -> None:
    about = make_person()

    notices = writing.write_notices(
        [draft(about, subject) for subject in ("a", "b", "a", "a")], actor=system
    )

    told = [each for each in notices if each.language == "zh-hans"]
    assert [(n.subject_id, delivery_of(n).sequence) for n in told] == [
        ("a", 1),
        ("b", 1),
        ("a", 2),
        ("a", 3),
    ]
    assert ProcrastinateJob.objects.count() == 1


@pytest.mark.parametrize("empty", ["finding", "appeal", "number"])
def test_a_notice_without_reasons_or_the_way_to_appeal_is_refused(
    weather: None, system: StaffUser, make_person: Callable[..., Person], empty: str
) -> None:
    values = {"number": "1", "finding": "x", "extra": "", "appeal": APPEAL, empty: "  "}

    with pytest.raises(InvalidInput):
        writing.write_notice(draft(make_person(), values=lambda _language: values), actor=system)

    assert nothing_was_written()


def test_a_value_that_looks_like_a_placeholder_is_told_and_never_filled(
    weather: None, system: StaffUser, make_person: Callable[..., Person]
) -> None:
    values = {"number": "{{extra}}", "finding": "{{appeal}}}", "extra": "", "appeal": APPEAL}

    notices = writing.write_notice(
        draft(make_person(), values=lambda _language: values), actor=system
    )

    assert notices[0].title == "天气 { {extra} }"
    assert notices[0].reasons == "{ {appeal} } }"
    assert notices[0].reasons in notices[0].text


def test_a_purpose_whose_text_is_missing_in_one_language_is_not_used(
    made_up_purposes: None, system: StaffUser, make_person: Callable[..., Person]
) -> None:
    NoticeTemplate.objects.create(
        purpose=PURPOSE,
        audience="operator",
        language="zh-hans",
        number=1,
        subject="x",
        body="{{finding}}{{appeal}}",
        reasons_in="finding",
        appeal_in="appeal",
    )

    with pytest.raises(ActionRefused):
        writing.write_notice(draft(make_person()), actor=system)

    assert nothing_was_written()


def test_the_running_product_may_change_no_notice(write: Callable[..., Notice]) -> None:
    notice = write()

    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("UPDATE compliance_notice SET text = 'x' WHERE id = %s", [notice.pk])


def copied(notice: Notice, **changes: Any) -> str:
    notice.pk, notice._state.adding = None, True
    for name, value in {"occasion": "copy", **changes}.items():
        setattr(notice, name, value)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        notice.save(force_insert=True)
    assert refused.value.__cause__ is not None
    return str(refused.value.__cause__.diag.constraint_name)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"text": f"{{{{finding}}}} 天气有变 {APPEAL}"}, "notice_no_open_placeholder"),
        ({"title": "编号 {{number"}, "notice_no_open_placeholder"),
        ({"text": ""}, "notice_has_text"),
        ({"text": f"别的 {APPEAL}"}, "notice_tells_reasons"),
        ({"reasons": "", "text": f"天气有变 {APPEAL}"}, "notice_tells_reasons"),
        ({"text": "天气有变"}, "notice_tells_way_to_appeal"),
        ({"appeal": ""}, "notice_tells_way_to_appeal"),
        ({"appeal_in": ""}, "notice_of_template"),
        ({"reasons_in": ""}, "notice_of_template"),
        ({"purpose": AT_ONCE}, "notice_of_template"),
    ],
)
def test_the_database_itself_refuses_an_incomplete_notice(
    write: Callable[..., Notice], changes: dict[str, str], constraint: str
) -> None:
    notice = write()

    # The composite key is looked at when the statement ends, the checks before.
    assert copied(notice, **changes) == constraint


def test_one_occasion_is_told_once(write: Callable[..., Notice]) -> None:
    notice = write(occasion="once")

    assert copied(notice, occasion="once") == "notice_once"


class TestTexts:
    def test_only_plain_names_are_placeholders(self) -> None:
        assert placeholders_in("a {{b_c}} {{d}}") == {"b_c", "d"}
        for text in ("{{ b }}", "{{B}}", "{{b", "b}}", "{{}}", "{{b.c}}", "{{b|safe}}", "{{{b}}}"):
            with pytest.raises(InvalidInput):
                placeholders_in(text)

    def test_values_are_put_in_once_and_as_they_are(self) -> None:
        assert fill("{{a}} {% if x %} <b>", {"a": r"\1 & <i>"}) == r"\1 & <i> {% if x %} <b>"

    def test_a_line_of_empty_placeholders_goes_and_an_empty_line_stays(self) -> None:
        assert fill("a\n\n{{x}}\nb {{x}}", {"x": ""}) == "a\n\nb"

    def test_a_placeholder_without_a_value_is_refused(self) -> None:
        with pytest.raises(InvalidInput, match="finding"):
            fill("{{finding}}", {})


class TestChoice:
    def test_whoever_chose_more_channels_is_told_on_each_in_the_chosen_language(
        self, write: Callable[..., Notice], system: StaffUser
    ) -> None:
        recipients.choose_channels(
            recipient=Reference("account", "uid1"),
            purpose=PURPOSE,
            channels=["email"],
            language="en",
            actor=system,
            **GROUNDS,
        )

        write("uid1")
        write("uid2")

        mine = Delivery.objects.filter(subject_id="uid1")
        assert sorted(each.channel for each in mine) == ["email", "platform"]
        assert {each.notice.language for each in mine if each.notice} == {"en"}
        others = Delivery.objects.filter(subject_id="uid2")
        assert [each.channel for each in others] == ["platform"]

    def test_nobody_chooses_to_receive_commands_or_an_unknown_language(
        self, weather: None, system: StaffUser
    ) -> None:
        for channels, language in ((["command"], "en"), (["email"], "xx"), (["pigeon"], "en")):
            with pytest.raises(InvalidInput):
                recipients.choose_channels(
                    recipient=Reference("account", "uid1"),
                    purpose=PURPOSE,
                    channels=channels,
                    language=language,
                    actor=system,
                    **GROUNDS,
                )

        reach = recipients.reaches_of([(get_purpose(PURPOSE), Reference("account", "uid1"))])
        assert next(iter(reach.values())).channels == ("platform",)
