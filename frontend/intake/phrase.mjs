// Nine words for 96 bits and 3 check bits, and the keys that grow from them: spec/phrase.md.
import { length, Refused, system } from "./bytes.mjs";
import { hkdf, identityFromSeed, pbkdf2, recipientOf, sha256, signingKey } from "./crypto.mjs";

const COUNT = 9;

export const parseList = (file) => file.split("\n").slice(0, -1);

export const drawEntropy = (randomness = system) => randomness(12);

export function wordsOf(entropy, list) {
  const check = BigInt(sha256(entropy)[0] >> 5);
  const number = (entropy.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) << 3n) | check;
  return Array.from({ length: COUNT }, (_, i) => list[Number((number >> BigInt(11 * (COUNT - 1 - i))) & 2047n)]);
}

export function fold(typed) {
  return typed.normalize("NFKD").toLowerCase().replace(/[\p{M}\p{Cf}]/gu, "").replace(/ı/g, "i");
}

export function entropyOf(typed, list) {
  const words = length(typed) <= 1000 ? (fold(typed).match(/\p{L}+/gu) ?? []) : [];
  if (words.length !== COUNT) throw new Refused("count");
  const places = new Map(list.map((word, i) => [fold(word), i]));
  const number = words.reduce((sum, word, i) => {
    if (!places.has(word)) throw new Refused("word", i + 1);
    return (sum << 11n) | BigInt(places.get(word));
  }, 0n);
  const entropy = Uint8Array.from({ length: 12 }, (_, i) => Number((number >> BigInt(3 + 8 * (11 - i))) & 255n));
  if (Number(number & 7n) !== sha256(entropy)[0] >> 5) throw new Refused("check");
  return entropy;
}

export async function threadKeys(entropy, rootHash) {
  const master = await pbkdf2(entropy, rootHash, 2048);
  const identity = identityFromSeed(hkdf(master, "asylia/phrase/1 identity"));
  return {
    thread: hkdf(master, "asylia/phrase/1 thread", 16),
    identity,
    recipient: await recipientOf(identity),
    signing: signingKey(hkdf(master, "asylia/phrase/1 signing")),
    dropSecret: hkdf(master, "asylia/phrase/1 drops"),
  };
}
