// The heap is claimed before WASI is called for the first time; see ../c/claimed-before.c.
const SIZE: usize = 200 * 1024;

const block = heap.alloc(SIZE);
memory.fill(block, 0xa5, SIZE);
process.stderr.write("called\n");
let kept = true;
for (let at: usize = 0; at < SIZE; at++) {
  if (load<u8>(block + at) != 0xa5) kept = false;
}
process.stdout.write(kept ? "kept\n" : "corrupted\n");
if (!kept) process.exit(1);
