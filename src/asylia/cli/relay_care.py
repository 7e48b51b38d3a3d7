"""``asylia relay backup-key | backup | restore | upgrade``: keeping a relay."""

from pathlib import Path

from cyclopts import App
from rich.console import Console

from asylia.crypto import age
from asylia.given import read_given_text
from asylia.relay import backup as care
from asylia.relay import upgrade as versions
from asylia.vault.process import harden
from asylia.vault.vault import write_whole

app = App(name="relay")


@app.command(name="backup-key")
def backup_key(identity_file: Path, recipient_file: Path) -> None:
    """Make the pair that backups are sealed with, away from the relay.

    Parameters
    ----------
    identity_file
        Where to write what opens backups. It never goes to the relay.
    recipient_file
        Where to write what seals them. The relay gets this.

    """
    harden()
    identity = age.Identity.generate()
    write_whole(identity_file, identity.reveal().encode() + b"\n")
    write_whole(recipient_file, str(identity.recipient).encode() + b"\n")


@app.command
def backup(
    folder: Path,
    target: Path,
    *,
    recipient_file: Path,
    postgres_file: Path | None = None,
    replace: bool = False,
) -> None:
    """Write a sealed backup of the relay in FOLDER to TARGET; the relay may go on meanwhile.

    Parameters
    ----------
    folder
        The relay's folder.
    target
        The file to write.
    recipient_file
        A file with the recipient that alone can open it, as `asylia relay backup-key` made it.
    postgres_file
        The file that `asylia relay init` was given, where the store is in PostgreSQL.
    replace
        Put the backup in the place of one that is there already.

    """
    harden()
    size = care.back_up(
        folder, target, _seal(recipient_file), postgres_file=postgres_file, replace=replace
    )
    Console(highlight=False).print(f"Sealed {size} bytes.")


@app.command
def restore(
    sealed: Path, folder: Path, *, identity_file: Path, postgres_file: Path | None = None
) -> None:
    """Make a relay from a backup, in a folder that is empty or not there yet.

    Its state is the one of the backup: devices will name what is missing since.

    Parameters
    ----------
    sealed
        The backup.
    folder
        Where the relay is to be.
    identity_file
        The file that opens it, as `asylia relay backup-key` made it.
    postgres_file
        A file with the libpq connection string of a database without a relay, for the backup of a
        relay on PostgreSQL.

    """
    harden()
    identity = age.Identity.parse(_line(identity_file))

    def unseal(source: care.Source, target: care.Target) -> None:
        age.decrypt_stream(source, target, [identity])

    care.restore(sealed, folder, unseal, postgres_file=postgres_file)
    console = Console(highlight=False, soft_wrap=True)
    console.print("The relay is there again, as it was when the backup was made.")
    console.print("[dim]Tell the team: its devices will name what is missing since.[/]")


@app.command
def upgrade(folder: Path, target: Path, *, recipient_file: Path) -> None:
    """Bring the store in FOLDER to this program's version, after a backup. Stop the relay first.

    Parameters
    ----------
    folder
        The folder of a relay on SQLite.
    target
        Where to write the backup that is made first.
    recipient_file
        A file with the recipient of that backup.

    """
    harden()
    seal = _seal(recipient_file)
    before, now = versions.upgrade(folder, lambda: _before(folder, target, seal))
    told = f"from version {before} to {now}" if before < now else f"at version {now} already"
    Console(highlight=False).print(f"The store is {told}.")


def _before(folder: Path, target: Path, seal: care.Carry) -> None:
    care.back_up(folder, target, seal)


def _seal(recipient_file: Path) -> care.Carry:
    recipient = age.Recipient.parse(_line(recipient_file))

    def seal(source: care.Source, target: care.Target) -> None:
        age.encrypt_stream(source, target, [recipient])

    return seal


def _line(path: Path) -> str:
    return read_given_text(path, what="the file with the key").strip()
