// The page's only network peer: its own origin, which hands sealed bytes to the relay.
import { concat, hex, readU32, Refused } from "./bytes.mjs";
import { WINDOW } from "./drop.mjs";

const STATES = ["absent", "present", "gone"];

async function ask(method, path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      body,
      cache: "no-store",
      credentials: "omit",
      mode: "same-origin",
      redirect: "error",
      referrerPolicy: "no-referrer",
    });
  } catch {
    throw new Refused("unreachable");
  }
  if (!answer.ok) throw new Refused("unreachable");
  return new Uint8Array(await answer.arrayBuffer());
}

export const fetchBundle = () => ask("GET", "/v1/bundle");

export const putEnvelope = (id, envelope) => ask("PUT", `/v1/envelopes/${hex(id)}`, envelope);

export const putPiece = (id, piece) => ask("PUT", `/v1/pieces/${hex(id)}`, piece);

export const markRead = (ids) => ask("POST", "/v1/drops/read", concat(...ids));

export async function fetchWindow(ids) {
  const answer = await ask("POST", "/v1/drops/window", concat(...ids));
  const slots = [];
  let at = 0;
  for (let i = 0; i < WINDOW; i++) {
    if (at + 5 > answer.length) throw new Refused("unreachable");
    const end = at + 5 + readU32(answer, at + 1);
    const state = STATES[answer[at]];
    if (state === undefined || end > answer.length) throw new Refused("unreachable");
    slots.push({ state, blob: answer.subarray(at + 5, end) });
    at = end;
  }
  return slots;
}

export async function fetchList(language) {
  return new TextDecoder().decode(await ask("GET", `/words/${language}.txt`));
}
