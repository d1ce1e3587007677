//! Prints every value of a JSON text (RFC 8259), of standard input or of the file named, on a line of its own: its path as jq writes it, a
//! tab, the value. Members stand in the order of their keys' bytes. A text that is no JSON ends with status 65 and its place, counted in
//! bytes; a file that cannot be read with 66; memory that was not given back with 70.
const std = @import("std");

const Value = union(enum) {
    nothing,
    boolean: bool,
    number: f64,
    text: []const u8,
    list: []const Value,
    map: []const Member,
};

const Member = struct {
    key: []const u8,
    value: Value,

    fn isBefore(_: void, one: Member, other: Member) bool {
        return std.mem.lessThan(u8, one.key, other.key);
    }
};

const deepest = 200;

const Parser = struct {
    text: []const u8,
    arena: std.mem.Allocator,
    at: usize = 0,
    depth: usize = 0,
    complaint: []const u8 = "",

    const Error = error{ Syntax, OutOfMemory };

    fn whole(self: *Parser) Error!Value {
        const found = try self.value();
        self.skipSpace();
        return if (self.at == self.text.len) found else self.fail("nothing may follow the value");
    }

    fn value(self: *Parser) Error!Value {
        self.skipSpace();
        switch (self.peek()) {
            '{' => return .{ .map = try self.map() },
            '[' => return .{ .list = try self.list() },
            '"' => return .{ .text = try self.string() },
            '-', '0'...'9' => return .{ .number = try self.number() },
            else => {},
        }
        const words = .{ .{ "null", Value.nothing }, .{ "true", Value{ .boolean = true } }, .{ "false", Value{ .boolean = false } } };
        inline for (words) |word| {
            if (std.mem.startsWith(u8, self.text[self.at..], word[0])) {
                self.at += word[0].len;
                return word[1];
            }
        }
        return self.fail("a value is due here");
    }

    fn map(self: *Parser) Error![]const Member {
        try self.enter();
        defer self.depth -= 1;
        var members: std.ArrayListUnmanaged(Member) = .empty;
        var seen: std.StringHashMapUnmanaged(void) = .empty;
        self.skipSpace();
        if (self.take('}')) return members.items;
        while (true) {
            self.skipSpace();
            const start = self.at;
            if (self.peek() != '"') return self.fail("a key is due here");
            const key = try self.string();
            if ((try seen.getOrPut(self.arena, key)).found_existing) {
                self.at = start;
                return self.fail("this key was there before");
            }
            self.skipSpace();
            if (!self.take(':')) return self.fail("a colon is due here");
            try members.append(self.arena, .{ .key = key, .value = try self.value() });
            self.skipSpace();
            if (self.take('}')) break;
            if (!self.take(',')) return self.fail("a comma or the map's end is due here");
        }
        std.mem.sort(Member, members.items, {}, Member.isBefore);
        return members.items;
    }

    fn list(self: *Parser) Error![]const Value {
        try self.enter();
        defer self.depth -= 1;
        var values: std.ArrayListUnmanaged(Value) = .empty;
        self.skipSpace();
        if (self.take(']')) return values.items;
        while (true) {
            try values.append(self.arena, try self.value());
            self.skipSpace();
            if (self.take(']')) return values.items;
            if (!self.take(',')) return self.fail("a comma or the list's end is due here");
        }
    }

    fn string(self: *Parser) Error![]const u8 {
        var bytes: std.ArrayListUnmanaged(u8) = .empty;
        self.at += 1;
        while (!self.take('"')) {
            const byte = self.peek();
            if (byte < 0x20) return self.fail("the text does not end, or has a control character");
            self.at += 1;
            if (byte == '\\') try self.escape(&bytes) else try bytes.append(self.arena, byte);
        }
        return bytes.items;
    }

    fn escape(self: *Parser, bytes: *std.ArrayListUnmanaged(u8)) Error!void {
        const letter = self.peek();
        self.at += 1;
        const byte: u8 = switch (letter) {
            '"', '\\', '/' => letter,
            'b' => 8,
            'f' => 12,
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                var encoded: [4]u8 = undefined;
                const length = std.unicode.utf8Encode(try self.character(), &encoded) catch return self.fail("half of a surrogate pair");
                return bytes.appendSlice(self.arena, encoded[0..length]);
            },
            else => return self.fail("no such escape"),
        };
        try bytes.append(self.arena, byte);
    }

    fn character(self: *Parser) Error!u21 {
        const first: u21 = try self.unit();
        if (first < 0xd800 or first > 0xdbff or !std.mem.startsWith(u8, self.text[self.at..], "\\u")) return first;
        self.at += 2;
        const second: u21 = try self.unit();
        if (second < 0xdc00 or second > 0xdfff) return self.fail("half of a surrogate pair");
        return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
    }

    fn unit(self: *Parser) Error!u16 {
        const written = self.text[self.at..@min(self.at + 4, self.text.len)];
        for (written) |digit| if (!std.ascii.isHex(digit)) return self.fail("four hexadecimal digits are due here");
        if (written.len < 4) return self.fail("four hexadecimal digits are due here");
        self.at += 4;
        return std.fmt.parseInt(u16, written, 16) catch unreachable;
    }

    fn number(self: *Parser) Error!f64 {
        const start = self.at;
        _ = self.take('-');
        if (!self.take('0')) try self.digits();
        if (self.take('.')) try self.digits();
        if (self.take('e') or self.take('E')) {
            if (!self.take('+')) _ = self.take('-');
            try self.digits();
        }
        return std.fmt.parseFloat(f64, self.text[start..self.at]) catch unreachable;
    }

    fn digits(self: *Parser) Error!void {
        if (!std.ascii.isDigit(self.peek())) return self.fail("a digit is due here");
        while (std.ascii.isDigit(self.peek())) self.at += 1;
    }

    fn enter(self: *Parser) Error!void {
        if (self.depth == deepest) return self.fail("this is too deep");
        self.depth += 1;
        self.at += 1;
    }

    fn skipSpace(self: *Parser) void {
        while (std.mem.indexOfScalar(u8, " \t\r\n", self.peek()) != null) self.at += 1;
    }

    /// The next byte, or 0 at the end: no JSON has a zero where this is asked.
    fn peek(self: *const Parser) u8 {
        return if (self.at < self.text.len) self.text[self.at] else 0;
    }

    fn take(self: *Parser, byte: u8) bool {
        const is_there = self.at < self.text.len and self.text[self.at] == byte;
        if (is_there) self.at += 1;
        return is_there;
    }

    fn fail(self: *Parser, complaint: []const u8) Error {
        self.complaint = complaint;
        return error.Syntax;
    }
};

