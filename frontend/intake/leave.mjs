// The way out: at once, with nothing left to go back to in this tab.
import { all, find } from "./dom.mjs";

const TWICE = 1500; // milliseconds between two presses of Esc

export function guardTheWayOut() {
  const link = find("[data-leave]");
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave(link.href);
  });
  let last = -Infinity;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (event.timeStamp - last < TWICE) leave(link.href);
    last = event.timeStamp;
  });
  // One entry in the history for the whole visit, and the way out takes that one's place.
  for (const inner of all('a[href^="/"]:not([download])')) {
    inner.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      location.replace(inner.href);
    });
  }
  // A page that the browser kept whole would show again what was on it.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

function leave(elsewhere) {
  // The network may be slow: what is on the screen goes first.
  document.body.textContent = ""; // any browser can; a way out that throws is none
  document.title = "";
  location.replace(elsewhere);
}
