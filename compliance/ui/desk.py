"""The work desk: cards that packages put on the first page, and what every page says of the work."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class CardRow:
    """
    One line of a card; `post_url` with `post_label` draws a button at its end, `key` presses it.

    `is_first` marks the one line of a card that is to be worked on before the others.
    """

    label: Text
    value: Text | int = ""
    url: str = ""
    hint: Text = ""
    tone: str = ""
    post_url: str = ""
    post_label: Text = ""
    key: str = ""
    is_first: bool = False


@dataclass(frozen=True, kw_only=True)
class CardData:
    """
    What a card shows: a figure, some lines, and the way on.

    `action_url` with `action_label` draws a button that posts, for example "claim next"; `link_url`
    leads to the full list. `tone` is one of "", "info", "good", "warning", "danger".
    """

    title: Text
    value: Text | int | None = None
    hint: Text = ""
    rows: Sequence[CardRow] = field(default_factory=tuple)
    empty: Text = ""
    link_url: str = ""
    link_label: Text = ""
    action_url: str = ""
    action_label: Text = ""
    key: str = ""
    tone: str = ""
    icon: str = ""
    is_wide: bool = False


CardMaker = Callable[[HttpRequest], CardData | None]

_makers: list[tuple[int, CardMaker]] = []


def register_card(maker: CardMaker, *, order: int = 100) -> CardMaker:
    """Put a card on the desk; a maker that returns None shows nothing to this person."""
    if all(known is not maker for _order, known in _makers):
        _makers.append((order, maker))
    return maker


def cards(request: HttpRequest) -> list[CardData]:
    """Return the cards of the person at the screen, in their order."""
    drawn = (maker(request) for _order, maker in sorted(_makers, key=lambda known: known[0]))
    return [card for card in drawn if card is not None]


@dataclass(frozen=True)
class Shortcut:
    """An act that a key does on every page."""

    url: str
    key: str
    label: Text


@dataclass(frozen=True, kw_only=True)
class Frame:
    """
    What stands on every page around its content.

    `total` goes before the title of the page; `counts_url` answers it anew, with the figures of the
    sidebar, while the page is looked at.
    """

    total: int = 0
    counts_url: str = ""
    shortcuts: Sequence[Shortcut] = field(default_factory=tuple)


FrameMaker = Callable[[HttpRequest], Frame]

_frame_makers: list[FrameMaker] = []


def register_frame(maker: FrameMaker) -> None:
    """Say what stands around every page; called when apps are ready, the last one counts."""
    _frame_makers.append(maker)


def frame(request: HttpRequest) -> Frame:
    """Return what stands around the page of the person at the screen."""
    return _frame_makers[-1](request) if _frame_makers else Frame()
