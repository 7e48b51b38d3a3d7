"""Build hook: what is made from packages at build time and committed nowhere.

Bundles the intake page's script and the desk's enhancements with esbuild, takes fonts and word
lists from the packages that own them, compiles message catalogues.  The same inputs give the same
bytes.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
FRONTEND = ROOT / "frontend"


class AsyliaBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before a wheel, editable or not, is assembled."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build static files and catalogues, and name them to hatch as artifacts."""
        del version
        npm = shutil.which("npm")
        if npm is None:
            raise SystemExit("Asylia's build needs Node.js 20 with npm; install both, then retry.")
        subprocess.run([npm, "ci", "--silent"], cwd=FRONTEND, check=True)
        subprocess.run(["node", "build.mjs"], cwd=FRONTEND, check=True)
        _compile_catalogues(ROOT / "src" / "asylia" / "locale")
        build_data["artifacts"] += ["src/asylia/**/static/built/**", "src/asylia/locale/**/*.mo"]


def _compile_catalogues(folder: Path) -> None:
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
            write_mo(mo, read_po(po, abort_invalid=True))
