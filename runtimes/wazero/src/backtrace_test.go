package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// The forms of internal/wasmdebug, in versions 1.6 to 1.12.
func TestTraces(t *testing.T) {
	deep := strings.Repeat("\t.f()\n", 1000)
	for _, row := range []struct{ text, said, trace string }{
		{"wasm error: unreachable", "wasm error: unreachable", "null"},
		{
			"wasm error: unreachable\nwasm stack trace:\n\t.inner(i32)\n\tmod.outer(i32,i64) (i32,f64)\n\t.$3() i32",
			"wasm error: unreachable",
			`{"frames":[{"function":"inner"},{"function":"mod.outer"},{"index":3}]}`,
		},
		{
			"wasm error: unreachable\nwasm stack trace:\n\t.f(i32)(i32) i32\n\t... maybe followed by omitted frames",
			"wasm error: unreachable",
			`{"frames":[{"function":"f(i32)"}]}`,
		},
		{
			"wasm error: unreachable\nwasm stack trace:\n\t.outer()\n\t\t0x16e2: a b.c:3:5 (inlined)\n\t\t        b.c:7\n\t.main()\n\t\t0x12: c.c:1:2",
			"wasm error: unreachable",
			`{"frames":[{"source":"a b.c:3:5"},{"function":"outer","source":"b.c:7"},{"function":"main","source":"c.c:1:2"}]}`,
		},
		{
			"no (recovered by wazero)\nwasm stack trace:\n\t.f()\n\nGo runtime stack trace:\ngoroutine 1",
			"no (recovered by wazero)\n\nGo runtime stack trace:\ngoroutine 1",
			`{"frames":[{"function":"f"}]}`,
		},
		{"wasm error: unreachable\nwasm stack trace:\n\t", "wasm error: unreachable\nwasm stack trace:\n\t", "null"},
	} {
		said, trace := withoutTrace(row.text)
		if written, _ := json.Marshal(trace); said != row.said || string(written) != row.trace {
			t.Errorf("%q:\n%q\n%s", row.text, said, written)
		}
	}
	_, trace := withoutTrace("wasm error: stack overflow\nwasm stack trace:\n" + deep)
	if len(trace.Frames) != mostFrames || trace.More != 1000-mostFrames {
		t.Errorf("%d frames and %d more", len(trace.Frames), trace.More)
	}
	if _, trace = withoutTrace("x\nwasm stack trace:\n\t." + strings.Repeat("é", 999) + "()"); len([]rune(trace.Frames[0].Function)) != longestName {
		t.Errorf("%q", trace.Frames[0].Function)
	}
}
