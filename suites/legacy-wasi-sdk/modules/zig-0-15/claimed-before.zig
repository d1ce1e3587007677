//! The heap is claimed before WASI is called for the first time; see ../c/claimed-before.c.

const std = @import("std");
const wasi = std.os.wasi;

fn say(to: wasi.fd_t, line: []const u8) void {
    const parts = [_]wasi.ciovec_t{.{ .base = line.ptr, .len = line.len }};
    var written: usize = 0;
    _ = wasi.fd_write(to, &parts, parts.len, &written);
}

pub fn main() !void {
    // Volatile: the compiler would otherwise know what is read back.
    const block: []volatile u8 = try std.heap.wasm_allocator.alloc(u8, 200 * 1024);
    for (block) |*byte| byte.* = 0xa5;
    say(2, "called\n");
    for (block) |byte| {
        if (byte != 0xa5) {
            say(1, "corrupted\n");
            std.process.exit(1);
        }
    }
    say(1, "kept\n");
}
