package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"syscall"
)

// roomKept is how much room is kept for the next line, in bytes. A longer one is rare, and would count as the guest's memory for ever.
const roomKept = 1 << 20

// pipes are the protocol's, out of the guest's reach.
type pipes struct {
	requests *bufio.Reader
	answers  *os.File
	// asked is the room for a request's line.
	asked []byte
}

// takePipes moves the protocol away from descriptors 0 and 1: standard input becomes empty and standard output becomes standard error, so
// that nothing a guest or a runtime prints can be taken for an answer. On Linux it also ties this process's life to its parent's.
func takePipes() (*pipes, error) {
	if err := dieWithParent(); err != nil {
		return nil, fmt.Errorf("the parent's death cannot be noticed: %w", err)
	}
	in, err := duplicate(0)
	if err != nil {
		return nil, fmt.Errorf("standard input cannot be duplicated: %w", err)
	}
	out, err := duplicate(1)
	if err != nil {
		return nil, fmt.Errorf("standard output cannot be duplicated: %w", err)
	}
	empty, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	defer empty.Close()
	if err := replace(int(empty.Fd()), 0); err != nil {
		return nil, fmt.Errorf("standard input cannot be replaced: %w", err)
	}
	if err := replace(2, 1); err != nil {
		return nil, fmt.Errorf("standard output cannot be replaced: %w", err)
	}
	return &pipes{requests: bufio.NewReaderSize(os.NewFile(uintptr(in), "requests"), 1<<16), answers: os.NewFile(uintptr(out), "answers")}, nil
}

// duplicate makes a close-on-exec copy. A worker starts no process, so it does not matter that this takes two calls.
func duplicate(descriptor int) (int, error) {
	copied, err := syscall.Dup(descriptor)
	if err == nil {
		syscall.CloseOnExec(copied)
	}
	return copied, err
}

// nextLine is a request's line without its end, valid until the next call; io.EOF where the input has ended.
func (p *pipes) nextLine() ([]byte, error) {
	if cap(p.asked) > roomKept {
		p.asked = nil
	}
	p.asked = p.asked[:0]
	for {
		part, err := p.requests.ReadSlice('\n')
		p.asked = append(p.asked, part...)
		switch {
		case err == nil:
			return p.asked[:len(p.asked)-1], nil
		case err == bufio.ErrBufferFull:
		case err == io.EOF && len(p.asked) > 0:
			return p.asked, nil
		default:
			return nil, err
		}
	}
}

// answer writes a line at once: the first request without an answer is where a worker died.
func (p *pipes) answer(line []byte) error {
	_, err := p.answers.Write(append(line, '\n'))
	return err
}
