// Conway's Game of Life on a plane without edges: life GENERATIONS [draw]
//
// Reads a pattern from standard input, `.` for a dead and `#` for a live cell, a line a row, and prints how many cells live after so many
// generations; with `draw` also where they are. Cells are kept in a set and neighbours counted in a map, both made anew for each generation,
// so that the garbage collector has its work. Status 64: its arguments are wrong, 65: its input is.

/** The farthest that a pattern can be from its beginning, in cells; a cell is one number made of two. */
const FARTHEST: i64 = 1 << 20;

function cellAt(row: i64, column: i64): i64 {
  return (row + FARTHEST) << 32 | (column + FARTHEST);
}

function rowOf(cell: i64): i64 {
  return (cell >> 32) - FARTHEST;
}

function columnOf(cell: i64): i64 {
  return (cell & 0xffffffff) - FARTHEST;
}

function end(status: i32, complaint: string): void {
  process.stderr.write("life: " + complaint + "\n");
  process.exit(status);
}

function input(): string {
  const part = new ArrayBuffer(64);
  let text = "";
  for (let size = process.stdin.read(part); size > 0; size = process.stdin.read(part)) {
    text += String.UTF8.decode(part.slice(0, size));
  }
  return text;
}

function parse(text: string): Set<i64> {
  const alive = new Set<i64>();
  const rows = text.split("\n");
  for (let row = 0; row < rows.length; row++) {
    for (let column = 0; column < rows[row].length; column++) {
      const character = rows[row].charAt(column);
      if (character == "#") {
        alive.add(cellAt(row, column));
      } else if (character != ".") {
        end(65, "neither . nor # in row " + (row + 1).toString() + ", column " + (column + 1).toString());
      }
    }
  }
  return alive;
}

function next(alive: Set<i64>): Set<i64> {
  const neighbours = new Map<i64, i32>();
  const cells = alive.values();
  for (let i = 0; i < cells.length; i++) {
    const row = rowOf(cells[i]), column = columnOf(cells[i]);
    for (let down = -1; down <= 1; down++) {
      for (let right = -1; right <= 1; right++) {
        if (down == 0 && right == 0) continue;
        const beside = cellAt(row + down, column + right);
        neighbours.set(beside, neighbours.has(beside) ? neighbours.get(beside) + 1 : 1);
      }
    }
  }
  const born = new Set<i64>();
  const near = neighbours.keys();
  for (let i = 0; i < near.length; i++) {
    const count = neighbours.get(near[i]);
    if (count == 3 || count == 2 && alive.has(near[i])) born.add(near[i]);
  }
  return born;
}

function draw(alive: Set<i64>): void {
  const cells = alive.values().sort((one, other) => i32(one > other) - i32(one < other));
  let left = i64.MAX_VALUE, right = i64.MIN_VALUE;
  for (let i = 0; i < cells.length; i++) {
    left = min(left, columnOf(cells[i]));
    right = max(right, columnOf(cells[i]));
  }
  const top = rowOf(cells[0]), bottom = rowOf(cells[cells.length - 1]);
  console.log("from row " + (top + 1).toString() + ", column " + (left + 1).toString());
  for (let row = top; row <= bottom; row++) {
    let line = "";
    for (let column = left; column <= right; column++) line += alive.has(cellAt(row, column)) ? "#" : ".";
    console.log(line);
  }
}

function main(): void {
  const words = process.argv;
  const generations = words.length > 1 ? Number.parseInt(words[1]) : NaN;
  if (!(generations >= 0) || words.length > 3 || words.length == 3 && words[2] != "draw") {
    end(64, "GENERATIONS [draw]");
  }
  const text = input();
  // Nobody catches it: the language has no way to, and its WASI shim ends the program with status 255.
  if (text.length == 0) throw new Error("nothing to begin with");
  let alive = parse(text);
  for (let i = 0; i < i32(generations); i++) alive = next(alive);
  console.log(alive.size.toString() + " alive");
  if (words.length == 3 && alive.size > 0) draw(alive);
}

main();
