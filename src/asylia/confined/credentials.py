"""A file's own C2PA credentials: whether they hold for these bytes, and whom they name.

Upholds: they are verified offline, against the trust list that is given or none; nothing is fetched
(no remote manifest, no OCSP, and no socket could be opened).  Refuses: to add any.
C2PA 2.2, section 15 ("Validation"); the states are those of package ``c2pa-python``.
"""

import io
import json
from typing import Any

import c2pa

_OFFLINE = {
    "remote_manifest_fetch": False,
    "ocsp_fetch": False,
    "verify_trust": True,
    "verify_timestamp_trust": False,
}
_LONGEST = 500
_STATES = {"Trusted": "trusted", "Valid": "valid"}


def read(content: bytes, options: dict[str, Any]) -> dict[str, Any]:
    """``by`` (package), ``state``, ``signed_by``, ``signed_on``, ``made_with``, ``failures``."""
    anchors = content[: options["beside"]].decode("ascii")
    settings: dict[str, Any] = {"verify": _OFFLINE}
    if anchors:
        settings["trust"] = {"trust_anchors": anchors}
    found = {"by": f"c2pa-python {c2pa.__version__}"}
    image = io.BytesIO(content[options["beside"] :])
    try:
        context = c2pa.Context.from_dict(settings)
        with c2pa.Reader(options["media_type"], image, context=context) as reader:
            return {**found, **_told(reader)}
    except c2pa.C2paError.ManifestNotFound:
        return {**found, "state": "none"}
    except c2pa.C2paError.NotSupported:
        return {**found, "state": "none"}


def _told(reader: Any) -> dict[str, Any]:
    store = json.loads(reader.json())
    active = store.get("manifests", {}).get(store.get("active_manifest"), {})
    signature = active.get("signature_info") or {}
    names = [signature.get("common_name"), signature.get("issuer")]
    made = active.get("claim_generator_info") or []
    failures = [one.get("code", "") for one in store.get("validation_status") or []]
    return {
        "state": _STATES.get(str(store.get("validation_state")), "invalid"),
        "signed_by": _line(", ".join(str(one) for one in names if one)),
        "signed_on": _line(signature.get("time") or ""),
        "made_with": _line(" ".join(f"{one.get('name')} {one.get('version', '')}" for one in made)),
        "failures": [_line(one) for one in failures[:100]],
    }


def _line(text: object) -> str:
    return " ".join(str(text).split())[:_LONGEST]
