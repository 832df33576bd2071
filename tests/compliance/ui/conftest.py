"""A console with lists, forms and a page of its own."""

import pytest


@pytest.fixture(autouse=True)
def kit_templates(settings):
    from tests.browser import TEMPLATES

    engine = {**settings.TEMPLATES[0]}
    engine["DIRS"] = [*engine["DIRS"], TEMPLATES]
    settings.TEMPLATES = [engine]


@pytest.fixture
def staff(staff_user):
    return staff_user("moderator")


@pytest.fixture
def console(client, staff):
    client.force_login(staff)
    return client
