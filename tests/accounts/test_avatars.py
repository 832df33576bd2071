"""Avatars: opened apart, kept once, compared with what only its holder may show."""

import csv
import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from PIL import Image, ImageEnhance

from accounts.models import (
    ApplicationAvatar,
    AvatarImage,
    ProfileChange,
    PublicAccount,
    ReservedAvatar,
    ReservedAvatarKey,
)
from accounts.profile_words import ProfileChangeStatus
from accounts.rules.looks import NEAR, asked_keys, distance, stored_keys
from accounts.services import avatars as reserved
from accounts.services import review as applications
from accounts.services.avatars import AvatarOutcome, AvatarRow
from accounts.services.profiles import review
from accounts.services.profiles.avatars import draw_avatar, keep_avatar, near_avatars
from compliance import work
from compliance.errors import ActionRefused, InvalidInput, NotPermitted
from compliance.evidence.kinds import FileNotTaken
from compliance.models import ActionLog, ResponseInvitation
from tests.accounts.profiles import as_bytes, drawn_here, grounds, looks, made_up_picture

PICTURES = 24


@pytest.fixture
def officer(staff_user):
    return staff_user("compliance_officer")


@pytest.fixture
def list_picture(officer):
    def add(number: int, *, name: str = "", holder_uscc: str = "") -> ReservedAvatar:
        drawn = drawn_here(made_up_picture(number))
        reserved.add_reserved_avatars(
            rows=[AvatarRow(drawn, name or f"示例标识{number}", "仅限权利人使用", holder_uscc)],
            **grounds(officer),
        )
        return ReservedAvatar.objects.get(image__sha256=drawn.sha256)

    return add


def changed_a_little(picture: Image.Image) -> dict[str, Image.Image]:
    side = picture.width
    rim = round(side * 0.04)
    return {
        "smaller": picture.resize((side // 3, side // 3)),
        "larger": picture.resize((side * 2, side * 2)),
        "compressed": Image.open(io.BytesIO(as_bytes(picture, "JPEG", quality=35))),
        "cropped": picture.crop((rim, rim, side - rim, side - rim)),
        "brighter": ImageEnhance.Brightness(picture).enhance(1.15),
        "darker": ImageEnhance.Brightness(picture).enhance(0.8),
        "paler": ImageEnhance.Contrast(picture).enhance(0.75),
    }


class TestLooks:
    def test_a_picture_looks_like_itself_through_size_compression_rim_and_light(self):
        far = [
            (number, how)
            for number in range(PICTURES)
            for how, other in changed_a_little(made_up_picture(number)).items()
            if distance(looks(made_up_picture(number)), looks(other)) > NEAR
        ]

        assert far == []

    def test_different_pictures_stay_apart(self):
        known = [looks(made_up_picture(number)) for number in range(PICTURES)]

        near = [
            (one, other)
            for one in range(PICTURES)
            for other in range(one)
            if distance(known[one], known[other]) <= NEAR
        ]

        assert near == []

    def test_a_picture_without_a_shape_looks_like_nothing(self):
        assert looks(Image.new("RGB", (64, 64), (10, 90, 200))) == []
        assert distance([], [1]) == 64

    @pytest.mark.parametrize("start", [0, 0xFFFF_FFFF_FFFF_FFFF, 0x1234_5678_9ABC_DEF0])
    def test_whatever_differs_in_no_more_traits_shares_a_key(self, start):
        for step in range(64):
            flips = sum(1 << ((step + 7 * each) % 64) for each in range(NEAR))
            assert stored_keys([start]) & asked_keys([start ^ flips])


def test_what_looks_like_a_reserved_picture_is_found_and_others_are_not(list_picture, db):
    first, _second = list_picture(3), list_picture(7)
    cropped = changed_a_little(made_up_picture(3))["cropped"]

    (hit,) = near_avatars(keep_avatar(draw_avatar(as_bytes(cropped, "JPEG", quality=60))))

    assert hit.reserved == first
    assert hit.distance <= NEAR
    assert near_avatars(keep_avatar(drawn_here(made_up_picture(11)))) == []


class TestTakingIn:
    def test_what_was_sent_is_drawn_anew_small_and_kept_once(self, db):
        exif = Image.Exif()
        exif[0x010E] = "made-up position"
        data = as_bytes(made_up_picture(1, side=900), "JPEG", exif=exif)

        image = keep_avatar(draw_avatar(data))

        assert keep_avatar(draw_avatar(data)) == image
        body = bytes(AvatarImage.objects.get().body)
        assert b"made-up position" not in body
        with Image.open(io.BytesIO(body)) as copy:
            assert (copy.format, copy.size) == ("JPEG", (256, 256))

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"<svg xmlns='http://www.w3.org/2000/svg'></svg>",
            b"%PDF-1.7 made up",
            b"\x89PNG\r\n\x1a\n" + b"damaged" * 40,
            b"\xff\xd8\xff" + bytes(2 * 1024 * 1024),
        ],
    )
    def test_what_is_no_picture_is_not_taken(self, data):
        with pytest.raises(FileNotTaken):
            draw_avatar(data)


