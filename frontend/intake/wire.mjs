// Frames and canonical messages, as in spec/authority.md: one value, one encoding.
import { concat, equal, fromBase64, length, readU32, Refused, text, toBase64, u32, utf8 } from "./bytes.mjs";

const LIMIT = 1 << 20;

export function frame(label, ...parts) {
  return concat(utf8(label + "\n"), ...parts.flatMap((part) => [u32(part.length), part]));
}

export function unframe(untrusted, label, count, limit = LIMIT) {
  let at = head(untrusted, label, limit);
  const parts = [];
  for (let i = 0; i < count; i++) {
    if (at + 4 > untrusted.length) throw new Refused("malformed");
    const end = at + 4 + readU32(untrusted, at);
    if (end > untrusted.length) throw new Refused("malformed");
    parts.push(untrusted.subarray(at + 4, end));
    at = end;
  }
  if (at !== untrusted.length) throw new Refused("malformed");
  return parts;
}

export function encode(label, message) {
  return utf8(label + "\n" + JSON.stringify(plain(message)));
}

// `form` checks and converts the parsed JSON; what it returns must encode to the same bytes.
export function decode(untrusted, label, form, limit = LIMIT) {
  const start = head(untrusted, label, limit);
  let parsed;
  try {
    parsed = JSON.parse(text(untrusted.subarray(start)));
  } catch {
    throw new Refused("malformed");
  }
  const message = form(parsed);
  if (!equal(encode(label, message), untrusted)) throw new Refused("malformed");
  return message;
}

function head(untrusted, label, limit) {
  const start = utf8(label + "\n");
  if (untrusted.length > limit || !equal(untrusted.subarray(0, start.length), start)) throw new Refused("malformed");
  return start.length;
}

function plain(value) {
  if (value instanceof Uint8Array) return toBase64(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, plain(value[key])]));
}

function must(holds) {
  if (!holds) throw new Refused("malformed");
}

// Forms: each takes what JSON gave and returns the value, or refuses it.
export const bytes = (least, most = least) => (value) => {
  must(typeof value === "string");
  const decoded = fromBase64(value);
  must(decoded.length >= least && decoded.length <= most);
  return decoded;
};
export const string = (least, most, pattern = /^/) => (value) => {
  must(typeof value === "string" && pattern.test(value) && length(value) >= least && length(value) <= most);
  return value;
};
export const integer = (least, most) => (value) => {
  must(Number.isSafeInteger(value) && value >= least && value <= most);
  return value;
};
export const oneOf = (...values) => (value) => {
  must(values.includes(value));
  return value;
};
export const list = (form, least, most) => (value) => {
  must(Array.isArray(value) && value.length >= least && value.length <= most);
  return value.map(form);
};
export const nullable = (form) => (value) => (value === null ? null : form(value));
export const record = (forms) => (value) => {
  must(value !== null && typeof value === "object" && !Array.isArray(value));
  must(Object.keys(value).length === Object.keys(forms).length);
  return Object.fromEntries(
    Object.entries(forms).map(([key, form]) => {
      must(Object.prototype.hasOwnProperty.call(value, key));
      return [key, form(value[key])];
    }),
  );
};
export const dictionary = (key, form) => (value) => {
  must(value !== null && typeof value === "object" && !Array.isArray(value));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [key(name), form(inner)]));
};
