"""The desk's own browser: a Chromium that keeps nothing, asks nobody, and ends with the session.

Upholds: its profile and every folder that it may write to lie in the session's scratch folder; only
the desk's own name resolves; the one-time link reaches it over a pipe that nobody else holds.
Refuses: a link in an argument, a file or the environment; downloads; what the worker's own browser
has installed.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from asylia.desk.leash import on_leash
from asylia.errors import NotFoundError, UnavailableError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_STARTS_WITHIN = 60  # seconds
_GONE_WITHIN = 10  # seconds, after SIGKILL
_PAUSE = 0.05

# What phones home, looks around the network, or keeps what was seen.
_OFF = (
    "AutofillServerCommunication", "BackForwardCache", "CertificateTransparencyComponentUpdater",
    "DialMediaRouteProvider", "DnsOverHttps", "AsyncDns", "GlobalMediaControls",
    "InterestFeedContentSuggestions", "LensOverlay", "MediaRouter", "NetworkErrorLogging",
    "NetworkTimeServiceQuerying", "OptimizationGuideModelDownloading", "OptimizationHints",
    "PrivacySandboxSettings4", "PushMessaging", "Reporting", "SegmentationPlatform", "Translate",
)  # fmt: skip
_FLAGS = (
    "--no-first-run", "--no-default-browser-check", "--no-pings", "--no-service-autorun",
    "--no-proxy-server", "--dns-prefetch-disable", "--disable-quic", "--disable-sync",
    "--disable-background-networking", "--disable-background-mode", "--disable-component-update",
    "--disable-component-extensions-with-background-pages", "--disable-default-apps",
    "--disable-extensions", "--disable-breakpad", "--disable-crash-reporter",
    "--disable-client-side-phishing-detection", "--disable-domain-reliability",
    "--disable-field-trial-config", "--disable-speech-api", "--disable-search-engine-choice-screen",
    "--disable-session-crashed-bubble", "--disable-notifications", "--metrics-recording-only",
    "--password-store=basic", "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    f"--disable-features={','.join(_OFF)}",
)  # fmt: skip
_PREFERENCES: dict[str, Any] = {
    "alternate_error_pages": {"enabled": False},
    "autofill": {"enabled": False, "profile_enabled": False, "credit_card_enabled": False},
    "browser": {"enable_spellchecking": False},
    "credentials_enable_service": False,
    "download_restrictions": 3,  # none
    "net": {"network_prediction_options": 2},  # never
    "printing": {"enabled": False},
    "profile": {"password_manager_enabled": False},
    "safebrowsing": {"enabled": False},
    "search": {"suggest_enabled": False},
    "signin": {"allowed": False},
    "spellcheck": {"use_spelling_service": False},
    "translate": {"enabled": False},
}
# All that a window needs of the worker's environment: screen, keys, language.
_PASSED_ON = (
    "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "GDK_SCALE", "GTK_IM_MODULE", "LANG", "LANGUAGE", "PATH",
    "QT_IM_MODULE", "TZ", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE",
    "XMODIFIERS",
)  # fmt: skip


def find(chosen: Path | None = None) -> Path:
    """The browser that was chosen, or the first Chromium on this machine."""
    names = NAMES if chosen is None else (str(chosen),)
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise NotFoundError(
            "No Chromium was found on this machine.",
            hint="Install it, or name one with --browser; --no-browser prints a link instead.",
        )
    return Path(found).absolute()


def flags(profile: Path, name: str) -> list[str]:
    """What Chromium is started with; ``name`` is the one host name that it can ask."""
    return [
        *_FLAGS,
        f"--user-data-dir={profile}",
        f"--disk-cache-dir={profile / 'cache'}",
        f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {name}",
        "--remote-debugging-pipe",
        "--app=about:blank",
    ]


def environment(outer: Mapping[str, str], home: Path) -> dict[str, str]:
    """What Chromium sees: nothing of the worker's but the screen, the keys and the language."""
    passed = {name: outer[name] for name in _PASSED_ON if name in outer}
    passed |= {name: value for name, value in outer.items() if name.startswith("LC_")}
    if "DISPLAY" in passed and "HOME" in outer:
        passed.setdefault("XAUTHORITY", f"{outer['HOME']}/.Xauthority")
    folders = ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
    # GTK would else keep a file of dconf's in the runtime folder.
    return passed | dict.fromkeys(folders, str(home)) | {"GSETTINGS_BACKEND": "memory"}


