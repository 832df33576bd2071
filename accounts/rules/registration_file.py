"""How a platform's registration file is read: bytes in, one application or one problem a row out."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Final

from accounts.rules.application_data import (
    COLUMN_LIMITS,
    COLUMNS,
    ApplicationData,
    CellProblem,
    CellProblemKind,
    read_application,
)

_BLOCK: Final = 1 << 16
# Longer than all cells at their limits, quoted, and below the csv module's own limit for one field,
# which is a setting of the whole process and not ours to raise.
ROW_LIMIT: Final = 100_000
# A UTF-8 file with a few broken bytes decodes as GB18030 without complaint and means nonsense.
# Chinese text in GB18030 read as UTF-8 is nearly all broken; what is not gives two-byte characters
# (说, 联通), so only characters of three bytes and more speak for UTF-8.
_DAMAGE_SHARE: Final = 4
_FIRST_OF_THREE_BYTES: Final = "\u0800"
_QUOTE: Final = '"'
# With what tables are written that are no CSV of ours.
_OTHER_SEPARATORS: Final = (";", "\t", "|", "，")
_UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_FIELD_END: Final = re.compile(r"[,\n]")


class FileRefusal(StrEnum):
    """Why a whole file is refused before any row."""

    ENCODING = "encoding"
    UTF16 = "utf16"
    DAMAGED_UTF8 = "damaged_utf8"
    EMPTY = "empty"
    HEADER_UNREADABLE = "header_unreadable"
    SEPARATOR = "separator"
    COLUMNS_MISSING = "columns_missing"
    COLUMNS_UNKNOWN = "columns_unknown"
    COLUMNS_DOUBLE = "columns_double"


class RegistrationFileRefused(ValueError):
    """The file cannot be read as registrations."""

    def __init__(
        self, reason: FileRefusal, *, byte: int = 0, columns: tuple[str, ...] = ()
    ) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.byte = byte
        """Where the first byte stands that is in neither encoding, counted from 0."""
        self.columns = columns


class Encoding(StrEnum):
    """The encodings in which a file may come."""

    UTF8 = "utf-8"
    UTF8_BOM = "utf-8-sig"
    GB18030 = "gb18030"


@dataclass(frozen=True, slots=True)
class FileRow:
    """
    An application in a file.

    `number` counts rows as a person does who reads the table: the first row below the header is 1,
    and wholly empty lines are no rows. `line` is the line of the file where the row begins, the
    header being line 1; they part where a cell holds line breaks.
    """

    number: int
    line: int
    data: ApplicationData


@dataclass(frozen=True, slots=True)
class InvalidRow:
    """A row that is no application; nothing of it is stored. Numbers as in `FileRow`."""

    number: int
    line: int
    platform_uid: str
    problems: tuple[CellProblem, ...]


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(_BLOCK):
        yield block


def _first_error(file: BinaryIO, encoding: Encoding) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding.value)()
    before = 0
    pending = 0
    try:
        for block in _blocks(file):
            # What the decoder holds back from the last block is counted from in an error.
            pending = len(decoder.getstate()[0])
            decoder.decode(block)
            before += len(block)
        pending = len(decoder.getstate()[0])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return before - pending + error.start
    return None


def _is_damaged_utf8(file: BinaryIO) -> bool:
    """Return whether a file that is not UTF-8 is one all the same, with some bytes broken."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    broken = whole = 0
    for block in _blocks(file):
        text = decoder.decode(block)
        replaced = text.count("\ufffd")
        broken += replaced
        whole += sum(character >= _FIRST_OF_THREE_BYTES for character in text) - replaced
    return whole > broken * _DAMAGE_SHARE


def detect_encoding(file: BinaryIO) -> Encoding:
    """
    Return the encoding of a seekable file after one look at all of it, block by block.

    :raises RegistrationFileRefused: if it is neither UTF-8 nor GB18030.
    """
    file.seek(0)
    head = file.read(4)
    # Without a mark it is known by the empty halves of the header's first letters.
    if head.startswith(_UTF16_MARKS) or b"\x00\x00" in (head[::2], head[1::2]):
        raise RegistrationFileRefused(FileRefusal.UTF16)
    if head.startswith(codecs.BOM_UTF8):
        error = _first_error(file, Encoding.UTF8)
        if error is not None:
            raise RegistrationFileRefused(FileRefusal.DAMAGED_UTF8, byte=error)
        return Encoding.UTF8_BOM
    error = _first_error(file, Encoding.UTF8)
    if error is None:
        return Encoding.UTF8
    if _is_damaged_utf8(file):
        raise RegistrationFileRefused(FileRefusal.DAMAGED_UTF8, byte=error)
    error = _first_error(file, Encoding.GB18030)
    if error is None:
        return Encoding.GB18030
    raise RegistrationFileRefused(FileRefusal.ENCODING, byte=error)


