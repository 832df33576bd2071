"""The articles that the code itself implements; limits and clauses are rows, not members here."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Provision(models.TextChoices):
    """An article and paragraph under which an act is taken; stored with every act."""

    PUBLIC_ACCOUNT_5_2 = "public-account-2021:5.2", _("Public Account Provisions, art. 5 §2")
    PUBLIC_ACCOUNT_6_1 = "public-account-2021:6.1", _("Public Account Provisions, art. 6 §1")
    PUBLIC_ACCOUNT_6_2 = "public-account-2021:6.2", _("Public Account Provisions, art. 6 §2")
    PUBLIC_ACCOUNT_7_1 = "public-account-2021:7.1", _("Public Account Provisions, art. 7 §1")
    PUBLIC_ACCOUNT_7_2 = "public-account-2021:7.2", _("Public Account Provisions, art. 7 §2")
    PUBLIC_ACCOUNT_7_3 = "public-account-2021:7.3", _("Public Account Provisions, art. 7 §3")
    PUBLIC_ACCOUNT_8_1 = "public-account-2021:8.1", _("Public Account Provisions, art. 8 §1")
    PUBLIC_ACCOUNT_8_2 = "public-account-2021:8.2", _("Public Account Provisions, art. 8 §2")
    PUBLIC_ACCOUNT_8_3 = "public-account-2021:8.3", _("Public Account Provisions, art. 8 §3")
    PUBLIC_ACCOUNT_9_1 = "public-account-2021:9.1", _("Public Account Provisions, art. 9 §1")
    PUBLIC_ACCOUNT_9_2 = "public-account-2021:9.2", _("Public Account Provisions, art. 9 §2")
    PUBLIC_ACCOUNT_9_3 = "public-account-2021:9.3", _("Public Account Provisions, art. 9 §3")
    PUBLIC_ACCOUNT_10_1 = "public-account-2021:10.1", _("Public Account Provisions, art. 10 §1")
    PUBLIC_ACCOUNT_10_2 = "public-account-2021:10.2", _("Public Account Provisions, art. 10 §2")
    PUBLIC_ACCOUNT_10_3 = "public-account-2021:10.3", _("Public Account Provisions, art. 10 §3")
    PUBLIC_ACCOUNT_11_1 = "public-account-2021:11.1", _("Public Account Provisions, art. 11 §1")
    PUBLIC_ACCOUNT_11_2 = "public-account-2021:11.2", _("Public Account Provisions, art. 11 §2")
    PUBLIC_ACCOUNT_11_3 = "public-account-2021:11.3", _("Public Account Provisions, art. 11 §3")
    PUBLIC_ACCOUNT_12_1 = "public-account-2021:12.1", _("Public Account Provisions, art. 12 §1")
    PUBLIC_ACCOUNT_12_2 = "public-account-2021:12.2", _("Public Account Provisions, art. 12 §2")
    PUBLIC_ACCOUNT_13_1 = "public-account-2021:13.1", _("Public Account Provisions, art. 13 §1")
    PUBLIC_ACCOUNT_13_2 = "public-account-2021:13.2", _("Public Account Provisions, art. 13 §2")
    PUBLIC_ACCOUNT_14_1 = "public-account-2021:14.1", _("Public Account Provisions, art. 14 §1")
    PUBLIC_ACCOUNT_14_2 = "public-account-2021:14.2", _("Public Account Provisions, art. 14 §2")
    PUBLIC_ACCOUNT_15_1 = "public-account-2021:15.1", _("Public Account Provisions, art. 15 §1")
    PUBLIC_ACCOUNT_15_2 = "public-account-2021:15.2", _("Public Account Provisions, art. 15 §2")
    PUBLIC_ACCOUNT_16_4 = "public-account-2021:16.4", _("Public Account Provisions, art. 16 §4")
    PUBLIC_ACCOUNT_17_2 = "public-account-2021:17.2", _("Public Account Provisions, art. 17 §2")
    PUBLIC_ACCOUNT_18 = "public-account-2021:18", _("Public Account Provisions, art. 18")
    PUBLIC_ACCOUNT_19_1 = "public-account-2021:19.1", _("Public Account Provisions, art. 19 §1")
    PUBLIC_ACCOUNT_19_2 = "public-account-2021:19.2", _("Public Account Provisions, art. 19 §2")
    PUBLIC_ACCOUNT_20_2 = "public-account-2021:20.2", _("Public Account Provisions, art. 20 §2")
    PUBLIC_ACCOUNT_20_3 = "public-account-2021:20.3", _("Public Account Provisions, art. 20 §3")
    OPINIONS_2 = "opinions-2021:2", _("Opinions on Platform Responsibility, point 2")
    OPINIONS_3 = "opinions-2021:3", _("Opinions on Platform Responsibility, point 3")
    OPINIONS_10 = "opinions-2021:10", _("Opinions on Platform Responsibility, point 10")
    PIPL_19 = "pipl-2021:19", _("Personal Information Protection Law, art. 19")
    PIPL_51 = "pipl-2021:51", _("Personal Information Protection Law, art. 51")
    CIVIL_CODE_1195 = "civil-code-2020:1195", _("Civil Code, art. 1195")
    CIVIL_CODE_1196 = "civil-code-2020:1196", _("Civil Code, art. 1196")
    MINORS_36 = (
        "minors-online-2023:36",
        _("Regulations on the Protection of Minors in Cyberspace, art. 36"),
    )


# What a row of a catalogue cites that rests on no article.
PLATFORM_DEFAULT = "platform-default"


def provision_in_words(code: str) -> str:
    """Return an article that a catalogue cites as colleagues say it; one that we do not know as it is."""
    if code == PLATFORM_DEFAULT:
        return gettext("set by the platform")
    labels = dict(Provision.choices)
    if code in labels:
        return str(labels[code])
    article, _bracket, item = code.removesuffix(")").partition("(")
    if article in labels and item.isdigit():
        return gettext("%(article)s, item %(item)s") % {"article": labels[article], "item": item}
    return code
