// The words that a worker is started with.

/**
 * The variant that this worker is asked to be, the word after `--variant`; or a usage text.
 * @param {string[]} words
 * @returns {{ variant: string, usage?: undefined } | { usage: string }}
 */
export function requestedVariant(words) {
  const [flag, variant, ...more] = words;
  if (flag === "--variant" && variant !== undefined && more.length === 0) return { variant };
  return { usage: "usage: worker.mjs --variant NAME, then one request a line on standard input (see runtimes/README.md)" };
}
