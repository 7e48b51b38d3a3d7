// What a reporter sends: spec/envelope.md. Sealed here, so that nothing leaves the device in clear.
import { system, utf8, wellFormed } from "./bytes.mjs";
import { identityFromSeed, pad, recipientOf, seal, sha256 } from "./crypto.mjs";
import { joinSigned } from "./signed.mjs";
import { encode, frame } from "./wire.mjs";

const PIECE = 1 << 20;
const FORBIDDEN = /[/\\\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]{1,60}\/[a-z0-9!#$&^_.+-]{1,60}$/;

const cut = (typed, most) => Array.from(wellFormed(typed)).slice(0, most).join("");

const contactOf = (said) => said && { how: cut(said.how, 500), may_contact: said.may_contact, when: cut(said.when, 500) };

// message: kind, text, urgency, safeContact {may_contact, how, when} or null, onBehalf, language, attachments
export async function sealEnvelope({ keys, rootHash, bundle, compartment, message, randomness = system }) {
  const { id, intake_recipient: recipient } = compartment;
  const statement = { answers: [], language: message.language, text: cut(message.text, 100000) };
  const sealedStatement = await seal(pad(encode("asylia/statement/1", statement)), recipient);
  const control = encode("asylia/control/1", {
    attachments: message.attachments,
    compartment: id,
    drop_secret: keys.dropSecret,
    epoch: bundle.epoch,
    kind: message.kind,
    language: message.language,
    nonce: randomness(16),
    on_behalf: message.onBehalf,
    recipient: keys.recipient,
    safe_contact: contactOf(message.safeContact),
    statement_sha256: sha256(sealedStatement),
    thread: keys.thread,
    thread_key: keys.signing.key,
    urgency: message.urgency,
  });
  const signatures = keys.signing.sign("asylia/envelope/1 control", rootHash, utf8(recipient), control);
  const sealedControl = await seal(pad(joinSigned(control, signatures)), recipient);
  return frame("asylia/envelope/1", sealedControl, sealedStatement);
}

// One file: what the control message says of it, and its pieces as [id, bytes].
export async function sealAttachment({ name, mediaType, content }, randomness = system) {
  const key = identityFromSeed(randomness(32));
  const sealed = await seal(pad(content), await recipientOf(key));
  const pieces = [];
  for (let at = 0; at < sealed.length; at += PIECE) {
    pieces.push([randomness(16), sealed.subarray(at, at + PIECE)]);
  }
  const attachment = {
    key,
    media_type: MEDIA_TYPE.test(mediaType) ? mediaType : "application/octet-stream",
    name: cut(name.replace(FORBIDDEN, "_"), 200) || "file",
    pieces: pieces.map(([id]) => id),
    sha256: sha256(content),
    size: content.length,
  };
  return { attachment, pieces };
}
