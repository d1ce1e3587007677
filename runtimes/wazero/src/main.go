// wazero as a wasmatrix worker.
//
// The protocol, in any runtime's words: `pipes` and `serve` (requests in, answers out), `protocol`, `value`, `guestbytes` and `failure`
// (how they are written), `table`, `handles`, `close`, `access`, `measure` and `parallel` (which handle stands for what, and what is done
// to it).
// wazero's part: `cache`, `engine`, `store` and `instance` (the calls), `linking` (who answers imports), `spectest` (the host module of the
// specification's test suite), `traps` (errors), `values` (values), `world` (the guest's WASI world), `features` (the proposals) and
// `about` (the receipt). Files named after a version are built into lines of that version or later.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 3 || os.Args[1] != "--variant" {
		fmt.Fprintln(os.Stderr, "usage: WORKER --variant NAME, then one request a line on standard input (see runtimes/README.md)")
		os.Exit(2)
	}
	variant, found := variants[os.Args[2]]
	if !found {
		fmt.Fprintf(os.Stderr, "wazero has no variant `%s`; it has `compiler` and `interpreter`\n", os.Args[2])
		os.Exit(2)
	}
	if err := serve(newTable(variant)); err != nil {
		fmt.Fprintf(os.Stderr, "the protocol failed: %v\n", err)
		os.Exit(1)
	}
}
