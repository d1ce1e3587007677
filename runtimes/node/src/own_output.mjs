// Standard output is the protocol's alone; whatever else prints, bun's own modules among them, does so to standard error.
console.log = console.info = console.debug = console.error;
