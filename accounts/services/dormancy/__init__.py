"""Accounts that nobody uses: found, told, suspended, ended by the agreement, or in use again."""
