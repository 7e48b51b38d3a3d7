"""The BagIt 1.0 form (RFC 8493): every file listed, every listed file there, every hash right.

A manifest is in one form here: one line a file, hash, two spaces, path; in order of path.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256

from asylia_verify.errors import WrongError

SEAL = "seal.json"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")
_OXUM = re.compile(rb"^Payload-Oxum: (\d{1,12})\.(\d{1,6})$", re.MULTILINE)
_TAGS = ("bag-info.txt", "bagit.txt", MANIFEST)


def check_bag(files: Mapping[str, bytes]) -> None:
    """``WrongError`` at the first thing that is not as RFC 8493 and ``spec/bundle.md`` have it."""
    for name in (*_TAGS, TAG_MANIFEST, SEAL):
        if name not in files:
            raise WrongError("is missing", name)
    payload = sorted(name for name in files if name.startswith("data/"))
    extra = set(files) - set(payload) - {*_TAGS, TAG_MANIFEST, SEAL}
    if extra:
        raise WrongError("was added: no bundle has it", min(extra))
    _check_manifest(files, TAG_MANIFEST, _TAGS)
    _check_manifest(files, MANIFEST, payload)
    if files["bagit.txt"] != _DECLARATION:
        raise WrongError("does not declare BagIt 1.0", "bagit.txt")
    oxum = _OXUM.findall(files["bag-info.txt"])
    held = (sum(len(files[name]) for name in payload), len(payload))
    if len(oxum) != 1 or (int(oxum[0][0]), int(oxum[0][1])) != held:
        raise WrongError("counts other bytes or files than are there", "bag-info.txt")


def _check_manifest(files: Mapping[str, bytes], manifest: str, held: Iterable[str]) -> None:
    listed = _parse(files[manifest], manifest)
    held = set(held)
    for name in sorted(set(listed) | held):
        if name not in held:
            raise WrongError("is listed in %(manifest)s and missing", name, manifest=manifest)
        if name not in listed:
            raise WrongError("was added: %(manifest)s does not list it", name, manifest=manifest)
        if sha256(files[name]).hexdigest() != listed[name]:
            raise WrongError(
                "is not the file that %(manifest)s lists: one of the two was altered",
                name,
                manifest=manifest,
            )


def _parse(content: bytes, manifest: str) -> dict[str, str]:
    try:
        lines = content.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise WrongError("is not a list of hashes and files", manifest) from None
    found = [_LINE.fullmatch(line) for line in lines[:-1]]
    listed = {match[2]: match[1] for match in found if match}
    if lines[-1] or len(listed) != len(lines) - 1 or list(listed) != sorted(listed):
        raise WrongError("is not a list of hashes and files, in order", manifest)
    return listed