class _RowTooLong(Exception):
    """The row that is being read passed the limit; the rest of it has to be read past."""


class _Lines:
    """
    The lines of one row at a time, for the csv module to pull from.

    Lines end at "\\n" only, so that a carriage return inside a line stays where it can be named.
    """

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._row: list[str] = []
        self._size = 0
        self.number = 0
        self.is_exhausted = False

    def begin_row(self) -> None:
        self._row = []
        self._size = 0

    @property
    def is_row_empty(self) -> bool:
        return not self._row

    @property
    def row_text(self) -> str:
        return "".join(self._row)

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(ROW_LIMIT + 1)
        if not line:
            self.is_exhausted = True
            raise StopIteration
        self._row.append(line)
        self._size += len(line)
        if line.endswith("\n"):
            self.number += 1
        if self._size > ROW_LIMIT:
            raise _RowTooLong
        return line

    def skip_row(self) -> bool:
        """
        Read past the rest of an overlong row; return whether it ended.

        It has to end where the csv module would end it. To go on at the next line instead would
        take the lines inside somebody's quoted cell for rows of their own: forged registrations.
        """
        state = _QuoteState()
        chunk = self.row_text
        self._row = []
        while chunk:
            if state.feed(chunk):
                return True
            chunk = self._text.readline(ROW_LIMIT)
            self.number += chunk.endswith("\n")
        self.is_exhausted = True
        return not state.is_quoted


class _QuoteState:
    """Whether the text so far ends inside quotation marks, by the rules of the csv module."""

    def __init__(self) -> None:
        self._state = "start"

    @property
    def is_quoted(self) -> bool:
        return self._state == "quoted"

    def feed(self, chunk: str) -> bool:
        """Take the next text; return whether a row ended at its very end."""
        at = 0
        ended = False
        while at < len(chunk):
            ended = False
            if self._state == "quoted":
                found = chunk.find(_QUOTE, at)
                if found < 0:
                    return False
                self._state, at = "closing", found + 1
                continue
            if self._state == "plain":
                match = _FIELD_END.search(chunk, at)
                if match is None:
                    return False
                at = match.start()
            character = chunk[at]
            at += 1
            if character == _QUOTE:
                self._state = "quoted"
            elif character == ",":
                self._state = "start"
            elif character == "\n":
                self._state = "start"
                ended = True
            else:
                self._state = "plain"
        return ended


def has_other_separator(header: Sequence[str], columns: Sequence[str]) -> bool:
    """Return whether a header names columns of ours, but with something else than commas between."""
    text = ",".join(header)
    return any(
        len(set(columns).intersection(cell.strip(' "') for cell in text.split(separator))) > 1
        for separator in _OTHER_SEPARATORS
    )


def _checked_header(cells: list[str]) -> tuple[str, ...]:
    header = tuple(cell.strip() for cell in cells)
    missing = tuple(column for column in COLUMNS if column not in header)
    unknown = tuple(dict.fromkeys(column for column in header if column not in COLUMNS))
    double = tuple(column for column in COLUMNS if header.count(column) > 1)
    if missing and has_other_separator(cells, COLUMNS):
        raise RegistrationFileRefused(FileRefusal.SEPARATOR)
    if missing:
        raise RegistrationFileRefused(FileRefusal.COLUMNS_MISSING, columns=missing)
    if unknown:
        raise RegistrationFileRefused(FileRefusal.COLUMNS_UNKNOWN, columns=unknown)
    if double:
        raise RegistrationFileRefused(FileRefusal.COLUMNS_DOUBLE, columns=double)
    return header


def _problem(kind: CellProblemKind, **params: int) -> tuple[CellProblem, ...]:
    return (CellProblem(kind, params=tuple(params.items())),)


