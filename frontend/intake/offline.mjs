// The saved page: no network, so the keys come from a file and the envelope leaves as text.
import { armor } from "./armor.mjs";
import { today, verifyBundle } from "./bundle.mjs";
import { fromBase64, Refused, text } from "./bytes.mjs";
import { fingerprint } from "./crypto.mjs";
import { find, onSubmit } from "./dom.mjs";
import { readMessage, sealMessage } from "./message.mjs";
import { drawEntropy, parseList, threadKeys, wordsOf } from "./phrase.mjs";
import { showWords } from "./words.mjs";

export function offline(root) {
  onSubmit(document, "offline", async (form, _step, tell) => {
    const message = readMessage(form, document.documentElement.lang, "report");
    const file = find("#keys", form).files[0];
    if (!file) throw new Refused("keys");
    tell("sealing");
    const armored = text(new Uint8Array(await file.arrayBuffer()));
    const bundle = verifyBundle(fromBase64(armored.replace(/-----[A-Z ]+-----|\s/g, "")), root, today());
    const wordLanguage = find("[name=words_language]", form).value;
    const list = parseList(find(`[data-list="${wordLanguage}"]`).content.textContent);
    const rootHash = fingerprint(root);
    const entropy = drawEntropy();
    const keys = await threadKeys(entropy, rootHash);
    const { envelope } = await sealMessage({ keys, rootHash, bundle, message });
    showWords(wordsOf(entropy, list), wordLanguage, (main) => offer(main, armor(envelope)));
  });
}

function offer(main, armored) {
  const place = find("#armored", main);
  place.value = armored;
  find("[data-copy]", main).addEventListener("click", () => {
    place.select();
    document.execCommand("copy"); // the newer interface is refused on pages from a file
  });
}
