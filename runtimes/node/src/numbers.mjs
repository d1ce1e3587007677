// Numbers as text of their bits.

/** @param {number} number an i32, signed or not */
export const i32Text = (number) => `0x${(number >>> 0).toString(16).padStart(8, "0")}`;

/** @param {bigint} number an i64, signed or not */
export const i64Text = (number) => `0x${BigInt.asUintN(64, number).toString(16).padStart(16, "0")}`;

/** The lower half comes first. */
export const v128Text = (low, high) => i64Text(high) + i64Text(low).slice(2);

export const i32OfText = (text) => Number(text) | 0;

export const i64OfText = (text) => BigInt.asIntN(64, BigInt(text));

/** @returns {[bigint, bigint]} the lower half and the upper one */
export function v128OfText(text) {
  const bits = BigInt(text);
  return [BigInt.asIntN(64, bits), BigInt.asIntN(64, bits >> 64n)];
}
