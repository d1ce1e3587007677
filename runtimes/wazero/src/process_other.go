//go:build unix && !linux

package main

import "syscall"

// dieWithParent does nothing: elsewhere a worker ends at the end of its input.
func dieWithParent() error {
	return nil
}

// replace lets the second descriptor be what the first one is.
func replace(by, descriptor int) error {
	return syscall.Dup2(by, descriptor)
}
