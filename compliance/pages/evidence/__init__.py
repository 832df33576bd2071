"""Evidence on the screen: the viewer, what it is served, and the way to the original."""

from compliance.pages.evidence import desk, serving, viewer
from compliance.pages.evidence.presentation import FileRow, file_row
from compliance.pages.evidence.upload import UploadPage
from compliance.ui.pages import register_page

__all__ = ["FileRow", "UploadPage", "file_row", "register"]


def register() -> None:
    """Give the pages their addresses and the desk its card; called when apps are ready."""
    register_page("evidence/<int:pk>/", viewer.EvidencePage, name="evidence_file")
    register_page("evidence/<int:pk>/copies/<int:number>/", serving.CopyPage, name="evidence_copy")
    register_page("evidence/<int:pk>/original/", serving.OriginalPage, name="evidence_original")
    desk.register()
