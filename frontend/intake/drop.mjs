// Replies: where they lie, and which of them may be shown. As in spec/drop.md.
import { equal, hex, Refused, u32 } from "./bytes.mjs";
import { fingerprint, mac, open, sha256, unpad, verify } from "./crypto.mjs";
import { splitSigned } from "./signed.mjs";
import { bytes, decode, integer, oneOf, record, string } from "./wire.mjs";

export const WINDOW = 8;
const LAST = 9999;
const LIMIT = 64 << 10;
const ZEROS = new Uint8Array(32);

const form = record({
  body: string(0, 12000),
  kind: oneOf("receipt", "reply", "bridge"),
  n: integer(0, LAST),
  previous: bytes(32),
  thread: bytes(16),
});

export const dropId = (secret, n) => mac(secret, "asylia/drop/1 id", u32(n));

// slots: for each id of the window {state: "absent" | "present" | "gone", blob}
// Gives drops to show, and numbers: opened, refused, missing; where the next window begins, or null.
export async function openWindow(slots, first, { keys, rootHash, replyKeys }) {
  const drops = [];
  const refused = [];
  let before = null; // the drop before this slot, where it was opened and is a reply
  for (const [i, { state, blob }] of slots.entries()) {
    const chain = before;
    before = null;
    if (state !== "present") continue;
    try {
      const drop = await openDrop(blob, first + i, { keys, rootHash, replyKeys });
      if (chain && drop.kind === "reply" && !equal(drop.previous, sha256(chain))) throw new Refused("forged");
      drops.push(drop);
      before = drop.kind === "bridge" ? null : blob;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused.push(first + i);
    }
  }
  const goesOn = slots[WINDOW - 1].state !== "absent" && first + WINDOW <= LAST;
  return {
    shown: drops.filter(({ kind }) => kind !== "bridge"),
    opened: drops.map(({ n }) => n),
    refused,
    missing: missing(slots, first),
    next: goesOn ? first + WINDOW : null,
    found: slots.some(({ state }) => state !== "absent"),
  };
}

async function openDrop(untrusted, n, { keys, rootHash, replyKeys }) {
  if (untrusted.length > LIMIT) throw new Refused("malformed");
  const [body, signatures] = splitSigned(unpad(await open(untrusted, keys.identity)));
  const drop = decode(body, "asylia/drop/1", form);
  const signers = new Set(signatures.map(({ key }) => hex(key)));
  const key = replyKeys.find((each) => signers.has(hex(fingerprint(each))));
  if (!key) throw new Refused("forged");
  verify(key, signatures, "asylia/drop/1 reply", rootHash, body);
  if (!equal(drop.thread, keys.thread) || drop.n !== n || !fits(drop)) throw new Refused("forged");
  return drop;
}

function fits({ kind, n, body, previous }) {
  if (kind === "bridge" && body) return false;
  const starts = kind === "bridge" || n === 0;
  return (kind === "receipt") === (n === 0) && (!starts || equal(previous, ZEROS));
}

function missing(slots, first) {
  const last = slots.map(({ state }) => state !== "absent").lastIndexOf(true);
  return slots.flatMap(({ state }, i) => (i < last && state === "absent" ? [first + i] : []));
}
