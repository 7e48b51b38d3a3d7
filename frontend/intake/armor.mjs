// A sealed envelope as text that can be pasted: spec/page.md.
import { toBase64 } from "./bytes.mjs";

export function armor(envelope) {
  const lines = toBase64(envelope).match(/.{1,64}/g);
  return ["-----BEGIN ASYLIA ENVELOPE-----", ...lines, "-----END ASYLIA ENVELOPE-----", ""].join("\n");
}
