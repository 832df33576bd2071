"""How registration files are read, and what each broken one is told."""

import csv
import io
import tracemalloc

import pytest

from accounts.rules.application_data import COLUMN_LIMITS, COLUMNS, CellProblemKind
from accounts.rules.explanations import cell_explanation, file_explanation
from accounts.rules.registration_file import (
    FileRefusal,
    FileRow,
    InvalidRow,
    RegistrationFileRefused,
    read_registrations,
)
from tests.accounts.applications import cells

HEADER = ",".join(COLUMNS)


def line(**changes):
    out = io.StringIO()
    csv.writer(out).writerow(cells(**changes)[column] for column in COLUMNS)
    return out.getvalue().removesuffix("\r\n")


def table(*lines, header=HEADER, end="\n"):
    return end.join([header, *lines, ""])


def read(text, encoding="utf-8"):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    return list(read_registrations(io.BytesIO(data)))


def refusal(data):
    with pytest.raises(RegistrationFileRefused) as caught:
        read(data)
    return caught.value


def kinds(row):
    assert isinstance(row, InvalidRow), row
    return [(problem.kind, problem.column) for problem in row.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_reads_each_encoding_and_either_line_end(encoding, end):
    rows = read(table(line(account_name="真相𠮷"), line(platform_uid="pa-2"), end=end), encoding)

    assert [(row.number, row.line, row.data.platform_uid) for row in rows] == [
        (1, 2, "pa-1"),
        (2, 3, "pa-2"),
    ]
    assert rows[0].data.account_name == "真相𠮷"
    assert rows[0].data.applied_at.isoformat() == "2026-11-17T09:30:00+08:00"


def test_reads_a_last_line_without_its_end_and_passes_over_empty_lines():
    rows = read(f"{HEADER}\n\n{line()}\n\r\n{line(platform_uid='pa-2')}")

    assert [(row.number, row.line) for row in rows] == [(1, 3), (2, 5)]


def test_reads_columns_in_any_order():
    header = ",".join(reversed(COLUMNS))
    cells_backwards = ",".join(reversed(line().split(",")))

    (row,) = read(table(cells_backwards, header=header))

    assert row.data.platform_uid == "pa-1"


def test_keeps_line_breaks_and_quotation_marks_within_a_cell():
    bio = '第一行\n他说"好",\r\n完'

    rows = read(table(line(bio=bio), line(platform_uid="pa-2")))

    assert rows[0].data.bio == bio
    assert [(row.number, row.line) for row in rows] == [(1, 2), (2, 5)]


def test_leaves_the_file_of_the_caller_open():
    file = io.BytesIO(table(line()).encode())

    list(read_registrations(file))

    assert not file.closed


@pytest.mark.parametrize(
    "data",
    [
        f"{HEADER}\n".encode() + b"\xff\xff\n",
        b"PK\x03\x04" + bytes(range(256)),
    ],
)
def test_refuses_any_other_encoding_and_says_so(data):
    assert refusal(data).reason == FileRefusal.ENCODING


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_names_utf16_with_and_without_its_mark(encoding, mark):
    assert refusal((mark + table(line())).encode(encoding)).reason == FileRefusal.UTF16


def test_says_at_which_byte_a_file_cannot_be_read():
    good = table(line(account_name="x" * 100_000 + "名")).encode("gb18030")

    refused = refusal(good + b"\xff")

    assert (refused.reason, refused.byte) == (FileRefusal.ENCODING, len(good))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_does_not_take_damaged_utf8_for_gb18030(mark):
    whole = mark + table(*[line(account_name="河畔读书频道")] * 20).encode()
    broken = whole.replace("频".encode(), b"\x81\x81", 1)

    refused = refusal(broken)

    assert refused.reason == FileRefusal.DAMAGED_UTF8
    assert refused.byte == broken.index(b"\x81\x81")


def test_does_not_take_gb18030_that_happens_to_look_like_utf8_for_damaged():
    rows = read(table(*[line(bio="说联通说" * 50, account_name="河畔")] * 20), "gb18030")

    assert {row.data.account_name for row in rows} == {"河畔"}


def test_refuses_a_file_with_nothing_in_it():
    assert refusal(b"").reason == FileRefusal.EMPTY


@pytest.mark.parametrize(
    ("header", "reason", "columns"),
    [
        (HEADER.replace(",mobile", ""), FileRefusal.COLUMNS_MISSING, ("mobile",)),
        (HEADER + ",age", FileRefusal.COLUMNS_UNKNOWN, ("age",)),
        (HEADER + ",", FileRefusal.COLUMNS_UNKNOWN, ("",)),
        (HEADER + ",bio", FileRefusal.COLUMNS_DOUBLE, ("bio",)),
        (HEADER.replace(",", ";"), FileRefusal.SEPARATOR, ()),
        (HEADER.replace(",", "\t"), FileRefusal.SEPARATOR, ()),
        ('"' + HEADER, FileRefusal.HEADER_UNREADABLE, ()),
        ("x" * 200_000, FileRefusal.HEADER_UNREADABLE, ()),
    ],
)
def test_refuses_a_file_whose_header_is_not_right(header, reason, columns):
    refused = refusal(table(line(), header=header).encode())

    assert (refused.reason, refused.columns) == (reason, columns)


@pytest.mark.parametrize(
    ("changes", "kind", "column"),
    [
        ({"platform_uid": " "}, CellProblemKind.UID_EMPTY, "platform_uid"),
        ({"category": "Food"}, CellProblemKind.VALUE_UNKNOWN, "category"),
        ({"subject_nature": "person"}, CellProblemKind.VALUE_UNKNOWN, "subject_nature"),
        ({"id_type": "RESIDENT_ID"}, CellProblemKind.VALUE_UNKNOWN, "id_type"),
        ({"applied_at": "yesterday"}, CellProblemKind.DATE_UNREADABLE, "applied_at"),
        ({"applied_at": "2026-02-30T00:00:00Z"}, CellProblemKind.DATE_UNREADABLE, "applied_at"),
        (
            {"applied_at": "0001-01-01T00:00:00+14:00"},
            CellProblemKind.DATE_UNREADABLE,
            "applied_at",
        ),
        # In Asia/Shanghai it is the first year, in UTC the year before it.
        ({"applied_at": "0001-01-01T00:00:00"}, CellProblemKind.DATE_UNREADABLE, "applied_at"),
        (
            {"applied_at": "9999-12-31T23:00:00-10:00"},
            CellProblemKind.DATE_UNREADABLE,
            "applied_at",
        ),
        ({"applied_at": "２０２６-11-17"}, CellProblemKind.DATE_UNREADABLE, "applied_at"),
        *[
            (
                {"qualification_valid_until": text},
                CellProblemKind.DATE_UNREADABLE,
                "qualification_valid_until",
            )
            for text in ("2026-02-30", "2026/7/30", "2026-W31-4", "长期", "2026-07-30T00:00:00")
        ],
        ({"bio": "a\x00b"}, CellProblemKind.NUL, "bio"),
        ({"account_name": "\x00"}, CellProblemKind.NUL, "account_name"),
    ],
)
def test_takes_no_row_with_a_cell_that_cannot_be_read(changes, kind, column):
    bad, good = read(table(line(**changes), line(platform_uid="pa-2")))

    assert kinds(bad) == [(kind, column)]
    assert (bad.number, bad.platform_uid) == (1, changes.get("platform_uid", "pa-1").strip())
    assert isinstance(good, FileRow)


def test_names_every_fault_of_a_row():
    (row,) = read(table(line(platform_uid="", category="x", applied_at="y")))

    assert len(kinds(row)) == 3


@pytest.mark.parametrize(("column", "limit"), COLUMN_LIMITS.items())
def test_takes_no_cell_above_the_limit_of_its_column(column, limit):
    (row,) = read(table(line(**{column: "1" * (limit + 1)})))

    assert (CellProblemKind.CELL_OVERSIZED, column) in kinds(row)


def test_takes_cells_at_the_limit_of_their_columns():
    (row,) = read(table(line(bio="说" * COLUMN_LIMITS["bio"])))

    assert isinstance(row, FileRow)


@pytest.mark.parametrize(
    "changed", [line() + ",", line().rsplit(",", 1)[0], "pa-1", line().replace("someone@", "a,b")]
)
def test_takes_no_row_with_more_or_fewer_cells_than_the_header(changed):
    bad, good = read(table(changed, line(platform_uid="pa-2")))

    assert kinds(bad) == [(CellProblemKind.CELL_COUNT, "")]
    assert bad.platform_uid == "pa-1"
    assert isinstance(good, FileRow)


def test_reads_a_time_without_zone_as_shanghai():
    (row,) = read(table(line(applied_at="2026-11-17 09:30:00")))

    assert row.data.applied_at.isoformat() == "2026-11-17T09:30:00+08:00"


def test_keeps_an_unknown_qualification_type_for_the_check():
    (row,) = read(table(line(qualification_type="SOMETHING")))

    assert row.data.qualification_type == "SOMETHING"


def test_names_the_row_with_a_carriage_return_that_ends_no_line():
    bad, good = read(table(line(bio="x").replace(",x,", ",x\ry,"), line(platform_uid="pa-2")))

    assert kinds(bad) == [(CellProblemKind.CARRIAGE_RETURN, "")]
    assert bad.platform_uid == "pa-1"
    assert isinstance(good, FileRow)


def test_names_the_row_in_which_a_quotation_mark_is_never_closed():
    open_quote = line(platform_uid="pa-2", bio="x").replace(",x,", ',"x,')
    rest = [line(platform_uid=f"pa-{n}") for n in range(3, 50)]

    good, bad = read(table(line(), open_quote, *rest))

    assert isinstance(good, FileRow)
    assert kinds(bad) == [(CellProblemKind.QUOTE_NEVER_CLOSED, "")]
    assert (bad.number, bad.line, bad.platform_uid) == (2, 3, "pa-2")
    assert dict(bad.problems[0].params) == {"lines": 48}


def test_names_it_also_where_the_rest_of_the_file_is_large():
    open_quote = line(platform_uid="pa-2", bio="x").replace(",x,", ',"x,')
    rest = [line(platform_uid=f"pa-{n}") for n in range(3, 5_003)]

    _, bad = read(table(line(), open_quote, *rest))

    assert kinds(bad) == [(CellProblemKind.QUOTE_NEVER_CLOSED, "")]
    assert dict(bad.problems[0].params) == {"lines": 5_001}


@pytest.mark.parametrize(
    ("bio", "problem"),
    [
        ("x" * 300_000, (CellProblemKind.CELL_FAR_OVERSIZED, "bio")),
        ('他说"好",' * 60_000, (CellProblemKind.CELL_FAR_OVERSIZED, "bio")),
        ("行\n" * 90_000, (CellProblemKind.ROW_OVERSIZED, "")),
    ],
)
def test_reads_on_behind_a_row_of_any_size(bio, problem):
    first, bad, last = read(
        table(line(), line(platform_uid="pa-2", bio=bio), line(platform_uid="pa-3"))
    )

    assert isinstance(first, FileRow)
    assert kinds(bad) == [problem]
    assert (bad.number, bad.platform_uid) == (2, "pa-2")
    assert (last.number, last.data.platform_uid) == (3, "pa-3")
    assert last.line == 4 + bio.count("\n")


def test_takes_no_lines_within_an_oversized_cell_for_rows_of_their_own():
    forged = "\n".join([line(platform_uid="forged")] * 2_000)

    rows = read(table(line(platform_uid="pa-2", bio=forged), line(platform_uid="pa-3")))

    assert [kinds(rows[0])[0][0], rows[1].data.platform_uid] == [
        CellProblemKind.ROW_OVERSIZED,
        "pa-3",
    ]
    assert len(rows) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_holds_no_more_memory_for_a_longer_file(encoding):
    row = (line(bio="说" * 200) + "\n").encode(encoding)
    header = f"{HEADER}\n".encode()

    def peak(count):
        file = io.BytesIO(header + row * count)
        tracemalloc.start()
        assert sum(1 for _ in read_registrations(file)) == count
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    # The longer file has some 5 MB.
    assert peak(8_000) < peak(500) + 500_000


def test_says_in_words_what_is_wrong_with_a_row():
    broken = [
        line(category="x"),
        line(bio="x" * 6_000),
        line(bio="x" * 200_000),
        line(bio="x\n" * 100_000),
        "pa-1",
        line(bio="x").replace(",x,", ",x\ry,"),
        line(bio="\x00"),
        line(applied_at="x"),
        line(platform_uid=""),
        line(bio="x").replace(",x,", ',"x,'),
    ]

    sentences = [cell_explanation(row.problems[0]) for row in read(table(*broken))]

    assert len(set(sentences)) == len(CellProblemKind)
    assert not [sentence for sentence in sentences if "%(" in sentence]


@pytest.mark.parametrize("reason", FileRefusal)
def test_says_in_words_why_a_file_is_refused(reason):
    refused = RegistrationFileRefused(reason, byte=17, columns=("mobile",))

    assert "%(" not in file_explanation(refused)
