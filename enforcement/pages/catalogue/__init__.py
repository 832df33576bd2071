"""The catalogue of violations on the screen: versions, a draft, what is proposed and what it changes."""

from enforcement.pages.catalogue.pages import register

__all__ = ["register"]
