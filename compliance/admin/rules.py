"""Admin pages of rule documents and time limits. All are read only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from compliance.models import (
    Clause,
    RuleDocument,
    RuleVersion,
    TimeLimit,
)
from compliance.provisions import provision_in_words
from compliance.ui.admin import (
    ConsoleAdmin,
    HistoryConsoleAdmin,
    ReadOnlyInline,
    display,
)


class RuleVersionInline(ReadOnlyInline):
    """Versions of a rule document."""

    model = RuleVersion
    fields = ["label", "effective_date"]


@admin.register(RuleDocument)
class RuleDocumentAdmin(HistoryConsoleAdmin):
    """Rule documents as rows, with their history; they are kept on pages of their own."""

    list_display = ["title", "code", "kind", "is_public"]
    search_fields = ["title", "=code"]
    ordering = ["code"]
    fields = ["title", "code", "kind", "is_public"]
    inlines = [RuleVersionInline]


class ClauseInline(ReadOnlyInline):
    """The clauses of a version."""

    model = Clause
    fields = ["chapter", "number", "heading", "text", "shown_provision"]
    ordering = ["position", "pk"]

    @display(description=_("provision"))
    def shown_provision(self, obj: Clause) -> str:
        """Return the article that the clause carries out, in words."""
        return provision_in_words(obj.provision)


@admin.register(RuleVersion)
class RuleVersionAdmin(ConsoleAdmin):
    """Versions of rule documents with their clauses."""

    list_display = ["document", "label", "effective_date"]
    list_select_related = ["document"]
    ordering = ["document__code", "-effective_date"]
    fields = [
        "document",
        "label",
        "effective_date",
        "announced_at",
        "accept_until",
        "change_summary",
        "clauses_sha256",
    ]
    inlines = [ClauseInline]


@admin.register(TimeLimit)
class TimeLimitAdmin(ConsoleAdmin):
    """Versions of time limits, one by one; the page `limits` shows what binds."""

    list_display = ["shown_step", "amount", "unit", "shown_provision", "effective_from"]
    ordering = ["code", "-effective_from"]
    fields = ["shown_step", "amount", "unit", "shown_provision", "effective_from"]
    readonly_fields = ["shown_step", "shown_provision"]

    @display(description=_("step"), ordering="code")
    def shown_step(self, obj: TimeLimit) -> str:
        """Return the step in words."""
        return obj.step_label

    @display(description=_("provision"))
    def shown_provision(self, obj: TimeLimit) -> str:
        """Return in words where the limit comes from."""
        return obj.provision_label
