// Signed bytes and verifying keys, as in spec/authority.md.
import { bytes, decode, encode, frame, list, nullable, oneOf, record, unframe } from "./wire.mjs";

export const verifyingKey = record({ ed25519: bytes(32), ml_dsa_44: nullable(bytes(1312)) });

const signatures = record({
  signatures: list(
    record({ algorithm: oneOf("ed25519", "ml-dsa-44"), key: bytes(32), signature: bytes(64, 2420) }),
    1,
    8,
  ),
});

export function joinSigned(body, signed) {
  return frame("asylia/signed/1", body, encode("asylia/signatures/1", { signatures: signed }));
}

export function splitSigned(untrusted, limit) {
  const [body, list] = unframe(untrusted, "asylia/signed/1", 2, limit);
  return [body, decode(list, "asylia/signatures/1", signatures, limit).signatures];
}
