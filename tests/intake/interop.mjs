// Runs page.js's own modules on tasks from Python: one JSON list in, one JSON list out.
import { readFileSync } from "node:fs";
import { armor } from "../../frontend/intake/armor.mjs";
import { verifyBundle } from "../../frontend/intake/bundle.mjs";
import { fromBase64, hex, Refused, text, toBase64 } from "../../frontend/intake/bytes.mjs";
import { fingerprint, hkdf, mac, paddedLength, pbkdf2, unpad, verify } from "../../frontend/intake/crypto.mjs";
import { dropId, openWindow } from "../../frontend/intake/drop.mjs";
import { sealAttachment, sealEnvelope } from "../../frontend/intake/envelope.mjs";
import { blank } from "../../frontend/intake/message.mjs";
import { entropyOf, parseList, threadKeys, wordsOf } from "../../frontend/intake/phrase.mjs";
import { decode, encode, record, string } from "../../frontend/intake/wire.mjs";

const bytes = (encoded) => Uint8Array.from(Buffer.from(encoded, "hex"));
const key = ({ ed25519, ml_dsa_44 }) => ({
  ed25519: fromBase64(ed25519),
  ml_dsa_44: ml_dsa_44 === null ? null : fromBase64(ml_dsa_44),
});

const tasks = {
  words: ({ entropy, list }) => wordsOf(bytes(entropy), parseList(list)),
  parse: ({ text: typed, list }) => hex(entropyOf(typed, parseList(list))),
  fingerprint: (task) => toBase64(fingerprint(key(task.key))),
  hkdf: ({ secret, label, length }) => hex(hkdf(bytes(secret), label, length)),
  mac: (task) => hex(mac(bytes(task.key), task.label, ...task.parts.map(bytes))),
  pbkdf2: async ({ password, salt, rounds }) => hex(await pbkdf2(bytes(password), bytes(salt), rounds)),
  padded: ({ length }) => paddedLength(length),
  unpad: ({ content }) => hex(unpad(bytes(content))),
  verify: (task) => {
    const signatures = task.signatures.map((each) => ({
      algorithm: each.algorithm,
      key: fromBase64(each.key),
      signature: fromBase64(each.signature),
    }));
    verify(key(task.key), signatures, task.label, ...task.parts.map(bytes));
    return true;
  },
  blank: ({ text: typed }) => blank(typed),
  message: ({ content }) => text(encode("test/1", decode(bytes(content), "test/1", record({ text: string(0, 1e6) })))),
  async keys({ entropy, root_hash: rootHash, numbers }) {
    const keys = await threadKeys(bytes(entropy), bytes(rootHash));
    return {
      thread: hex(keys.thread),
      recipient: keys.recipient,
      thread_key: hex(keys.signing.key.ed25519),
      drop_ids: Object.fromEntries(numbers.map((n) => [n, hex(dropId(keys.dropSecret, Number(n)))])),
    };
  },
  bundle: ({ content, root, today }) => verifyBundle(bytes(content), key(root), today).epoch,
  async window({ entropy, root_hash: rootHash, reply_keys: replyKeys, slots, first }) {
    const opened = await openWindow(
      slots.map(({ state, blob }) => ({ state, blob: bytes(blob) })),
      first,
      {
        keys: await threadKeys(bytes(entropy), bytes(rootHash)),
        rootHash: bytes(rootHash),
        replyKeys: replyKeys.map(key),
      },
    );
    return { ...opened, shown: opened.shown.map(({ n }) => n), bodies: opened.shown.map(({ body }) => body) };
  },
  async seal({ entropy, content, root, today, compartment, message, file }) {
    const rootKey = key(root);
    const bundle = verifyBundle(bytes(content), rootKey, today);
    const rootHash = fingerprint(rootKey);
    const attachments = [];
    const pieces = {};
    if (file) {
      const sealed = await sealAttachment({ ...file, content: bytes(file.content) });
      attachments.push(sealed.attachment);
      for (const [id, piece] of sealed.pieces) pieces[hex(id)] = hex(piece);
    }
    const envelope = await sealEnvelope({
      keys: await threadKeys(bytes(entropy), rootHash),
      rootHash,
      bundle,
      compartment: bundle.compartments.find(({ id }) => id === compartment),
      message: { ...message, attachments },
    });
    return { envelope: hex(envelope), armored: armor(envelope), pieces };
  },
};

const results = [];
for (const { do: name, ...task } of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    results.push({ ok: await tasks[name](task) });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    results.push({ refused: error.reason, position: error.position || null });
  }
}
process.stdout.write(JSON.stringify(results));
