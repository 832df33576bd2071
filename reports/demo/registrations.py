"""Applications of the demo: what was registered through the year and what waits in the queue."""

import csv
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from accounts.enums import ApplicationSource, ApplicationStatus, GroundKind, ListedNameKind
from accounts.models import Application, ApplicationMaterial, IdentityBar, Qualification, Subject
from accounts.services import bars, names, review
from accounts.services.invitations import MATERIAL
from accounts.services.material import FILES, WORDS
from accounts.services.qualifications import checking
from accounts.services.qualifications.review import verify_qualification
from accounts.services.registration import register_batch
from compliance import responses, roles, work
from compliance.absences import enter_absence
from compliance.errors import ActionRefused
from compliance.evidence.incoming import take_in
from compliance.evidence.services import check_file
from compliance.grounds import Grounds
from compliance.models import ResponseInvitation, StaffUser
from compliance.provisions import Provision
from reports.demo.applicants import Applicants, Cells, application
from reports.demo.clock import Diary
from reports.demo.staff import Crew

_DATA: Final = Path(__file__).parent / "data"
# Ordinary applications: so many batches of so many, the first ones before the year begins.
_BATCHES: Final = 14
_EARLY_BATCHES: Final = 6
_BATCH_SIZE: Final = 6
_EXPERT_FIELDS: Final = ("education", "health", "judicial", "economy")


def list_names(crew: Crew) -> None:
    """List the barred and the reserved names of the demo."""
    provisions = {
        ListedNameKind.BARRED: Provision.PUBLIC_ACCOUNT_8_3,
        ListedNameKind.RESERVED: Provision.PUBLIC_ACCOUNT_8_2,
    }
    for kind, provision in provisions.items():
        with (_DATA / f"{kind.value}-names.csv").open(encoding="utf-8", newline="") as file:
            rows = [names.NameRow(each["name"], each["reason"]) for each in csv.DictReader(file)]
        names.add_names(
            kind=kind,
            rows=rows,
            actor=crew.next(roles.COMPLIANCE_OFFICER),
            provision=provision,
            reason="演示数据：名称清单",
        )


