package main

import "syscall"

// dieWithParent has this process killed when its parent ends. The kernel keeps the wish with the thread that made it, and Go's threads
// live as long as the process unless a goroutine that is locked to one ends, which none here does.
func dieWithParent() error {
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_SET_PDEATHSIG, uintptr(syscall.SIGKILL), 0); errno != 0 {
		return errno
	}
	return nil
}

// replace lets the second descriptor be what the first one is. There is no dup2 on every Linux.
func replace(by, descriptor int) error {
	return syscall.Dup3(by, descriptor, 0)
}
