// From a form's fields to a message; the same for a report, a follow-up and an offline text.
import { length, Refused } from "./bytes.mjs";
import { sealAttachment, sealEnvelope } from "./envelope.mjs";

const FILE_LIMIT = 20 << 20;
// What shows nothing on a screen: spaces, characters without a shape, fillers.
const UNSEEN = /^[\p{Z}\p{Cc}\p{Cf}\p{Mn}\p{Me}\u115f\u1160\u2800\u3164\uffa0]*$/u;

export const blank = (typed) => UNSEEN.test(typed);

export function readMessage(form, language, kind) {
  const fields = new FormData(form);
  const field = (name) => fields.get(name) ?? "";
  const first = kind === "report";
  const may = field("contact") === "yes";
  // Whatever follows a report leaves urgency and safe contact as they were, unless told otherwise.
  const asBefore = !first && ["", "as_before"].includes(field("contact"));
  if (kind !== "withdraw" && kind !== "delete") {
    if (blank(field("text"))) throw new Refused("text");
    if (length(field("text")) > 100000) throw new Refused("long");
    if (may && blank(field("how"))) throw new Refused("how");
  }
  const file = fields.get("file");
  if (file?.size > FILE_LIMIT) throw new Refused("file");
  return {
    kind,
    language,
    text: field("text"),
    urgency: field("urgency") || (first ? "days" : "as_before"),
    onBehalf: field("on_behalf") || "not_said",
    safeContact: asBefore ? null : { may_contact: may, how: may ? field("how") : "", when: may ? field("when") : "" },
    file: file?.size ? file : null,
    compartment: field("compartment"),
  };
}

function compartmentOf(bundle, id) {
  return bundle.compartments.find((compartment) => compartment.id === id) ?? bundle.compartments[0];
}

// The envelope, and the pieces that must be stored before it.
export async function sealMessage({ keys, rootHash, bundle, message }) {
  const attachments = [];
  let pieces = [];
  if (message.file) {
    const content = new Uint8Array(await message.file.arrayBuffer());
    const sealed = await sealAttachment({ name: message.file.name, mediaType: message.file.type, content });
    attachments.push(sealed.attachment);
    pieces = sealed.pieces;
  }
  const envelope = await sealEnvelope({
    keys,
    rootHash,
    bundle,
    compartment: compartmentOf(bundle, message.compartment),
    message: { ...message, attachments },
  });
  return { envelope, pieces };
}
