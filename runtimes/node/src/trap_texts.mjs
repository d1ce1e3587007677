// How a row of the tables of trap texts is written: the class that is thrown, a text that tells one trap from the others, and its kind.

export const trap = (code) => ({ trap: code });

export const exhausted = (what) => ({ exhausted: what });

export const row = (thrown, text, kind) => ({ thrown, text, kind });
