package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// failure is an operation that did not succeed: what it was, and the runtime's own words for it.
type failure struct {
	Kind failureKind `json:"kind"`
	Text string      `json:"text"`
	// Backtrace is nil where nobody knows where the guest was.
	Backtrace *backtrace `json:"backtrace,omitempty"`
}

// failureKind is a name of the protocol's closed set, with what belongs to it where there is something.
type failureKind struct {
	name string
	// has says that `of` belongs to it, be it null.
	has bool
	of  any
}

var (
	// unsupported names no capability: whatever else has a name is claimed, or refused by wazero itself.
	unsupported = failureKind{name: "unsupported", has: true}
	// lacksSharedMemory and lacksFuel name one that is claimed by some versions only, and one that is claimed by none and can be asked for.
	lacksSharedMemory = failureKind{name: "unsupported", has: true, of: "shared-memory"}
	lacksFuel         = failureKind{name: "unsupported", has: true, of: "fuel"}

	rejected   = failureKind{name: "rejected"}
	unlinkable = failureKind{name: "unlinkable"}
	exception  = failureKind{name: "exception"}
	stale      = failureKind{name: "stale"}
	failed     = failureKind{name: "failed"}
)

func trap(code string) failureKind {
	return failureKind{name: "trap", has: true, of: code}
}

func exhausted(what string) failureKind {
	return failureKind{name: "exhausted", has: true, of: what}
}

func exit(code uint32) failureKind {
	return failureKind{name: "exit", has: true, of: code}
}

func (k failureKind) MarshalJSON() ([]byte, error) {
	if k.has {
		return json.Marshal(map[string]any{k.name: k.of})
	}
	return json.Marshal(k.name)
}

// longestText is the longest error text that is kept, in bytes: a stack trace must not fill the records.
const longestText = 4096

func fail(kind failureKind, format string, words ...any) *failure {
	text := strings.ToValidUTF8(fmt.Sprintf(format, words...), "\ufffd")
	if len(text) > longestText {
		cut := longestText
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = fmt.Sprintf("%s … (%d bytes more)", text[:cut], len(text)-cut)
	}
	return &failure{Kind: kind, Text: text}
}