class TestAccounts:
    def test_an_avatar_without_a_hit_is_shown_at_once(self, make_account, changed):
        account = make_account()
        drawn = drawn_here(made_up_picture(2))

        change = changed(account, drawn=drawn)

        account.refresh_from_db()
        assert change.status == ProfileChangeStatus.APPROVED
        assert account.avatar.sha256 == drawn.sha256

    def test_a_reserved_one_waits_for_a_person_unless_its_holder_shows_it(
        self, make_account, changed, held, list_picture
    ):
        company = make_account(id_type="uscc", subject_nature="enterprise")
        list_picture(5, holder_uscc=company.subject.uscc)
        drawn = drawn_here(made_up_picture(5).resize((90, 90)))
        person = make_account()

        waits = changed(person, drawn=drawn)
        shown = changed(company, drawn=drawn)

        assert shown.status == ProfileChangeStatus.APPROVED
        assert waits.status == ProfileChangeStatus.IN_REVIEW
        check = waits.checks.get()
        assert (check.code, check.reason_key) == ("name_mismatch", "avatar")
        assert check.params["avatars"][0]["name"] == "示例标识5"
        review.refuse_profile_change(**held(waits), told="标识属于他人")
        person.refresh_from_db()
        assert person.avatar is None
        assert not ResponseInvitation.objects.exists()

    def test_the_avatar_of_an_application_comes_with_its_account(
        self, make_application, list_picture, system, reviewer
    ):
        list_picture(6)
        application = make_application(account_name="河畔卫视")
        drawn = drawn_here(made_up_picture(6).resize((120, 120)))
        on = {"application": application, "drawn": drawn, **grounds(system)}

        reserved.set_application_avatar(**on)
        reserved.set_application_avatar(**on)

        assert ApplicationAvatar.objects.count() == 1
        found = application.checks.filter(reason_key="avatar")
        assert found.count() == 1
        lease = work.claim_item(work_item=application.work_item, actor=reviewer)
        account = applications.approve_application(
            application=application,
            fence=lease.fence,
            expected_version=application.version,
            **grounds(reviewer),
        )
        assert account.avatar.sha256 == drawn.sha256
        before = ActionLog.objects.count()
        with pytest.raises(ActionRefused):
            reserved.set_application_avatar(**on)
        assert (ActionLog.objects.count(), ApplicationAvatar.objects.count()) == (before, 1)


class TestList:
    def state(self) -> Any:
        return (
            list(ReservedAvatar.objects.values()),
            ReservedAvatarKey.objects.count(),
            AvatarImage.objects.count(),
            ActionLog.objects.count(),
        )

    def test_a_list_may_be_loaded_again(self, officer, list_picture):
        list_picture(3)
        drawn = drawn_here(made_up_picture(3))

        again = reserved.add_reserved_avatars(
            rows=[AvatarRow(drawn, "示例标识3", "仅限权利人使用")], **grounds(officer)
        )

        assert again == [AvatarOutcome.ALREADY_LISTED]
        assert ReservedAvatar.objects.count() == 1

    def test_refusals_leave_nothing(self, officer, staff_user, db):
        drawn = drawn_here(made_up_picture(3))
        flat = drawn_here(Image.new("RGB", (50, 50), "navy"))
        before = self.state()
        good = AvatarRow(drawn, "示例", "示例")
        for row, actor, problem in (
            (good, staff_user("moderator"), NotPermitted),
            (AvatarRow(drawn, " ", "示例"), officer, InvalidInput),
            (AvatarRow(drawn, "示例", "示例", "123"), officer, InvalidInput),
            (AvatarRow(flat, "示例", "示例"), officer, InvalidInput),
        ):
            before = self.state()
            with pytest.raises(problem):
                reserved.add_reserved_avatars(rows=[row], **grounds(actor))
            assert self.state() == before

    def test_what_is_taken_off_is_no_longer_found(self, officer, list_picture):
        listed = list_picture(3)
        on = {"reserved": listed, "expected_version": listed.version, **grounds(officer)}

        reserved.remove_reserved_avatar(**on)

        assert not ReservedAvatarKey.objects.exists()
        before = self.state()
        with pytest.raises(ActionRefused):
            reserved.remove_reserved_avatar(**{**on, "expected_version": listed.version})
        assert self.state() == before

    def test_the_command_lists_folders_and_files_and_names_what_it_could_not(self, tmp_path, db):
        (tmp_path / "示例机关.png").write_bytes(as_bytes(made_up_picture(1)))
        (tmp_path / "readme.txt").write_text("nothing")
        call_command("add_avatars", str(tmp_path), "--json", stdout=io.StringIO())
        (tmp_path / "logo.png").write_bytes(as_bytes(made_up_picture(2)))
        (tmp_path / "fake.png").write_bytes(b"no picture")
        rows = [
            {"file": "logo.png", "name": "示例商标", "reason": "商标", "holder_uscc": ""},
            {"file": "fake.png", "name": "假", "reason": "商标", "holder_uscc": ""},
            {"file": "gone.png", "name": "无", "reason": "商标", "holder_uscc": ""},
        ]
        with (tmp_path / "list.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        out = io.StringIO()

        with pytest.raises(CommandError):
            call_command("add_avatars", str(tmp_path / "list.csv"), "--json", stdout=out)

        lines = [json.loads(line) for line in out.getvalue().splitlines()]
        assert [each["outcome"] for each in lines] == ["added", "invalid", "invalid"]
        assert all(each["explanation"] for each in lines[1:])
        assert set(ReservedAvatar.objects.values_list("name", flat=True)) == {
            "示例机关",
            "示例商标",
        }


def test_nothing_of_an_avatar_stays_where_its_change_is_refused_at_the_door(make_account, changed):
    account = make_account()
    changed(account, name="北京夜读")
    drawn = drawn_here(made_up_picture(9))

    with pytest.raises(ActionRefused):
        changed(account, drawn=drawn)

    assert not AvatarImage.objects.filter(sha256=drawn.sha256).exists()
    assert ProfileChange.objects.count() == 1
    assert PublicAccount.objects.get().avatar is None
