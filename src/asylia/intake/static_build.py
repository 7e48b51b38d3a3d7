"""The page's files in a folder, to publish, compare and keep: ``asylia intake build``.

Upholds: the same release, root and groups give the same bytes, and ``SHA256SUMS`` names each
file's hash, so that anyone can tell a page that was altered from one that was not.  Refuses: to
write into a folder that holds anything.
"""

from hashlib import sha256
from pathlib import Path

from asylia.crypto.signing import VerifyingKey
from asylia.envelope import bundle
from asylia.envelope.signed import SignedBytes
from asylia.errors import ConflictError
from asylia.intake.app import word_files
from asylia.intake.keyring import Groups, groups_of
from asylia.intake.pages import Pages
from asylia.wire import decode

MANIFEST = "SHA256SUMS"


def groups_in(untrusted_bundle: bytes, root: VerifyingKey) -> Groups:
    """The groups that a signed bundle names; its day does not matter, its signatures do."""
    named = SignedBytes.parse(untrusted_bundle, limit=bundle.LIMIT)
    first_day = decode(named.body, bundle.IntakeBundle).not_before
    return groups_of(bundle.verify_bundle(untrusted_bundle, root, first_day))


def build(folder: Path, root: VerifyingKey, groups: Groups | None = None) -> dict[str, str]:
    """Write every file that is the same for everyone; SHA-256 in hex by path.

    ``groups``: as ``keyring.groups_of`` gives them, where the team has several compartments.
    """
    if folder.exists() and not folder.is_dir():
        raise ConflictError("there is a file of this name", hint="Name a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ConflictError("this folder is not empty", hint="Name a new one.")
    files = Pages(root).static(word_files(), groups)
    hashes = {name: sha256(content).hexdigest() for name, content in sorted(files.items())}
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    manifest = "".join(f"{value}  {name}\n" for name, value in hashes.items())
    (folder / MANIFEST).write_text(manifest, encoding="ascii")
    return hashes
