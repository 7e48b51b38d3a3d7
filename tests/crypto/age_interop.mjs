// Seals and opens with npm age-encryption, as the public page does.  One JSON request on standard
// input, one JSON answer on standard output; bytes are base64.
import { readFileSync } from "node:fs";

const age = await import(
  new URL("../../frontend/node_modules/age-encryption/dist/index.js", import.meta.url)
);
const request = JSON.parse(readFileSync(0, "utf8"));
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const text = (content) => Buffer.from(content).toString("base64");

const answers = {
  async recipient({ identity }) {
    return age.identityToRecipient(identity);
  },
  async generate() {
    return age.generateHybridIdentity();
  },
  async seal({ recipients, plaintext, armor }) {
    const sealer = new age.Encrypter();
    for (const recipient of recipients) sealer.addRecipient(recipient);
    const sealed = await sealer.encrypt(bytes(plaintext));
    return text(armor ? Buffer.from(age.armor.encode(sealed)) : sealed);
  },
  async open({ identity, sealed, armor }) {
    const opener = new age.Decrypter();
    opener.addIdentity(identity);
    const content = armor ? age.armor.decode(Buffer.from(sealed, "base64").toString()) : bytes(sealed);
    return text(await opener.decrypt(content));
  },
};
const out = [];
for (const one of request) {
  try {
    out.push({ ok: await answers[one.do](one) });
  } catch {
    out.push({ refused: true });
  }
}
process.stdout.write(JSON.stringify(out));
