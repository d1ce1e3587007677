package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// serve answers requests until the input ends.
func serve(table *table) error {
	pipes, err := takePipes()
	if err != nil {
		return err
	}
	for {
		line, err := pipes.nextLine()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		asked, err := readRequest(line)
		if err != nil {
			return fmt.Errorf("not a request: %w: %s", err, line)
		}
		written, err := json.Marshal(respond(table, asked))
		if err != nil {
			return err
		}
		if err := pipes.answer(written); err != nil {
			return err
		}
	}
}

func readRequest(line []byte) (*request, error) {
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.DisallowUnknownFields()
	asked := &request{}
	if err := decoder.Decode(asked); err != nil {
		return nil, err
	}
	return asked, nil
}

// respond performs a request and times it.
func respond(table *table, asked *request) response {
	started := time.Now()
	answered, refused := table.perform(&asked.Op)
	return response{ID: asked.ID, BusyNs: time.Since(started).Nanoseconds(), Reply: replyTo(answered, refused)}
}

func replyTo(answered answer, refused *failure) reply {
	if refused != nil {
		return reply{Failed: refused}
	}
	return reply{Ok: answered}
}
