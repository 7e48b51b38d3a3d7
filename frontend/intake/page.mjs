// What the page does where scripts run: it takes the forms over, so that the server gets sealed
// bytes only. Where the browser lacks something this needs, the plain page goes on to work, and
// says what it says.
import { Refused, system } from "./bytes.mjs";
import { parseRoot, replyKeys, today, verifyBundle } from "./bundle.mjs";
import { fetchBundle, fetchList, fetchWindow, markRead, putEnvelope, putPiece } from "./courier.mjs";
import { fingerprint } from "./crypto.mjs";
import { all, find, onSubmit, reveal, show } from "./dom.mjs";
import { guardTheWayOut } from "./leave.mjs";
import { readMessage, sealMessage } from "./message.mjs";
import { offline } from "./offline.mjs";
import { drawEntropy, entropyOf, parseList, threadKeys, wordsOf } from "./phrase.mjs";
import { visit } from "./visit.mjs";
import { showWords } from "./words.mjs";

const language = document.documentElement.lang;
const able = Boolean(
  globalThis.crypto?.subtle && globalThis.TransformStream && globalThis.BigInt && document.body.replaceChildren,
);

async function verifiedBundle(root) {
  return verifyBundle(await fetchBundle(), root, today());
}

async function send({ keys, rootHash, bundle, message }, tell) {
  tell("sealing");
  const { envelope, pieces } = await sealMessage({ keys, rootHash, bundle, message });
  tell("sending");
  try {
    for (const [id, piece] of pieces) await putPiece(id, piece);
    await putEnvelope(system(16), envelope);
  } catch (error) {
    throw pieces.length ? new Refused("unreachable_file") : error;
  }
}

function write(root) {
  onSubmit(document, "write", async (form, _step, tell) => {
    const message = readMessage(form, language, "report");
    tell("sealing");
    const chosen = find("[name=words_language]", form).value;
    const list = parseList(await fetchList(chosen));
    const rootHash = fingerprint(root);
    const bundle = await verifiedBundle(root);
    const entropy = drawEntropy();
    const keys = await threadKeys(entropy, rootHash);
    await send({ keys, rootHash, bundle, message }, tell);
    showWords(wordsOf(entropy, list), chosen);
  });
}

function comeBack(root) {
  onSubmit(document, "return", async (form, _step, tell) => {
    tell("looking");
    const list = parseList(await fetchList(find("[name=words_language]", form).value));
    const entropy = entropyOf(find("[name=words]", form).value, list);
    const rootHash = fingerprint(root);
    const bundle = await verifiedBundle(root);
    const keys = await threadKeys(entropy, rootHash);
    const found = await visit({ keys, rootHash, replyKeys: replyKeys(bundle), fetchWindow });
    const main = showThread(found);
    for (const ids of found.read) await markRead(ids).catch(() => sayNotDeleted(main));
    offerMore(main, { keys, rootHash, bundle });
  });
}

function sayNotDeleted(main) {
  find("[data-deleted]", main).hidden = true;
  find("[data-not-deleted]", main).hidden = false;
}

function showThread(found) {
  const main = show("thread");
  for (const node of all("[data-state]", main)) node.hidden = node.dataset.state !== found.state;
  find('[data-state="unread"]', main).hidden = !found.unread;
  const place = find("[data-replies]", main);
  for (const reply of found.replies) {
    const article = document.createElement("article");
    Object.assign(article, { className: "reply", textContent: reply, translate: false });
    place.append(article);
  }
  return main;
}

function offerMore(main, thread) {
  onSubmit(main, "more", async (form, _step, tell) => {
    await send({ ...thread, message: readMessage(form, language, "follow_up") }, tell);
    show("sent");
  });
  onSubmit(main, "withdraw", () => {
    const asked = show("withdraw");
    onSubmit(asked, "withdraw-confirm", async (form, _step, tell) => {
      const kind = new FormData(form).get("kind");
      await send({ ...thread, message: readMessage(form, language, kind) }, tell);
      show("withdrawn");
    });
  });
}

function start() {
  guardTheWayOut();
  const { page, root } = document.body.dataset;
  const begin = { write, return: comeBack, offline }[page];
  if (begin && !able) return;
  begin?.(parseRoot(root));
  reveal(document); // last, so that the page never says that it seals when it does not
}

start();
