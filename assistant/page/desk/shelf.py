"""What happens when a reader changes the documents, or which of them are asked. Knows no Gradio."""

from collections.abc import Mapping

from assistant.page.desk.changes import Changes
from assistant.page.desk.desk import Desk
from assistant.page.documents.choice import chip_html, chosen_by
from assistant.page.session import Session


class ShelfDesk:
    """Answers the events of the list of documents."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def renew(self, session: Session) -> Changes:
        """Bring the index in step with the folder."""
        if self.desk.keeper is not None:
            self.desk.keeper.update()
        return self.desk.refresh(session)

    def remove(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Remove the file of a document, or one that could not be used."""
        named, documents = str(data.get("document")), self.desk.assistant.status().documents
        if self.desk.keeper is not None:
            self.desk.keeper.remove(
                next((one.names for one in documents if one.id == named), (named,))
            )
        return self.renew(session)

    def put_back(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Undo a removal."""
        if self.desk.keeper is not None:
            self.desk.keeper.put_back(str(data.get("key")))
        return self.renew(session)

    def choose(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Ask the documents that the reader has chosen, or with none all of them."""
        documents = self.desk.assistant.status().documents
        choice = data.get("choice")
        session.chosen = chosen_by(data.get("documents"), documents)
        session.choice = choice if isinstance(choice, int) else 0
        return {"scope": chip_html(documents, session.chosen, session.choice)}
