// The heap is claimed by what makes the first line ready, before WASI has it; the block is asked for afterwards. See ../c/claimed-after.c.
const SIZE: usize = 300 * 1024;

process.stderr.write("called\n");
const block = heap.alloc(SIZE);
memory.fill(block, 0xa5, SIZE);
process.stderr.write("called\n");
let kept = true;
for (let at: usize = 0; at < SIZE; at++) {
  if (load<u8>(block + at) != 0xa5) kept = false;
}
process.stdout.write(kept ? "kept\n" : "corrupted\n");
if (!kept) process.exit(1);
