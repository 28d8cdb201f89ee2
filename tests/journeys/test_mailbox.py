"""A mailbox's night: messages with XDM archives, from the server to the last answer, with a kill on the way."""

import json
from email.message import EmailMessage
from pathlib import Path

from documents.stage import Stage
from specimens import Form, Kind, generate
from specimens.clinical import level_1
from specimens.exchange import submission_set
from tests.journeys.installation import Installation
from tests.services import dovecot


def message(number: int, attachment: bytes) -> bytes:
    """Return a message as MSSanté carries it."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "labo@test.mssante.fr", "bal@test.mssante.fr"
    mail["Subject"], mail["Message-ID"] = "XDM/1.0/DDM+Compte rendu", f"<{number}@test>"
    mail.set_content("Veuillez trouver ci-joint un compte rendu.")
    mail.add_attachment(attachment, maintype="application", subtype="zip", filename="IHE_XDM.ZIP")
    return mail.as_bytes()


def test_messages_are_moved_once_their_documents_are_stored_and_answered_twice(tmp_path: Path) -> None:
    """P6: each document of each message is stored once; a killed watcher leaves every message where it was or taken."""
    papers = list(generate(3, 31, kinds=(Kind.CONSULTATION,), forms=(Form.DIGITAL,)))
    with dovecot.running() as server:
        for number, paper in enumerate(papers):
            sent = submission_set([(paper.name, level_1(paper), paper.truth)])
            server.drop(message(number, sent))
        server.drop(message(9, b"PK\x03\x04 nothing of the kind"))
        settings = {
            "INBOXES": "{}",
            "MAILBOXES": json.dumps(
                {"hospital": f"imaps://{dovecot.USER}@127.0.0.1:{server.port}/INBOX?ca={server.authorities}"}
            ),
            "MAILBOX_PASSWORDS": json.dumps({"hospital": dovecot.PASSWORD}),
        }
        installation = Installation(tmp_path / "verso", settings)
        assert installation.command("status").returncode == 0
        try:
            installation.start("watcher", "courier", "worker")
            installation.wait_until(lambda: len(installation.documents()) >= 1)
            installation.kill("watcher")
            installation.start("watcher")
            installation.wait_until(lambda: len(list(installation.outbox.glob("*-settled.json"))) == 4)
            documents = installation.documents()
            assert len(documents) == 3
            # The type may be doubted, never the patient.
            assert {document.stage for document in documents} <= {Stage.STORED, Stage.REVIEW}
            assert {document.reason for document in documents} <= {None, "type-uncertain"}
            # A watcher killed in the middle of a move may leave a second copy of the message, never of a document.
            assert server.messages("INBOX") == 0
            assert server.messages("Verso") >= 4
            answers = [json.loads(path.read_text()) for path in installation.outbox.glob("*-settled.json")]
            told = [problem["code"] for answer in answers for problem in answer["problems"]]
            assert told == ["archive-damaged"]
            assert {line["answer"] for answer in answers for line in answer["files"]} <= {"stored", "review"}
            logs = "".join(path.read_text(errors="replace") for path in installation.logs.iterdir())
            assert dovecot.PASSWORD not in logs
        finally:
            installation.end()
