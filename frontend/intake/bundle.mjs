// The intake bundle: whom to seal to, proven by the root that is built into the page.
// As in spec/intake-bundle.md, check by check and in its order.
import { bech32 } from "@scure/base";
import { equal, fromBase64, Refused } from "./bytes.mjs";
import { fingerprint, verify } from "./crypto.mjs";
import { splitSigned, verifyingKey } from "./signed.mjs";
import { bytes, decode, dictionary, integer, list, oneOf, record, string } from "./wire.mjs";

const LIMIT = 256 << 10;
const CERTIFICATE_LIMIT = 16 << 10;
const DAYS = 14;
const VERSION = 1;

const compartmentId = string(1, 32, /^[a-z][a-z0-9-]*$/);
const day = integer(0, 100000);
const form = record({
  certificates: list(bytes(1, CERTIFICATE_LIMIT), 1, 2),
  compartments: list(
    record({
      earlier_reply_keys: list(verifyingKey, 0, 4),
      id: compartmentId,
      intake_recipient: recipient,
      labels: dictionary(string(2, 3, /^[a-z]+$/), string(1, 100)),
      reply_key: verifyingKey,
    }),
    1,
    16,
  ),
  epoch: integer(0, 2147483647),
  log_proof: list(bytes(0, 8192), 0, 8),
  not_after: day,
  not_before: day,
  root_hash: bytes(32),
  version: integer(1, 255),
});
const certificateForm = record({
  alone: oneOf(true, false),
  device: verifyingKey,
  not_before: day,
  root_hash: bytes(32),
});

export const today = () => Math.floor(Date.now() / 86400000);

export function parseRoot(encoded) {
  const raw = fromBase64(encoded);
  if (raw.length !== 32 + 1312) throw new Refused("malformed");
  return { ed25519: raw.slice(0, 32), ml_dsa_44: raw.slice(32) };
}

export function verifyBundle(untrusted, root, onDay) {
  const [body, signatures] = splitSigned(untrusted, LIMIT);
  const bundle = decode(body, "asylia/bundle/1", form, LIMIT);
  checkCompartments(bundle.compartments);
  const rootHash = fingerprint(root);
  if (!equal(bundle.root_hash, rootHash)) throw new Refused("forged");
  const certificates = bundle.certificates.map((signed) => checkCertificate(signed, root, rootHash, bundle));
  checkQuorum(certificates);
  for (const { device } of certificates) verify(device, signatures, "asylia/bundle/1 admin", body);
  const days = bundle.not_after - bundle.not_before;
  if (days < 0 || days > DAYS) throw new Refused("forged");
  if (bundle.version > VERSION) throw new Refused("old");
  if (onDay < bundle.not_before || onDay > bundle.not_after) throw new Refused("not_today");
  return bundle;
}

export const replyKeys = (bundle) =>
  bundle.compartments.flatMap((compartment) => [compartment.reply_key, ...compartment.earlier_reply_keys]);

function recipient(value) {
  const encoded = string(1959, 1959, /^age1pq1/)(value);
  try {
    if (bech32.fromWords(bech32.decode(encoded, false).words).length !== 1216) throw new Refused("malformed");
  } catch {
    throw new Refused("malformed");
  }
  return encoded;
}

function checkCompartments(compartments) {
  const alone = (key) => key.ml_dsa_44 === null;
  const good = compartments.every(
    ({ labels, reply_key, earlier_reply_keys }) =>
      "en" in labels && alone(reply_key) && earlier_reply_keys.every(alone),
  );
  if (!good || new Set(compartments.map(({ id }) => id)).size !== compartments.length) throw new Refused("malformed");
}

function checkCertificate(untrusted, root, rootHash, bundle) {
  try {
    const [body, signatures] = splitSigned(untrusted, CERTIFICATE_LIMIT);
    verify(root, signatures, "asylia/certificate/1 root", body);
    const certificate = decode(body, "asylia/certificate/1", certificateForm, CERTIFICATE_LIMIT);
    const good =
      equal(certificate.root_hash, rootHash) &&
      certificate.device.ml_dsa_44 !== null &&
      !equal(fingerprint(certificate.device), rootHash) &&
      certificate.not_before <= bundle.not_before;
    if (good) return certificate;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  throw new Refused("forged");
}

function checkQuorum(certificates) {
  const names = new Set(certificates.map(({ device }) => fingerprint(device).join()));
  const enough = certificates.length === 1 ? certificates[0].alone : names.size === 2;
  if (!enough) throw new Refused("forged");
}
