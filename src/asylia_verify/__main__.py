"""``asylia-verify BUNDLE [--policy FILE] [--language ru] [--json]``."""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO, cast

from asylia_verify.check import check
from asylia_verify.errors import UsageError
from asylia_verify.openssl import OpenSSL
from asylia_verify.policy import read_policy
from asylia_verify.verdict import Verdict
from asylia_verify.words import ENGLISH, LANGUAGES, Line, line

_EPILOG = """exit codes: 0 valid; 1 wrong, and the first thing that is wrong is named; 2 the check
could not be made; 3 whole, signer unknown (no policy file was given)"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Check, print, and give the exit code."""
    parser = argparse.ArgumentParser(
        prog="asylia-verify",
        description="Check a bundle of Asylia: a folder or a .zip. Nothing in it is trusted.",
        epilog=_EPILOG,
    )
    parser.add_argument("bundle", type=Path, help="the folder, or the .zip file")
    parser.add_argument(
        "--policy", type=Path, help="whom to trust; got another way than the bundle"
    )
    parser.add_argument(
        "--language", choices=LANGUAGES, default=ENGLISH, help="of the verdict · язык ответа"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    language: str = options.language
    try:
        verdict = _verdict(options.bundle, options.policy, language)
    except UsageError as error:
        return _stopped(error.told, language)
    except Exception as error:
        # A traceback would exit with 1, which means that the bundle is wrong.
        kind = type(error).__name__
        return _stopped(line("broke off, so nothing is known (%(kind)s)", kind=kind), language)
    text = verdict.as_json() if options.json else verdict.as_text()
    return _tell(text, verdict.exit_code, language)


def _stopped(why: Line, language: str) -> int:
    print(f"asylia-verify: {why.within(language)}", file=sys.stderr)
    return 2


def _tell(text: str, exit_code: int, language: str) -> int:
    """Print the verdict, whole, and give its exit code; 2 where nobody could read it to its end."""
    out = cast("TextIO | None", sys.stdout)  # none where it was closed before this program began
    try:
        if out is None:
            raise OSError
        print(text, file=out, flush=True)
    except OSError:
        _stopped(line("the verdict could not be written, so nothing is told"), language)
        if out is not None:  # or Python tries once more at its end, and complains
            os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
        return 2
    return exit_code


def _verdict(bundle: Path, policy_file: Path | None, language: str) -> Verdict:
    if policy_file is None:
        policy = None
    elif policy_file.resolve().is_relative_to(bundle.resolve()):
        raise UsageError("the policy file lies in the bundle; get it another way than the bundle")
    else:
        policy = read_policy(policy_file)
    return check(bundle, policy, datetime.now(UTC), OpenSSL(), language)


if __name__ == "__main__":
    sys.exit(main())
