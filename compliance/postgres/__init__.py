"""The PostgreSQL of the quick start and of the tests: a real server that needs no system package.

One supervisor process per ``HEYAN_HOME`` holds the server for as long as any process of ours is
connected to it. The kernel reports a connection that ends, also after a ``kill -9``, so no list of
process numbers can go stale. Nothing here imports Django: the address of the database has to be
known before the settings are read.
"""

from compliance.postgres.client import ensure_database, is_server_lost
from compliance.postgres.errors import DatabaseUnavailable

__all__ = ["DatabaseUnavailable", "ensure_database", "is_server_lost"]
