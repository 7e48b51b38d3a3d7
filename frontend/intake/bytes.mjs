// Bytes, text and the strict codecs between them.
import { base64 } from "@scure/base";

export class Refused extends Error {
  // `reason` is a word of ours for the page to choose a sentence by; never what was typed or sent.
  constructor(reason, position = 0) {
    super(reason);
    this.reason = reason;
    this.position = position;
  }
}

const encoder = new TextEncoder();

export const utf8 = (text) => encoder.encode(text);

export function text(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused("malformed");
  }
}

export function concat(...parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function equal(a, b) {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const toBase64 = (bytes) => base64.encode(bytes);

export function fromBase64(encoded) {
  try {
    return base64.decode(encoded);
  } catch {
    throw new Refused("malformed");
  }
}

export function u32(number) {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, number);
  return out;
}

export const readU32 = (bytes, at) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);

// The operating system's randomness; tests alone pass another source.
export const system = (length) => crypto.getRandomValues(new Uint8Array(length));

// A lone surrogate has no UTF-8; a form would send U+FFFD for it, and so do we.
export const wellFormed = (typed) => typed.replace(/\p{Surrogate}/gu, "\ufffd");

export const length = (typed) => Array.from(typed).length;
