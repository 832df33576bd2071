"""Which databases the product connects to, read from the environment."""

from typing import Any
from urllib.parse import urlsplit

import environ

# The role that the product runs as when one address serves both roles.
DEFAULT_APPLICATION_ROLE = "heyan_app"


def database_settings(env: environ.Env) -> tuple[dict[str, dict[str, Any]], str]:
    """
    Return Django's DATABASES and the name of the application role.

    DATABASE_URL is the application role's address, DATABASE_OWNER_URL the owner's. Where only the
    first is given, both go to it and the application's sessions take the lesser role at once.
    """
    # Tools that only read the settings (the type checker) run without a server.
    url = env.str("DATABASE_URL", default="postgres:///heyan")
    owner_url = env.str("DATABASE_OWNER_URL", default="")
    application = {**env.db_url_config(url), "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    owner = dict(env.db_url_config(owner_url or url))
    if owner_url:
        role = urlsplit(url).username or application["USER"]
    else:
        role = DEFAULT_APPLICATION_ROLE
        application["OPTIONS"] = {**application.get("OPTIONS", {}), "assume_role": role}
    # The owner's connection is a second door to the same data, not a second database.
    owner["TEST"] = {"MIRROR": "default"}
    return {"default": application, "owner": owner}, role
