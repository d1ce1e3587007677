package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/tetratelabs/wazero/sys"
)

// wazero's errors in the protocol's words. Its own type for traps is internal, so it is known by its name and its values by their texts
// (internal/wasmruntime/errors.go); all other errors are texts alone.

// trapType is the type of the errors that say why a guest trapped.
const trapType = "*wasmruntime.Error"

var traps = map[string]failureKind{
	"stack overflow":                exhausted("stack"),
	"invalid conversion to integer": trap("invalid-conversion-to-integer"),
	"integer overflow":              trap("integer-overflow"),
	"integer divide by zero":        trap("integer-divide-by-zero"),
	"unreachable":                   trap("unreachable"),
	"out of bounds memory access":   trap("memory-out-of-bounds"),
	// An index outside of a table, and a null element where a function is called: wazero has one error for both.
	"invalid table access":        trap("table-out-of-bounds"),
	"indirect call type mismatch": trap("indirect-call-type-mismatch"),
	"unaligned atomic":            trap("unaligned-atomic"),
	"expected shared memory":      trap("expected-shared-memory"),
	"null reference":              trap("null-reference"),
	"uncaught exception":          exception,
	// The host's limit and not the guest's.
	"too many waiters": failed,
}

// whileRunning is an error of a guest's code.
func whileRunning(err error) *failure {
	var exited *sys.ExitError
	if errors.As(err, &exited) {
		return fail(exit(exited.ExitCode()), "%v", err)
	}
	for cause := err; cause != nil; cause = errors.Unwrap(cause) {
		if fmt.Sprintf("%T", cause) == trapType {
			if kind, known := traps[cause.Error()]; known {
				return whileCalling(kind, err)
			}
		}
	}
	return whileCalling(failed, err)
}

// whileCalling is an error that may say where the guest was.
func whileCalling(kind failureKind, err error) *failure {
	text, trace := withoutTrace(err.Error())
	failure := fail(kind, "%s", text)
	failure.Backtrace = trace
	return failure
}

// whileInstantiating is an error of linking, of active segments or of a start function, whose errors begin with its name. The names that
// guests choose stand after the words that are looked for.
func whileInstantiating(err error) *failure {
	text := err.Error()
	switch {
	case strings.HasPrefix(text, "start "):
		return whileRunning(err)
	case strings.HasPrefix(text, "module[") && strings.HasSuffix(text, "] not instantiated"),
		strings.HasPrefix(text, "import "),
		strings.HasPrefix(text, `export "`),
		strings.HasPrefix(text, `"`) && strings.Contains(text, `" is not exported in module "`):
		return fail(unlinkable, "%s", text)
	case strings.HasPrefix(text, "data[") && strings.HasSuffix(text, "]: out of bounds memory access"):
		return fail(trap("memory-out-of-bounds"), "%s", text)
	case strings.HasPrefix(text, "element[") && strings.HasSuffix(text, "].init exceeds min table size"):
		return fail(trap("table-out-of-bounds"), "%s", text)
	default:
		return whileRunning(err)
	}
}

// whileCompiling is an error of the decoder or the validator, but for those of runtimes that are closed, of caches, whose files the system
// may refuse too, and of the engines.
func whileCompiling(err error) *failure {
	text := err.Error()
	if strings.HasPrefix(text, "compilationcache: ") {
		return fail(stale, "%s", text)
	}
	var file *fs.PathError
	var files *os.LinkError
	if errors.As(err, &file) || errors.As(err, &files) {
		return fail(failed, "%s", text)
	}
	for _, other := range []string{
		"runtime closed with ", "compile function ", "ssa->machine code: ", "handling instruction: ", "failed to lower func[",
	} {
		if strings.HasPrefix(text, other) {
			return fail(failed, "%s", text)
		}
	}
	return fail(rejected, "%s", text)
}