class Browser:
    """One running Chromium and the pipe to it."""

    def __init__(self, program: Path, folder: Path, name: str) -> None:
        """Start it below ``folder``, with an empty window; it can ask ``name`` alone."""
        profile = folder / "profile"
        (profile / "Default").mkdir(parents=True, mode=0o700)
        (profile / "Default" / "Preferences").write_text(json.dumps(_PREFERENCES), "utf-8")
        theirs, self._write = os.pipe()
        self.told, answers = os.pipe()  # readable when the browser tells something
        command = [str(program), *flags(profile, name)]
        self._process = subprocess.Popen(  # noqa: S603  the browser that the worker chose
            on_leash(command, signal.SIGKILL, (theirs, answers)),
            env=environment(os.environ, folder),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(theirs, answers),
            start_new_session=True,  # a process group of its own, which the terminal does not reach
        )
        os.close(theirs)
        os.close(answers)
        self.ended = os.pidfd_open(self._process.pid)  # readable once it has
        self._asked = 0
        self._heard = b""
        self._window = ""

    def show(self, link: str) -> None:
        """Send the window to the link; ``UnavailableError`` if the browser does not start."""
        deadline = time.monotonic() + _STARTS_WITHIN
        self._ask("Browser.setDownloadBehavior", deadline, behavior="deny")
        while not (window := self._find_window(deadline)):
            time.sleep(_PAUSE)
        self._window = window
        attached = self._ask("Target.attachToTarget", deadline, targetId=window, flatten=True)
        of = attached["sessionId"]
        self._ask("Page.navigate", deadline, of=of, url=link)
        self._ask("Target.detachFromTarget", deadline, sessionId=of)
        self._ask("Target.setDiscoverTargets", deadline, discover=True)

    def is_closed(self) -> bool:
        """Read what was told: whether the window was closed.  Blocks where nothing was."""
        more = os.read(self.told, 65536)
        *lines, self._heard = (self._heard + more).split(b"\0")
        return not more or any(self._tells_of_end(json.loads(line)) for line in lines)

    def _tells_of_end(self, event: dict[str, Any]) -> bool:
        gone = event.get("method") == "Target.targetDestroyed"
        return gone and event["params"]["targetId"] == self._window

    def kill(self) -> None:
        """End all its processes at once; ``ProcessLookupError`` where none is left."""
        os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Kill it and let go of the pipe; the signal reaches the group as one, no fork escapes."""
        with suppress(ProcessLookupError):
            self.kill()
        self._process.wait(_GONE_WITHIN)
        for one in (self.told, self._write, self.ended):
            os.close(one)

    def _find_window(self, deadline: float) -> str | None:
        found = self._ask("Target.getTargets", deadline)["targetInfos"]
        return next((one["targetId"] for one in found if one["type"] == "page"), None)

    def _ask(self, method: str, deadline: float, *, of: str = "", **params: Any) -> dict[str, Any]:
        """One command of the Chrome DevTools Protocol and its answer; events are passed over."""
        self._asked += 1
        session = {"sessionId": of} if of else {}
        message = {"id": self._asked, "method": method, "params": params, **session}
        try:
            os.write(self._write, json.dumps(message).encode() + b"\0")
        except BrokenPipeError:
            raise _no_start() from None
        while True:
            answer = json.loads(self._line(deadline))
            if answer.get("id") == self._asked:
                if "result" not in answer:
                    raise _no_start()
                result: dict[str, Any] = answer["result"]
                return result

    def _line(self, deadline: float) -> bytes:
        while b"\0" not in self._heard:
            left = max(0, deadline - time.monotonic())
            if not select.select([self.told], [], [], left)[0]:
                raise _no_start()
            more = os.read(self.told, 65536)
            if not more:
                raise _no_start()
            self._heard += more
        line, _, self._heard = self._heard.partition(b"\0")
        return line


def _no_start() -> UnavailableError:
    return UnavailableError(
        "The desk's own browser did not start.",
        hint="--no-browser prints a link for a browser of yours. Chromium does not run as root.",
    )
