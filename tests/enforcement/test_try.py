from collections.abc import Callable
import pytest
from enforcement.models import *
from accounts.models import *
from tests.enforcement.blacklist import *
from enforcement.services import reversals
pytestmark = pytest.mark.django_db

def test_one(decide, staff, staff_user, make_application):
    d = decide(measures=listing(MeasureCode.BLACKLIST, MeasureCode.BAR_REREGISTRATION))
    assert BlacklistEntry.objects.count()==2
    for n in d.notices.all(): print(n.text)
    e=BlacklistEntry.objects.first()
    r=staff_user("moderator")
    p=proposed(e, r)
    assert not reviewing.approve_removal(proposal=p, **grounds(staff_user("supervisor")))
    assert reviewing.approve_removal(proposal=p, **grounds(staff_user("compliance_officer")))
    e.refresh_from_db()
    assert e.status=='removed'
    print(IdentityBar.objects.values())
    handler=staff_user("complaint_handler")
    rep=reversals.reverse_decision(decision=d, **grounds(handler))
    for i in rep.items: print(i.measure,i.is_restored,i.explanation)
    assert 0