class _Reader:
    """The rows of a file as the csv module cuts them, each counted and checked."""

    def __init__(self, lines: _Lines) -> None:
        self.lines = lines
        self.header: tuple[str, ...] = ()
        self.number = 0
        self._rows = csv.reader(lines)

    def read_header(self) -> None:
        try:
            cells = next(self._rows)
        except StopIteration:
            raise RegistrationFileRefused(FileRefusal.EMPTY) from None
        except (csv.Error, _RowTooLong):
            raise RegistrationFileRefused(FileRefusal.HEADER_UNREADABLE) from None
        if self.lines.is_exhausted:  # a quotation mark in the header swallowed the file
            raise RegistrationFileRefused(FileRefusal.HEADER_UNREADABLE)
        if any("\x00" in cell for cell in cells):
            raise RegistrationFileRefused(FileRefusal.ENCODING)
        self.header = _checked_header(cells)

    def rows(self) -> Iterator[FileRow | InvalidRow]:
        while (row := self._next()) is not None:
            yield row

    def _next(self) -> FileRow | InvalidRow | None:
        while True:
            self.lines.begin_row()
            line = self.lines.number + 1
            try:
                cells = next(self._rows)
            except StopIteration:
                return None
            except _RowTooLong:
                self.number += 1
                return self._overlong(line)
            except csv.Error:
                # The only complaint left to the csv module at our limits: "\r" inside a plain cell.
                self.number += 1
                return self._invalid(line, _problem(CellProblemKind.CARRIAGE_RETURN))
            if cells:
                break
        self.number += 1
        if self.lines.is_exhausted:
            # It asked for more lines than there were, so the row ended inside quotation marks.
            lines = self.lines.number - line + 1
            return self._invalid(line, _problem(CellProblemKind.QUOTE_NEVER_CLOSED, lines=lines))
        return self._row(line, cells)

    def _row(self, line: int, cells: list[str]) -> FileRow | InvalidRow:
        if len(cells) != len(self.header):
            counts = {"found": len(cells), "expected": len(self.header)}
            place = self.header.index("platform_uid")
            uid = _shown_uid(cells[place]) if place < len(cells) else ""
            problems = _problem(CellProblemKind.CELL_COUNT, **counts)
            return InvalidRow(self.number, line, uid, problems)
        named: Mapping[str, str] = dict(zip(self.header, cells, strict=True))
        read = read_application(named)
        if isinstance(read, ApplicationData):
            return FileRow(self.number, line, read)
        return InvalidRow(self.number, line, _shown_uid(named["platform_uid"]), read)

    def _overlong(self, line: int) -> InvalidRow:
        first = self.lines.row_text
        is_ended = self.lines.skip_row()
        lines = self.lines.number - line + 1
        if not is_ended:
            problems = _problem(CellProblemKind.QUOTE_NEVER_CLOSED, lines=lines)
        else:
            problems = (lines <= 1 and self._cell_at_fault(first)) or _problem(
                CellProblemKind.ROW_OVERSIZED, limit=ROW_LIMIT, lines=lines
            )
        # The csv module starts afresh with the next row, whatever it was in the middle of.
        self._rows = csv.reader(self.lines)
        return InvalidRow(self.number, line, self._uid_in(first), problems)

    def _cell_at_fault(self, begun: str) -> tuple[CellProblem, ...]:
        """Return which cell makes a row of one line too long, as far as its beginning tells."""
        cells = next(csv.reader([begun]), [])
        for column, cell in zip(self.header, cells, strict=False):
            limit = COLUMN_LIMITS[column]
            if len(cell) > limit:
                params = (("limit", limit),)
                return (CellProblem(CellProblemKind.CELL_FAR_OVERSIZED, column, params),)
        return ()

    def _invalid(self, line: int, problems: tuple[CellProblem, ...]) -> InvalidRow:
        return InvalidRow(self.number, line, self._uid_in(self.lines.row_text), problems)

    def _uid_in(self, text: str) -> str:
        """Return the uid of a row that could not be cut into cells, if it stands plainly first."""
        place = self.header.index("platform_uid")
        before = text.split("\n", 1)[0].split(",")[: place + 1]
        if len(before) <= place or any(_QUOTE in cell for cell in before):
            return ""
        return _shown_uid(before[place])


def _shown_uid(text: str) -> str:
    return text.strip().replace("\x00", "")[:100]


def read_registrations(file: BinaryIO) -> Iterator[FileRow | InvalidRow]:
    """
    Yield the rows of a platform's file one by one; the encoding and the header are checked first.

    `file` is open for bytes and can be sought in. It is read twice, block by block, and never held
    whole. Columns may stand in any order. A row that cannot be read never makes the next one
    unreadable, except where a quotation mark is never closed.

    :raises RegistrationFileRefused: if it is neither UTF-8 nor GB18030, or its header is not right.
    """
    encoding = detect_encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding.value, newline="\n")
    try:
        reader = _Reader(_Lines(text))
        reader.read_header()
        yield from reader.rows()
    finally:
        text.detach()  # the file is the caller's to close
