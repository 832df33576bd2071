"""What the forms of the parts of a draft have in common, and the one in which it is proposed."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

from compliance.ui.admin import DateWidget, NumberWidget, TextareaWidget, TextInputWidget
from enforcement.services.catalogue.contents import Content

LONGEST: Final = 3650
MOST: Final = 100


def whole(label: Any, least: int, most: int, *, required: bool = True, hint: Any = "") -> Any:
    """Return a field for a whole number between two bounds."""
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        required=required,
        help_text=hint,
        widget=NumberWidget,
    )


def words(label: Any, length: int, *, required: bool = False, hint: Any = "") -> Any:
    """Return a field for some words."""
    return forms.CharField(
        label=label,
        max_length=length,
        required=required,
        help_text=hint,
        # A sentence needs the width of the page.
        widget=TextInputWidget(attrs={"data-wide": ""} if length > 200 else {}),
    )


def box(label: Any, hint: Any = "") -> Any:
    """Return a field that is ticked or not."""
    return forms.BooleanField(label=label, required=False, help_text=hint)


class PartForm(forms.Form):
    """A part of the draft; `version` says which state of the draft it was made from."""

    def __init__(self, content: Content, *args: Any, **kwargs: Any) -> None:
        self.present = content
        types = content["MeasureType"]
        # In the order of their numbers, M1 first.
        self.measures = sorted(types, key=lambda each: str(types[each]["number"]))
        super().__init__(*args, **kwargs)
        self.add_fields()

    def add_fields(self) -> None:
        """Add the fields that the rows of the draft ask for, filled with what they say."""
        raise NotImplementedError

    def content(self) -> Content:
        """Return the content of the draft with what the form says."""
        raise NotImplementedError

    def _add(self, name: str, field: Any, value: Any) -> None:
        self.fields[name] = field
        self.initial[name] = value

    def groups(self) -> list[tuple[str, list[Any]]]:
        """Return the fields under their headings, in the order in which they are filled in."""
        groups: dict[str, list[Any]] = {}
        for bound in self:
            groups.setdefault(self.heading(bound.name), []).append(bound)
        return list(groups.items())

    def heading(self, name: str) -> str:
        """Return under which heading a field stands."""
        raise NotImplementedError

    def copied(self) -> Content:
        """Return the content with rows that can be changed."""
        return {
            table: {name: dict(row) for name, row in rows.items()}
            for table, rows in self.present.items()
        }


class ProposeForm(forms.Form):
    """From which day on, and why."""

    not_before = forms.DateField(
        label=gettext_lazy("In force not before"),
        help_text=gettext_lazy("Announced for at least seven whole days first."),
        widget=DateWidget,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget(attrs={"rows": 3}))
