"""Why a name is taken for another one."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a name is taken for another one, in the order in which reasons are given."""

    SAME = "same"
    WIDTH = "width"
    CASE = "case"
    TRADITIONAL = "traditional"
    SEPARATOR = "separator"
    CONFUSABLE = "confusable"
    PINYIN = "pinyin"
    EDIT = "edit"
    CONTAINS = "contains"
