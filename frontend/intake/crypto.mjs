// Key derivation, padding, signatures and sealing, as in src/asylia/crypto.
import { Decrypter, Encrypter, identityToRecipient } from "age-encryption";
import { ed25519 } from "@noble/curves/ed25519.js";
import { hkdf as noble } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { ml_dsa44 } from "@noble/post-quantum/ml-dsa.js";
import { bech32 } from "@scure/base";
import { concat, equal, readU32, Refused, u32, utf8 } from "./bytes.mjs";
import { frame } from "./wire.mjs";

export { sha256 };

export const hkdf = (secret, label, size = 32) => noble(sha256, secret, undefined, utf8(label), size);

export const mac = (key, label, ...parts) => hmac(sha256, key, frame(label, ...parts));

export async function pbkdf2(password, salt, rounds) {
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, 256));
}

const FLOOR = 4096;

export function paddedLength(size) {
  if (size <= FLOOR) return FLOOR;
  const exponent = Math.floor(Math.log2(size));
  const unit = 2 ** (exponent - Math.floor(Math.log2(exponent)) - 1);
  return Math.ceil(size / unit) * unit;
}

export function pad(content) {
  const size = 4 + content.length;
  return concat(u32(content.length), content, new Uint8Array(paddedLength(size) - size));
}

export function unpad(untrusted) {
  if (untrusted.length < FLOOR) throw new Refused("malformed");
  const end = 4 + readU32(untrusted, 0);
  const fits = untrusted.length === paddedLength(end);
  if (!fits || untrusted.subarray(end).some((byte) => byte !== 0)) throw new Refused("malformed");
  return untrusted.slice(4, end);
}

export const fingerprint = (key) => sha256(frame("asylia/key/1", key.ed25519, key.ml_dsa_44 ?? new Uint8Array()));

export function signingKey(seed) {
  const secret = hkdf(seed, "asylia/key/1 ed25519");
  const key = { ed25519: ed25519.getPublicKey(secret), ml_dsa_44: null };
  const sign = (label, ...parts) => [
    { algorithm: "ed25519", key: fingerprint(key), signature: ed25519.sign(frame(label, ...parts), secret) },
  ];
  return { key, sign };
}

// Every algorithm of the key must have signed, once, and hold.
export function verify(key, signatures, label, ...parts) {
  const name = fingerprint(key);
  const message = frame(label, ...parts);
  const mine = signatures.filter((signature) => equal(signature.key, name));
  const wanted = key.ml_dsa_44 ? ["ed25519", "ml-dsa-44"] : ["ed25519"];
  const found = mine.map((signature) => signature.algorithm).sort();
  if (found.join() !== wanted.join() || !mine.every((signature) => holds(key, signature, message))) {
    throw new Refused("forged");
  }
}

function holds(key, { algorithm, signature }, message) {
  try {
    return algorithm === "ed25519"
      ? ed25519.verify(signature, message, key.ed25519, { zip215: false })
      : ml_dsa44.verify(signature, message, key.ml_dsa_44);
  } catch {
    return false;
  }
}

export const identityFromSeed = (seed) => bech32.encodeFromBytes("AGE-SECRET-KEY-PQ-", seed).toUpperCase();

export const recipientOf = (identity) => identityToRecipient(identity);

export async function seal(plaintext, recipient) {
  const sealer = new Encrypter();
  sealer.addRecipient(recipient);
  return sealer.encrypt(plaintext);
}

export async function open(untrusted, identity) {
  const opener = new Decrypter();
  opener.addIdentity(identity);
  try {
    return await opener.decrypt(untrusted);
  } catch {
    throw new Refused("forged");
  }
}
