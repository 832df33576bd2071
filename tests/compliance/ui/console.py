"""What tests of the console's look share."""

STAFF_LIST = "admin:compliance_staffuser_changelist"


def text_of(response):
    return response.content.decode()
