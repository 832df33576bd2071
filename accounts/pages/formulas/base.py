"""What the forms of all formulas have in common."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from compliance.ui.admin import DateWidget, NumberWidget, TextareaWidget


def whole(label: Any, help_text: Any, least: int, most: int) -> forms.IntegerField:
    """Return a field for a whole number between two bounds."""
    return forms.IntegerField(
        label=label, help_text=help_text, min_value=least, max_value=most, widget=NumberWidget
    )


def several(
    label: Any, choices: Any, help_text: Any = "", *, required: bool = True
) -> forms.MultipleChoiceField:
    """Return a field for some of what there is."""
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        help_text=help_text,
        required=required,
        widget=forms.CheckboxSelectMultiple,
    )


class FormulaForm(forms.Form):
    """What every version is proposed with: from which day, and why."""

    not_before = forms.DateField(
        label=gettext_lazy("In force not before"),
        help_text=gettext_lazy("Empty: from its approval on."),
        required=False,
        widget=DateWidget,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_fields()
        # What the version says comes first.
        named = [name for name in self.fields if name not in ("not_before", "reason")]
        self.order_fields([*named, "not_before", "reason"])

    @classmethod
    def made_for(cls, present: Mapping[str, Any], **kwargs: Any) -> "FormulaForm":
        """Return the form for a version made from `present`."""
        return cls(**kwargs)

    def add_fields(self) -> None:
        """Add the fields that the formula has for each of its parts."""

    @classmethod
    @abstractmethod
    def initial_of(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of the fields for the content of a version."""

    @abstractmethod
    def content(self, present: Mapping[str, Any]) -> dict[str, Any]:
        """Return the content that the form proposes."""
