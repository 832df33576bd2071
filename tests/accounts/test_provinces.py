"""What of an address stands in the clear."""

import pytest

from accounts.catalogue_files import catalogue
from accounts.rules.provinces import province_of


@pytest.mark.parametrize(
    ("address", "province"),
    [
        ("浙江省杭州市西湖区某路88号", "浙江省"),
        ("浙江杭州", "浙江省"),
        (" 中国 北京市海淀区", "北京市"),
        ("中华人民共和国黑龙江省", "黑龙江省"),
        ("内蒙古呼和浩特", "内蒙古自治区"),
        ("某路88号（浙江省）", ""),
        ("杭州市西湖区", ""),
        ("", ""),
    ],
)
def test_keeps_the_province_an_address_begins_with(address, province):
    assert province_of(address, catalogue("provinces")) == province


def test_knows_every_division_of_the_first_level():
    names = [each["name"] for each in catalogue("provinces")]

    assert len(names) == len(set(names)) == 34