class Registrations:
    """Notes every registration of the demo and what people decide about it."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew
        self._make = Applicants()

    def note_all(self) -> None:
        """Note every application."""
        self._note_ordinary()
        self._note_reviewed()
        self._note_refused_by_checks()
        self._note_waiting_for_material()
        self._note_shared_mobile()
        self._note_barred_identity()
        self._note_queue()

    def _register(self, at: datetime, rows: Sequence[Cells]) -> None:
        self._diary.note(at, lambda: self._hand_in(rows))

    def _hand_in(self, rows: Sequence[Cells]) -> list[Application]:
        outcomes = list(
            register_batch(
                rows=[application(cells) for cells in rows],
                source=ApplicationSource.API,
                actor=self._crew.system,
                provision=Provision.PUBLIC_ACCOUNT_8_1,
                reason="平台推送的注册申请",
            )
        )
        for outcome in outcomes:
            if isinstance(outcome, ActionRefused):
                raise outcome
        return [each.application for each in outcomes if not isinstance(each, ActionRefused)]

    def _note_ordinary(self) -> None:
        for batch in range(_BATCHES):
            if batch < _EARLY_BATCHES:
                at = self._diary.in_year(0) - timedelta(days=20 * (_EARLY_BATCHES - batch))
            else:
                at = self._diary.in_year((batch - _EARLY_BATCHES + 0.5) / (_BATCHES - 5))
            rows = [self._make.person(at) for _number in range(_BATCH_SIZE - 2)]
            rows += [self._make.company(at) for _number in range(2)]
            self._register(at, rows)

    def _note_reviewed(self) -> None:
        make = self._make
        acts = ["approve"] * 9 + ["refuse"] * 3 + ["ask"] * 2 + ["withdraw", "ask_and_resume"]
        for number, act in enumerate(acts):
            at = self._diary.in_year((number + 0.5) / len(acts), hour=11)
            if number % 4 == 3:
                cells = make.company(at, account_name=f"拟城日报社区版{number}", category="life")
            elif number == 8:
                until = (at + timedelta(days=900)).date().isoformat()
                cells = make.expert(at, "news", qualification_valid_until=until)
            else:
                # One ended a while ago, and nobody handed in another.
                ended = self._diary.ago(15).date().isoformat() if number == 1 else ""
                cells = make.expert(at, _EXPERT_FIELDS[number % 4], qualification_valid_until=ended)
            self._register(at, [cells])
            uid = cells["platform_uid"]
            self._note_decision(at + timedelta(days=1, hours=3), uid, act)

    def _note_decision(self, at: datetime, uid: str, act: str) -> None:
        self._diary.note(at, lambda: self._decide(uid, act))
        if act == "approve":
            self._diary.note(at + timedelta(days=1, hours=1), lambda: self._verify_shown(uid))
        if act == "ask_and_resume":
            self._diary.note(at + timedelta(days=4), lambda: self._resume(uid))
            self._note_decision(at + timedelta(days=5), uid, "approve")

    def _decide(self, uid: str, act: str) -> None:
        found = Application.objects.select_related("work_item", "matter").get(platform_uid=uid)
        actor = self._crew.next(roles.MODERATOR)
        fence = None
        if found.status == ApplicationStatus.IN_REVIEW and found.work_item is not None:
            fence = work.claim_item(work_item=found.work_item, actor=actor).fence
        on: dict[str, Any] = {
            "application": found,
            "fence": fence,
            "expected_version": found.version,
        }
        match act:
            case "approve":
                told = "登记材料齐全，身份与资质核验一致，准予登记。"
                review.approve_application(**on, told=told, **_because(actor, "材料核对无误"))
            case "refuse":
                told = "提交的资质证明与申请领域不符，且未能说明专业背景的来源，不予登记。"
                review.refuse_application(**on, told=told, **_because(actor, "资质存疑，已复核"))
            case "withdraw":
                review.withdraw_application(**on, **_because(actor, "申请人来电撤回"))
            case _:
                told = "请补充资质证书的清晰照片和在有效期内的执业注册信息。"
                review.ask_for_material(**on, told=told, **_because(actor, "证书照片不清晰"))

    def _verify_shown(self, uid: str) -> None:
        """Verify what an expert showed with the application, as any other qualification."""
        shown = Qualification.objects.filter(application__platform_uid=uid).first()
        if shown is None or shown.work_item is None:
            return
        actor = self._crew.next(roles.MODERATOR)
        fence = work.claim_item(work_item=shown.work_item, actor=actor).fence
        because = _because(actor, "已核对材料", Provision.PUBLIC_ACCOUNT_9_1)
        on: dict[str, Any] = {"qualification": shown, "fence": fence, **because}
        checking.tick_checklist(
            **on, ticks={code: checking.Tick(True) for code in shown.rule.checklist}
        )
        checking.record_lookup(
            **on,
            method="website",
            result="agrees",
            found="官网查询在册（演示）",
            looked_up_at=timezone.now(),
        )
        verify_qualification(
            **on, expected_version=shown.version, told="资质材料齐全，与发证机关查询结果一致。"
        )

    def _resume(self, uid: str) -> None:
        found = Application.objects.get(platform_uid=uid)
        review.resume_review(
            application=found,
            expected_version=found.version,
            **_because(self._crew.next(roles.MODERATOR), "材料已补齐"),
        )

    def _note_refused_by_checks(self) -> None:
        make = self._make
        first = self._diary.in_year(0.2, hour=14)
        later = self._diary.in_year(0.45, hour=14)
        last = self._diary.in_year(0.8, hour=14)
        taken = make.person(first, account_name="纸上村读书会")
        wrong = make.person(first)
        wrong["id_number"] = wrong["id_number"][:-1] + (
            "1" if wrong["id_number"][-1] != "1" else "2"
        )
        code = make.company(first)
        code["id_number"] = code["id_number"][:-1] + ("0" if code["id_number"][-1] != "0" else "1")
        self._register(first, [taken, wrong, code])
        self._register(
            later,
            [
                make.person(later, account_name="拟城内幕·早知道"),
                make.person(later, account_name="样例湾爆料臺"),
                make.person(later, account_name="空想山\u200b旅行记"),
                _same_person(make.person(later), taken),
            ],
        )
        self._register(
            last,
            [
                _same_person(make.person(last, account_name="紙上村讀書會"), taken),
                make.person(last, account_name="纸上神医讲堂"),
                make.person(last, born=date(2100, 1, 1)),
            ],
        )

    def _note_waiting_for_material(self) -> None:
        make = self._make
        early = self._diary.in_year(0.6, hour=15)
        late = self._diary.ago(5)
        answering = make.company(late, business_scope="")
        overdue = [
            make.expert(early, "health", qualification_type=""),
            make.person(early, contact=""),
            make.person(early, category="news"),
        ]
        self._register(early, overdue)
        decided_at = early + timedelta(days=20)
        self._note_decision(decided_at, overdue[0]["platform_uid"], "refuse")
        self._note_decision(decided_at, overdue[1]["platform_uid"], "withdraw")
        self._register(
            late,
            [
                make.expert(late, "education", qualification_valid_until="2025-06-30"),
                make.expert(late, "judicial", qualification_type="TEACHER"),
                make.person(late, mobile="12345"),
                make.person(late, registered_region="", operating_region=""),
                answering,
            ],
        )
        uid = answering["platform_uid"]
        self._diary.note(self._diary.ago(3), lambda: self._answer(uid))

    def _answer(self, uid: str) -> None:
        """Let an applicant supply material on the public page, and have it checked."""
        invitation = ResponseInvitation.objects.open().get(recipient_id=uid, kind=MATERIAL)
        responses.submit_response(
            invitation=invitation,
            words={WORDS: "补充经营范围：图书零售、读书会组织（演示）。"},
            files={FILES: [take_in("经营范围.txt", ["演示：营业执照记载的经营范围。".encode()])]},
            actor=self._crew.system,
        )
        for each in ApplicationMaterial.objects.filter(application__platform_uid=uid):
            check_file(file=each.file, **_because(self._crew.system, "检查收到的文件"))

    def _note_shared_mobile(self) -> None:
        at = self._diary.in_year(0.7, hour=16)
        rows = [self._make.person(at, mobile="19900999999") for _number in range(7)]
        self._register(at, rows)

    def _note_barred_identity(self) -> None:
        at = self._diary.in_year(0.1, hour=9)
        barred, forgiven = self._make.person(at), self._make.person(at)
        self._register(at, [barred, forgiven])
        for cells in (barred, forgiven):
            self._note_bar(at + timedelta(days=30), cells["platform_uid"])
        again = at + timedelta(days=45)
        row = self._make.person(again)
        row.update(id_number=barred["id_number"], subject_name=barred["subject_name"])
        self._register(again, [row])
        self._diary.note(again + timedelta(days=20), self._lift_newest_bar)

    def _note_bar(self, at: datetime, uid: str) -> None:
        self._diary.note(at, lambda: self._bar(uid, at))

    def _bar(self, uid: str, at: datetime) -> None:
        bars.bar_identity(
            subject=Subject.objects.get(applications__platform_uid=uid),
            ground_kind=GroundKind.LIST,
            ground_ref="演示名单第1号",
            review_date=(at + timedelta(days=365)).date(),
            **_because(self._crew.system, "多次恶意注册", Provision.PUBLIC_ACCOUNT_8_3),
        )

    def _lift_newest_bar(self) -> None:
        bars.lift_identity_bar(
            bar=IdentityBar.objects.in_force().filter(entry=None).latest("pk"),
            **_because(self._crew.system, "复核后解除", Provision.PUBLIC_ACCOUNT_8_3),
        )

    def _note_queue(self) -> None:
        make = self._make
        for days in (12, 7, 3, 1, 0):
            at = self._diary.ago(days, hour=9 + days % 8)
            chain = make.company(at)
            sister = make.company(at)
            sister.update(id_number=chain["id_number"], subject_name=chain["subject_name"])
            rows = [
                chain,
                sister,
                make.person(at, account_name=f"样例湾晚报夜读{days}"),
                make.expert(at, _EXPERT_FIELDS[days % 4]),
                make.expert(at, "news" if days % 2 else "health"),
            ]
            match days:
                case 12:
                    rows += [make.person(at, born=_years_before(at, age)) for age in (15, 14)]
                    # Of age since a few days ago.
                    grown = self._diary.ago(5).date()
                    born = date(grown.year - 18, grown.month, min(grown.day, 28))
                    rows.append(make.person(at, born=born))
                    rows.append(make.person(at, id_number="990101199001010019"))
                case 7:
                    rows.append(make.company(at, head="12"))
                    rows.append(make.person(at, bio="代开发票请私信，演示账号。"))
                case 3:
                    rows.append(make.person(at, mobile="19900000001"))
                    rows.append(
                        make.company(at, account_name="示范大学校园生活", bio="办假证联系客服")
                    )
                    # One shape and a separator away from a medium; a hospital that is a person.
                    rows.append(make.person(at, account_name="拟城·曰报", category="life"))
                    rows.append(make.person(at, account_name="纸上村便民医院", category="life"))
                case 1:
                    rows.append(make.person(at, mobile="19900999999"))
                    rows.append(make.person(at, born=_years_before(at, 17)))
            self._register(at, rows)


def hold_items(crew: Crew) -> None:
    """Let moderators have something in hand, one of it handed over, and somebody be away soon."""
    holders = [crew.next(roles.MODERATOR) for _number in range(2)]
    leases = [work.claim_next(queue="applications", actor=actor) for actor in holders]
    work.hand_over_item(
        work_item=leases[0].work_item,
        receiver=holders[1].person,
        fence=leases[0].fence,
        **_because(holders[0], "下午参加培训，请协助审核", Provision.PUBLIC_ACCOUNT_6_1),
    )
    away, now = crew.next(roles.COMPLAINT_HANDLER), timezone.now()
    enter_absence(
        person=away.person,
        absent_from=now + timedelta(days=2),
        absent_until=now + timedelta(days=5),
        **_because(away, "年休假", Provision.PUBLIC_ACCOUNT_6_1),
    )


def _same_person(cells: Cells, other: Cells) -> Cells:
    return {**cells, "id_number": other["id_number"], "subject_name": other["subject_name"]}


def _years_before(at: datetime, years: int) -> date:
    return at.date() - timedelta(days=years * 366)


def _because(
    actor: StaffUser, reason: str, provision: Provision = Provision.PUBLIC_ACCOUNT_8_1
) -> Grounds:
    return Grounds(actor=actor, provision=provision, reason=reason)
