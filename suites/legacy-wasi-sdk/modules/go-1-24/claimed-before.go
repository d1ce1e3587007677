// The heap is claimed before this program calls WASI for the first time; see ../c/claimed-before.c. Go's runtime has asked for the arguments by then.
package main

import "syscall"

// Of the package, so that the collector does not free it.
var block []byte

func say(to int, line string) {
	_, _ = syscall.Write(to, []byte(line))
}

func main() {
	// More than the 16 MiB that memory has at the beginning in Go 1.21 to 1.23.
	block = make([]byte, 32<<20)
	// A byte of every 64: interpreters are to come to an end of it too.
	for at := 0; at < len(block); at += 64 {
		block[at] = 0xa5
	}
	say(2, "called\n")
	for at := 0; at < len(block); at += 64 {
		if block[at] != 0xa5 {
			say(1, "corrupted\n")
			syscall.Exit(1)
		}
	}
	say(1, "kept\n")
}
