"""Two who act at once on one account: one right, and one agency at a time."""

import threading
from functools import partial

import pytest
from django.db import connections

from accounts.enums import ApplicationSource
from accounts.models import AgencyContract, EarningApplication, PublicAccount
from accounts.powers_words import ContractStatus, EarningBehaviour
from accounts.services.agencies import review
from accounts.services.earning import apply_for_earning
from compliance.errors import ActionRefused
from compliance.models import Notice, PlatformCommand
from tests.accounts.powers import because, held


def at_once(*acts):
    """Do all acts at the same moment; return what was refused, and what went wrong otherwise."""
    barrier = threading.Barrier(len(acts))
    refused, problems = [], []

    def run(act):
        try:
            barrier.wait(10)
            act()
        except ActionRefused as refusal:
            refused.append(str(refusal))
        except Exception as problem:  # noqa: BLE001  # shown by the assertion
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return refused, problems


@pytest.mark.django_db(transaction=True)
def test_of_two_applications_and_of_two_agreements_at_once_one_holds(
    old_account, make_agency, submitted_contract, staff_user, system
):
    account = old_account()

    def apply():
        apply_for_earning(
            account=PublicAccount.objects.get(pk=account.pk),
            behaviour=EarningBehaviour.TIPS,
            source=ApplicationSource.API,
            **because(system),
        )

    refused, problems = at_once(apply, apply)

    assert (len(refused), problems) == (1, [])
    assert EarningApplication.objects.get().status == "granted"
    assert PlatformCommand.objects.filter(kind="account.rights").count() == 1

    waiting = [submitted_contract(account, make_agency()) for _number in range(2)]
    people = [staff_user("moderator") for _number in range(2)]
    acts = [
        partial(review.approve_contract, **held(contract, actor), **because(actor))
        for contract, actor in zip(waiting, people, strict=True)
    ]

    refused, problems = at_once(*acts)

    assert (len(refused), problems) == (1, [])
    states = AgencyContract.objects.values_list("status", flat=True)
    assert sorted(states) == [ContractStatus.IN_FORCE, ContractStatus.IN_REVIEW]
    assert Notice.objects.filter(purpose="accounts.contract_in_force").count() == 1