const Printer = struct {
    out: *std.Io.Writer,
    arena: std.mem.Allocator,
    path: std.ArrayListUnmanaged(u8) = .empty,

    fn print(self: *Printer, value: Value) !void {
        const length = self.path.items.len;
        switch (value) {
            .list => |values| if (values.len > 0) {
                for (values, 0..) |one, place| {
                    try self.path.print(self.arena, "[{d}]", .{place});
                    try self.print(one);
                    self.path.shrinkRetainingCapacity(length);
                }
                return;
            },
            .map => |members| if (members.len > 0) {
                for (members) |member| {
                    const is_word = for (member.key) |byte| {
                        if (!std.ascii.isAlphanumeric(byte) and byte != '_') break false;
                    } else member.key.len > 0;
                    if (is_word) {
                        try self.path.print(self.arena, ".{s}", .{member.key});
                    } else {
                        try self.path.print(self.arena, "[{f}]", .{std.json.fmt(member.key, .{})});
                    }
                    try self.print(member.value);
                    self.path.shrinkRetainingCapacity(length);
                }
                return;
            },
            else => {},
        }
        try self.out.print("{s}\t", .{if (length == 0) "." else self.path.items});
        switch (value) {
            .nothing => try self.out.writeAll("null"),
            .boolean => |it| try self.out.print("{}", .{it}),
            .number => |it| try self.out.print("{d}", .{it}),
            .text => |it| try self.out.print("{f}", .{std.json.fmt(it, .{})}),
            .list => try self.out.writeAll("[]"),
            .map => try self.out.writeAll("{}"),
        }
        try self.out.writeByte('\n');
    }
};

fn outline(gpa: std.mem.Allocator) !u8 {
    var arena_state = std.heap.ArenaAllocator.init(gpa);
    defer arena_state.deinit();
    const arena = arena_state.allocator();
    var out_buffer: [1000]u8 = undefined;
    var out = std.fs.File.stdout().writerStreaming(&out_buffer);
    var complaints = std.fs.File.stderr().writerStreaming(&.{});

    const args = try std.process.argsAlloc(arena);
    const text = read(arena, args) catch |cause| {
        try complaints.interface.print("outline: cannot read {s}: {t}\n", .{ args[1], cause });
        return 66;
    };
    var parser: Parser = .{ .text = text, .arena = arena };
    const value = parser.whole() catch |cause| switch (cause) {
        error.OutOfMemory => return cause,
        error.Syntax => {
            const before = text[0..@min(parser.at, text.len)];
            const line = std.mem.count(u8, before, "\n") + 1;
            const column = before.len - if (std.mem.lastIndexOfScalar(u8, before, '\n')) |end| end + 1 else 0;
            try complaints.interface.print("outline: {d}:{d}: {s}\n", .{ line, column + 1, parser.complaint });
            return 65;
        },
    };
    var printer: Printer = .{ .out = &out.interface, .arena = arena };
    try printer.print(value);
    try out.interface.flush();
    return 0;
}

/// The file's folder is found by its name among the preopens, slashes in front aside, as wasi-libc does: the specification neither says
/// that a certain descriptor is the first of them nor what a name has to begin with.
fn read(arena: std.mem.Allocator, args: []const [:0]u8) ![]u8 {
    const largest = 16 << 20;
    if (args.len < 2) return std.fs.File.stdin().readToEndAlloc(arena, largest);
    const preopens = try std.fs.wasi.preopensAlloc(arena);
    const wanted = std.mem.trimLeft(u8, std.fs.path.dirname(args[1]) orelse ".", "/");
    const folder: std.fs.Dir = for (preopens.names, 0..) |name, descriptor| {
        if (descriptor > 2 and std.mem.eql(u8, std.mem.trimLeft(u8, name, "/"), wanted)) break .{ .fd = @intCast(descriptor) };
    } else return error.NoSuchPreopen;
    const file = try folder.openFile(std.fs.path.basename(args[1]), .{});
    defer file.close();
    return file.readToEndAlloc(arena, largest);
}

pub fn main() !u8 {
    var debug: std.heap.DebugAllocator(.{}) = .init;
    const status = try outline(debug.allocator());
    return if (debug.deinit() == .ok) status else 70;
}
