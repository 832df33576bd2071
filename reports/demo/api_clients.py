"""Systems of the demo's platform that call the API: one that writes, one that waits for it."""

from typing import Any

from compliance import roles
from compliance.api import clients
from compliance.models import ApiClient, Proposal
from compliance.models.api import READS_A_MINUTE, WRITES_A_MINUTE
from compliance.provisions import Provision
from reports.demo.staff import Crew

KEY_DAYS = 180


def add_clients(crew: Crew) -> None:
    """
    Register both clients, all of it through the services.

    The secret of the key is thrown away: whoever tries the API makes a key of their own.
    """
    keeper = crew.next(roles.SYSTEM_ADMINISTRATOR)
    grounds: dict[str, Any] = {"actor": keeper, "provision": Provision.PIPL_51}
    site = _client("示例平台主站", "演示数据：接入平台主站", grounds)
    for scope in ("accounts:read", "applications:read", "decisions:read", "rules:read"):
        clients.grant_scope(client=site, scope=scope, reason="演示数据：主站读取结果", **grounds)
    proposal = clients.grant_scope(
        client=site, scope="applications:write", reason="演示数据：主站提交账号申请", **grounds
    )
    assert isinstance(proposal, Proposal)
    clients.approve_scope(
        client=site,
        proposal=proposal,
        reason="演示数据：用途明确，同意",
        **{**grounds, "actor": crew.next(roles.COMPLIANCE_OFFICER)},
    )
    clients.issue_key(client=site, days=KEY_DAYS, reason="演示数据：首个密钥", **grounds)
    executor = _client("示例平台执行系统", "演示数据：接入执行系统", grounds)
    clients.grant_scope(
        client=executor, scope="commands:read", reason="演示数据：读取指令", **grounds
    )
    clients.grant_scope(
        client=executor,
        scope="commands:confirm",
        reason="演示数据：执行系统需要反馈指令执行情况",
        **grounds,
    )


def _client(name: str, reason: str, grounds: dict[str, Any]) -> ApiClient:
    return clients.register_client(
        name=name,
        contact_post="平台接口值班",
        reads_a_minute=READS_A_MINUTE,
        writes_a_minute=WRITES_A_MINUTE,
        reason=reason,
        **grounds,
    )
