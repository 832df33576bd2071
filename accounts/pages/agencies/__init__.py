"""Agencies and their agreements on the screen: the register, the review, what an account shows of them."""

from accounts.pages.agencies import agency, contract, documents, entering, panels, review, searches

__all__ = ["register"]


def register() -> None:
    """Give the pages their addresses, their queue and their panels; called when apps are ready."""
    agency.register_pages()
    contract.register()
    documents.register()
    entering.register()
    review.register()
    panels.register()
    searches.register()
