// One visit with a phrase: window after window, each of the same shape, each drop opened.
import { dropId, openWindow, WINDOW } from "./drop.mjs";

export async function visit({ keys, rootHash, replyKeys, fetchWindow }) {
  const windows = [];
  const read = [];
  for (let first = 0; first !== null; first = windows[windows.length - 1].next) {
    const ids = Array.from({ length: WINDOW }, (_, i) => dropId(keys.dropSecret, first + i));
    const start = first;
    const window = await openWindow(await fetchWindow(ids), start, { keys, rootHash, replyKeys });
    windows.push(window);
    read.push(window.opened.map((n) => ids[n - start]));
  }
  const replies = windows.flatMap(({ shown }) => shown.map(({ body }) => body)).filter(Boolean);
  const found = windows.some((window) => window.found);
  return {
    // "nothing" is never "no reply": a wrong word looks the same.
    state: replies.length ? "replies" : found ? "taken" : "nothing",
    replies,
    unread: windows.some(({ refused, missing }) => refused.length + missing.length > 0),
    read: read.filter((ids) => ids.length),
  };
}
