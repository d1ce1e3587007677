// Values of the protocol and of JavaScript's interface, by their type in the guest.
import { failed } from "./failures.mjs";
import { i32OfText, i32Text, i64OfText, i64Text, v128OfText, v128Text } from "./numbers.mjs";
import { describeExternal, describeFunction, describeInternal, hostObject } from "./references.mjs";
import { protocolType } from "./value_types.mjs";

/** From the protocol, as the arguments that stand for the value: none for an exception reference, two for a vector (`lowered.mjs`). */
const TO_GUEST = {
  i32: (text) => [i32OfText(text)],
  i64: (text) => [i64OfText(text)],
  f32: (text) => [i32OfText(text)],
  f64: (text) => [i64OfText(text)],
  v128: (text) => v128OfText(text),
  funcref: (reference) => [nullOnly(reference, "funcref")],
  externref: (reference) => [hostReference(reference, "externref")],
  anyref: (reference) => [hostReference(reference, "anyref")],
  exnref: (reference) => (nullOnly(reference, "exnref"), []),
};

/** To the protocol; `take` hands over the next of the results that stand for values. */
const FROM_GUEST = {
  i32: (take) => i32Text(take()),
  i64: (take) => i64Text(take()),
  f32: (take) => i32Text(take()),
  f64: (take) => i64Text(take()),
  v128: (take) => v128Text(take(), take()),
  funcref: (take) => describeFunction(take()),
  externref: (take) => describeExternal(take()),
  anyref: (take) => describeInternal(take()),
  exnref: (take) => (take() === 1 ? "null" : "some"),
};

function nullOnly(reference, type) {
  if (reference === "null") return null;
  throw failed(`the host has no such reference to give: ${type} ${JSON.stringify(reference)}`);
}

function hostReference(reference, type) {
  return typeof reference?.host === "number" ? hostObject(reference.host) : nullOnly(reference, type);
}

/**
 * Arguments for parameters of these types. JavaScript converts whatever it is given, so they are held against the types here.
 * @param {object[]} values
 */
export function toGuest(values, wanted, types) {
  if (values.length !== wanted.length) throw failed(`${wanted.length} arguments are wanted, and ${values.length} were given`);
  return values.flatMap((value, at) => {
    const [[type, content]] = Object.entries(value);
    const name = protocolType(wanted[at], types);
    if (type !== name) throw failed(`${name} is wanted, and ${type} was given`);
    return TO_GUEST[type](content);
  });
}

/** @param {Iterable<unknown>} values the results that stand for values of these types */
export function fromGuest(values, given, types) {
  const next = values[Symbol.iterator]();
  const take = () => next.next().value;
  return given.map((type) => {
    const name = protocolType(type, types);
    return { [name]: FROM_GUEST[name](take) };
  });
}
