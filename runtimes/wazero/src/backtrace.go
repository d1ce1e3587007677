package main

import (
	"regexp"
	"strconv"
	"strings"
)

// Where a guest was when it failed. wazero says it in the text of its errors (internal/wasmdebug/debug.go) and nowhere else: of a call that has
// failed there is nothing that could be asked.

// backtrace has the functions that were being called, the innermost first. wazero keeps 30 of them from version 1.8 on.
type backtrace struct {
	Frames []frame `json:"frames"`
	More   uint64  `json:"more,omitempty"`
}

type frame struct {
	Function string  `json:"function,omitempty"`
	Index    *uint32 `json:"index,omitempty"`
	Source   string  `json:"source,omitempty"`
}

// mostFrames and longestName, in characters, are what is kept.
const (
	mostFrames  = 64
	longestName = 200
)

const traceBegins = "\nwasm stack trace:\n"

var (
	// signed is a function with its signature: `main.main(i32,i64) (i32,i32)`. A module without a name leaves a dot before it.
	signed = regexp.MustCompile(`^(.*\S)\([a-z0-9,]*\)(?: [a-z0-9]+| \([a-z0-9,]+\))?$`)
	// unnamed is a function without a name, after the name of its module.
	unnamed = regexp.MustCompile(`(?:^|\.)\$([0-9]+)$`)
	// placed is a place in the source: `0x16e2: main.c:12:3`. Where others were inlined theirs stand before it, and the offset with the first. It counts
	// from the beginning of the code section.
	placed = regexp.MustCompile(`^(?:0x[0-9a-f]+:)? *(.*?)( \(inlined\))?$`)
)

// withoutTrace splits an error's text into what it says and the trace in it, which is nil where there is none.
func withoutTrace(text string) (string, *backtrace) {
	said, rest, has := strings.Cut(text, traceBegins)
	if !has {
		return text, nil
	}
	trace := &backtrace{}
	for strings.HasPrefix(rest, "\t") {
		var line string
		line, rest, _ = strings.Cut(rest[1:], "\n")
		trace.read(line)
	}
	if len(trace.Frames) == 0 {
		return text, nil
	}
	// Where it is a fault of the host's, Go's own trace follows.
	return strings.TrimRight(said+"\n"+rest, "\n"), trace
}

// read takes a line of the trace: a function, or places in it, which stand below it and further in.
func (b *backtrace) read(line string) {
	place, isPlace := strings.CutPrefix(line, "\t")
	if !isPlace {
		if named := signed.FindStringSubmatch(line); named != nil {
			b.add(function(named[1]))
		}
		return
	}
	if len(b.Frames) == 0 || b.More > 0 {
		return
	}
	// What was inlined was further in than the function that it was inlined into, and has no name here.
	parts := placed.FindStringSubmatch(place)
	last := len(b.Frames) - 1
	b.Frames[last].Source = shortened(parts[1])
	if parts[2] != "" {
		own := b.Frames[last]
		b.Frames[last] = frame{Source: own.Source}
		own.Source = ""
		b.add(own)
	}
}

func (b *backtrace) add(one frame) {
	if len(b.Frames) == mostFrames {
		b.More++
		return
	}
	b.Frames = append(b.Frames, one)
}

func function(name string) frame {
	if number := unnamed.FindStringSubmatch(name); number != nil {
		if index, err := strconv.ParseUint(number[1], 10, 32); err == nil {
			index := uint32(index)
			return frame{Index: &index}
		}
	}
	return frame{Function: shortened(strings.TrimPrefix(name, "."))}
}

func shortened(name string) string {
	characters := []rune(strings.ToValidUTF8(name, "\ufffd"))
	if len(characters) <= longestName {
		return string(characters)
	}
	return string(characters[:longestName-1]) + "…"
}
