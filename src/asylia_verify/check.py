"""The whole check, in the order of ``spec/verdict.md``; the first thing wrong ends it."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from asylia_verify.arrivals import check_arrivals
from asylia_verify.bag import check_bag
from asylia_verify.errors import WrongError, shown
from asylia_verify.estimates import check_estimates
from asylia_verify.evidence import check_checkpoint, check_items, read_checkpoint
from asylia_verify.exhibits import Exhibits, check_exhibits
from asylia_verify.figures import check_figures
from asylia_verify.opening import open_bundle
from asylia_verify.openssl import OpenSSL
from asylia_verify.policy import Policy
from asylia_verify.promises import check_consent, check_stamps
from asylia_verify.several import check_several
from asylia_verify.statement import Statement, check_signer, read_statement
from asylia_verify.verdict import UNKNOWN, VALID, Verdict

_NO_POLICY = "not checked without a policy file"
_ARRIVED = (
    "these words, unchanged, existed by the checkpoint; not who wrote them, nor that they are true"
)
_PACKED = (
    "the .zip around the files: its dates, notes and gaps are covered by nothing, only the files in"
    " it are; and a .zip can be made to unpack differently elsewhere: unpack it, check the folder,"
    " and read that"
)
_KNOWN = re.compile(
    r"data/(statement\.signed|consent\.json|figures\.json|method\.txt|dossier\.pdf|"
    r"log/checkpoint\.txt|certificates/(root\.json|device\.cert)|"
    r"arrivals/[0-9a-f]{10}/(proof\.json|statement\.(age|json))|exhibits/[0-9a-f]{10}/content|"
    r"items/[0-9a-f]{10}\.json|stamps/[1-8]\.tsr|"
    r"estimates/[1-8]/(estimate\.json|counts\.csv|(overlap|posterior|sensitivity|trace)\.svg)|"
    r"several/[1-8]/(several\.json|counts\.csv|(overlap|posterior|sensitivity)\.svg))"
)


def check(path: Path, policy: Policy | None, now: datetime, openssl: OpenSSL) -> Verdict:
    """Check a bundle; ``UsageError`` where the check can't begin."""
    try:
        files = open_bundle(path)
    except WrongError as error:
        return Verdict(wrong=error.sentence)
    verdict = check_files(files, policy, now, openssl)
    if not path.is_dir() and verdict.wrong is None:
        verdict.not_checked.append(_PACKED)
    return verdict


def check_files(
    files: Mapping[str, bytes], policy: Policy | None, now: datetime, openssl: OpenSSL
) -> Verdict:
    """Check a bundle's files, by their paths inside it."""
    verdict = Verdict()
    try:
        statement = _check(files, policy, openssl, verdict)
    except WrongError as error:
        verdict.wrong = error.sentence
        return verdict
    _note_limits(statement, policy, now, openssl, verdict)
    verdict.verdict = VALID if policy else UNKNOWN
    return verdict


def _check(
    files: Mapping[str, bytes], policy: Policy | None, openssl: OpenSSL, verdict: Verdict
) -> Statement:
    held = verdict.checked.append
    check_bag(files)
    held(f"form: BagIt 1.0, {len(files)} files, none missing, none added, every hash right")
    statement = read_statement(files)
    held("statement: lists every file under data/ by hash and size")
    check_signer(files, statement, policy.root_hash if policy else None, openssl)
    algorithms = "Ed25519 and ML-DSA-44" if openssl.has_ml_dsa else "Ed25519"
    whose = "the policy's team" if policy else "the root in the bundle"
    held(f"signatures ({algorithms}): statement and bag by a device certified by {whose}")
    held(_made_for(statement))
    checkpoint = read_checkpoint(files)
    witnessed = check_checkpoint(checkpoint, policy, openssl) if policy else []
    if policy:
        held(f"log: checkpoint of {checkpoint.size} leaves signed; witnesses: {len(witnessed)}")
    proven = check_items(files, statement, checkpoint)
    fields = sum(map(len, proven.values()))
    held(f"fields: all {fields} proven up to the checkpoint; items: {len(proven)}")
    exhibits = check_exhibits(files, statement, proven)
    if exhibits.whole or exhibits.records:
        _tell_exhibits(exhibits, verdict)
    if arrivals := check_arrivals(files, statement, checkpoint, openssl):
        held(f"statements in full: {arrivals}; {_ARRIVED}")
    stated = check_consent(files, statement)
    held(f"consent: as the signer states it, for every item and arrival; {stated}")
    check_figures(files, proven)
    held("figures: every number is what the items that it names say")
    for one in (*check_estimates(files), *check_several(files)):
        verdict.checked += one.checked
        verdict.not_checked += one.not_checked
    unknown = sum(name.startswith("data/") and not _KNOWN.fullmatch(name) for name in files)
    if unknown:
        verdict.not_checked.append(f"{unknown} files that this checker does not know: hashes only")
    times, unchecked = check_stamps(files, statement, policy, witnessed, openssl)
    if times:
        by = f"{min(times):%Y-%m-%d %H:%M:%S} UTC, by an authority of the policy"
        held(f"time: the signed statement existed by {by}")
    if unchecked and policy:
        verdict.not_checked.append(f"{unchecked} time stamps: by no authority of the policy")
    return statement


def _tell_exhibits(found: Exhibits, verdict: Verdict) -> None:
    verdict.checked.append(
        f"exhibits: {found.whole} with their bytes, each of the SHA-256 taken at intake;"
        f" by their record alone: {found.records}; custody: {found.events} events, each chain"
        f" unbroken and in order; copies: {found.copies}, each naming its original; quotations"
        f" found in their texts: {found.quotes}; not that what they show is true, nor who the"
        " numbered hands are"
    )
    if found.records:
        verdict.not_checked.append(
            f"{found.records} exhibits by their record alone: their bytes are not in the bundle"
        )
    if found.lone_copies:
        verdict.not_checked.append(
            f"{found.lone_copies} copies against their originals: those are not in the bundle"
        )


def _made_for(statement: Statement) -> str:
    said = statement.said
    until = said["consent_until"] or "no end, all of it is public"
    made = f"dated {said['made_on']}; consent until: {until}"
    return f"made: {made}; purpose: {shown(said['purpose'])}; recipient: {shown(said['recipient'])}"


def _note_limits(
    statement: Statement, policy: Policy | None, now: datetime, openssl: OpenSSL, verdict: Verdict
) -> None:
    left_out = verdict.not_checked.append
    if policy is None:
        left_out(f"whose root this is: {_NO_POLICY}")
        left_out(f"who signed and cosigned the log's checkpoint: {_NO_POLICY}")
        left_out(f"who gave the time stamps, and so when: {_NO_POLICY}")
    else:
        if not policy.stamp_roots:
            left_out("time stamps: the policy names no stamp authority")
        if not policy.threshold:
            left_out("that the log shows everyone the same tree: the policy asks for no witness")
    if not openssl.has_ml_dsa:
        left_out("ML-DSA-44: not checked; this openssl is older than 3.5; Ed25519 beside it was")
    left_out("whether the device's certificate was withdrawn later: ask the team")
    said = statement.said
    if said["consent_until"] is not None and now.date() > said["consent_until"]:
        verdict.heed.append(
            f"the consent expired on {said['consent_until']}: do not use it, do not pass it on"
        )
    if said["made_on"] > now.date() + timedelta(days=1):
        verdict.heed.append("by this machine's clock the bundle was made in the future")
