"""The figures of a month: counted, compared, frozen, traced to their decisions; whose they are is asked."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccountActivity
from accounts.services.affiliations import note_affiliation
from compliance.errors import ActionRefused, InvalidInput, MissingReason, NotPermitted
from compliance.models import ActionLog, StaffUser
from enforcement.consistency_words import FigureKind
from enforcement.enums import DeviationKind
from enforcement.models import ConsistencyFigure, ConsistencyReport, Decision
from enforcement.rules.month_figures import (
    EVERYTHING,
    Counted,
    Figure,
    band_of,
    figures_of,
    spread,
)
from enforcement.rules.second_looks import ConsistencyTerms
from enforcement.services.consistency.figures import rows_behind
from enforcement.services.consistency.freezing import freeze_report, pseudonym, resolve_pseudonym
from tests.enforcement.conftest import Staff, suspension, violation
from tests.enforcement.console import client_of, text_of
from tests.enforcement.second_looks import P, after_this_month

TERMS = ConsistencyTerms(20, 2, 3, 20, (100, 1000))
ONE = Counted(
    code="V06.1",
    severity=2,
    offence=1,
    ordered=("warn",),
    days=None,
    deviation=DeviationKind.NONE,
    reason="",
    nature="enterprise",
    band=0,
    tie="others",
    moderator="AAAAAAAA",
    is_reversed=False,
)


def lighter(row: Counted, **changes: Any) -> Counted:
    return replace(row, deviation=DeviationKind.LIGHTER, reason="put_right", **changes)


def of(figures: list[Figure], kind: FigureKind, group: str = "", cell: Any = EVERYTHING) -> Figure:
    (found,) = [
        each for each in figures if (each.kind, each.group, each.cell) == (kind, group, cell)
    ]
    return found


class TestTheRules:
    def test_each_cell_and_all_of_them_are_counted(self) -> None:
        rows = [ONE, replace(ONE, severity=3), lighter(ONE, is_reversed=True)]

        figures = list(figures_of(rows, TERMS))

        everything = of(figures, FigureKind.ALL)
        assert (everything.decisions, everything.on_ladder, everything.lighter) == (3, 2, 1)
        assert everything.reversed == 1
        assert of(figures, FigureKind.ALL, cell=("V06.1", 2, 1)).decisions == 2
        assert of(figures, FigureKind.REASON, "lighter:put_right").decisions == 1

    def test_a_group_that_differs_by_the_limit_stands_out_and_the_others_with_it(self) -> None:
        own = replace(ONE, tie="own")
        rows = [*[lighter(own)] * 3, *[ONE] * 3]

        found = of(list(figures_of(rows, TERMS)), FigureKind.TIE, "own")

        assert (found.gap_permille, found.stands_out, found.is_few) == (1000, True, False)

    @pytest.mark.parametrize(("count", "stands_out"), [(1, True), (0, False)])
    def test_the_limit_itself_stands_out_and_less_is_not(
        self, count: int, stands_out: bool
    ) -> None:
        rows = [*[lighter(replace(ONE, band=1))] * count, *[replace(ONE, band=1)] * (5 - count)]
        rows += [ONE] * 5

        found = of(list(figures_of(rows, TERMS)), FigureKind.FOLLOWERS, "1")

        assert found.stands_out is stands_out

    def test_too_few_are_counted_and_compared_with_nothing(self) -> None:
        rows = [*[lighter(replace(ONE, tie="own"))] * 2, *[ONE] * 5]

        found = of(list(figures_of(rows, TERMS)), FigureKind.TIE, "own")

        assert (found.decisions, found.is_few) == (2, True)
        assert (found.gap_permille, found.stands_out) == (None, False)

    def test_a_small_cell_has_no_groups(self) -> None:
        figures = list(figures_of([ONE, ONE], TERMS))

        assert {each.kind for each in figures} == {FigureKind.ALL}
        assert all(each.is_few for each in figures)

    def test_how_far_decisions_lie_apart(self) -> None:
        rows = [replace(ONE, ordered=("suspend_updates:7",), days=7)] * 2
        rows += [replace(ONE, ordered=("suspend_updates:30",), days=30), ONE]

        found = of(list(figures_of(rows, TERMS)), FigureKind.ALL)

        assert (found.most_frequent, found.days_spread) == (2, 11.5)
        assert spread([7]) is None
        assert spread([1, 2, 3, 4, 5]) == 2

    def test_bands_begin_at_their_number(self) -> None:
        assert [band_of(each, (100, 1000)) for each in (0, 99, 100, 999, 1000)] == [0, 0, 1, 1, 2]


def freeze(actor: StaffUser, **changes: Any) -> ConsistencyReport:
    month = timezone.localdate().replace(day=1)
    with after_this_month():
        return freeze_report(
            **{"month": month, "actor": actor, "provision": P, "reason": "按月固定", **changes}
        )


@pytest.fixture
def frozen(decide: Callable[..., Decision], system: StaffUser) -> ConsistencyReport:
    """A month with six decisions of one moderator."""
    for _number in range(5):
        decide()
    decide(measures=suspension(7))
    return freeze(system)


@pytest.mark.django_db
class TestTheMonth:
    def test_every_figure_has_its_decisions(self, frozen: ConsistencyReport) -> None:
        assert frozen.decisions == 6
        figures = list(frozen.figures.all())
        assert figures

        for figure in figures:
            assert rows_behind(figure).count() == figure.decisions, str(figure)

    def test_what_was_known_of_each_decision_is_kept(
        self, decide: Callable[..., Decision], system: StaffUser, staff: Staff
    ) -> None:
        decision = decide(measures=suspension(7))
        AccountActivity.objects.create(account=decision.account, followers=250_000)
        other = decide(violation_type=violation("V06.2"))
        note_affiliation(
            account=other.account, kind="own", actor=staff.officer, provision=P, reason="自营账号"
        )
        later = decide(other.account)

        rows = {row.decision_id: row for row in freeze(system).rows.all()}

        row = rows[decision.pk]
        assert (row.code, row.severity, row.offence) == ("V06.1", 4, 1)
        assert (row.ordered, row.days) == (["suspend_updates:7"], 7)
        assert (row.deviation, row.reason) == ("lighter", "step_unfit")
        assert (row.nature, row.band) == ("natural_person", 2)
        # As it was when the decision came into force.
        assert rows[other.pk].tie == "others"
        assert rows[later.pk].tie == "own"

    def test_a_month_is_frozen_once_when_it_is_over_by_whoever_may(
        self, frozen: ConsistencyReport, system: StaffUser, staff: Staff
    ) -> None:
        with pytest.raises(ActionRefused):
            freeze(system)
        with pytest.raises(NotPermitted):
            freeze(staff.moderator)
        with pytest.raises(InvalidInput):
            freeze_report(month=timezone.localdate(), actor=system, provision=P, reason="按月固定")
        assert ConsistencyReport.objects.count() == 1

    def test_the_command_says_what_it_froze(
        self, capsys: pytest.CaptureFixture[str], db: None
    ) -> None:
        call_command("freeze_consistency", "--json", month="2026-01")
        assert '"decisions": 0' in capsys.readouterr().out

        with pytest.raises(CommandError):
            call_command("freeze_consistency", month="2026-01")

    def test_nothing_frozen_is_changed(self, frozen: ConsistencyReport) -> None:
        for model in (ConsistencyFigure, type(frozen.rows.first())):
            with pytest.raises(ProgrammingError), transaction.atomic():
                model.objects.update(report=frozen)

    def test_consistencyfigure_once(self, frozen: ConsistencyReport) -> None:
        figure = frozen.figures.first()
        assert figure is not None
        figure.pk = None
        with pytest.raises(IntegrityError, match="consistencyfigure_once"), transaction.atomic():
            figure.save(force_insert=True)


@pytest.mark.django_db
class TestWhoseTheyAre:
    def test_a_pseudonym_is_the_same_in_a_month_and_another_one_in_the_next(self) -> None:
        first, second = timezone.localdate(), timezone.localdate().replace(year=2020)

        assert pseudonym(first, 7) == pseudonym(first, 7)
        assert pseudonym(first, 7) != pseudonym(second, 7)
        assert pseudonym(first, 7) != pseudonym(first, 8)

    def test_a_supervisor_asks_and_the_record_does_not_hold_the_answer(
        self, frozen: ConsistencyReport, staff: Staff
    ) -> None:
        row = frozen.rows.first()
        assert row is not None

        person = resolve_pseudonym(
            report=frozen,
            moderator=row.moderator,
            actor=staff.supervisor,
            provision=P,
            reason="与该员沟通尺度",
        )

        assert person == staff.moderator.person
        entry = ActionLog.objects.filter(action="enforcement.consistencyreport.resolve").get()
        assert entry.changes == {"moderator": row.moderator}
        assert person.name not in entry.payload

    def test_others_do_not_learn_it(self, frozen: ConsistencyReport, staff: Staff) -> None:
        row = frozen.rows.first()
        assert row is not None
        for actor, changes, refusal in (
            (staff.officer, {}, NotPermitted),
            (staff.supervisor, {"reason": " "}, MissingReason),
            (staff.supervisor, {"moderator": "ZZZZZZZZ"}, InvalidInput),
        ):
            with pytest.raises(refusal):
                resolve_pseudonym(
                    **{
                        "report": frozen,
                        "moderator": row.moderator,
                        "actor": actor,
                        "provision": P,
                        "reason": "沟通",
                        **changes,
                    }
                )
        assert not ActionLog.objects.filter(
            action="enforcement.consistencyreport.resolve", outcome="done"
        ).exists()


@pytest.mark.django_db
class TestThePages:
    def test_a_figure_leads_to_its_decisions(self, frozen: ConsistencyReport, staff: Staff) -> None:
        figure = frozen.figures.get(kind=FigureKind.ALL, code="")
        client = client_of(staff.officer)

        month = client.get(reverse("admin:consistency"), {"month": str(frozen)})
        behind = client.get(reverse("admin:consistency_figure", args=[figure.pk]))

        assert reverse("admin:consistency_figure", args=[figure.pk]) in text_of(month)
        assert len(behind.context["rows"]) == figure.decisions == 6

    def test_the_decisions_of_a_moderator_are_shown_once_a_supervisor_asked(
        self, frozen: ConsistencyReport, staff: Staff
    ) -> None:
        figure = frozen.figures.get(kind=FigureKind.MODERATOR, code="")
        page = reverse("admin:consistency_figure", args=[figure.pk])

        before = text_of(client_of(staff.officer).get(page))
        refused = client_of(staff.officer).post(page, {"action": "resolve", "reason": "沟通"})
        after = text_of(
            client_of(staff.supervisor).post(page, {"action": "resolve", "reason": "沟通"})
        )

        number = Decision.objects.earliest("pk").number
        assert figure.group in before
        assert number not in before
        assert refused.status_code == 409
        assert number not in text_of(refused)
        assert number in after
        assert staff.moderator.person.name in after

    def test_moderators_do_not_see_the_figures(
        self, frozen: ConsistencyReport, staff: Staff
    ) -> None:
        assert client_of(staff.moderator).get(reverse("admin:consistency")).status_code == 403
