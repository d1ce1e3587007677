package main

import "sync"

// parallel performs operations in goroutines that begin together, each with handles of its own beside the engines, modules and shared
// memories that are there now. A panic in one ends the process: it is a crash of wazero on whatever thread.
func (t *table) parallel(asked *parallelOp) (answer, *failure) {
	if len(asked.Threads) == 0 {
		return nil, fail(failed, "`parallel` needs a thread")
	}
	replies := make([][]reply, len(asked.Threads))
	begin := make(chan struct{})
	var running sync.WaitGroup
	for at, ops := range asked.Threads {
		own := newTable(t.variant)
		own.engines, own.modules, own.memories = t.engines.lend(), t.modules.lend(), t.memories.lend()
		running.Add(1)
		go func(ops []op, said *[]reply) {
			defer running.Done()
			<-begin
			*said = own.replies(ops)
			own.reset()
		}(ops, &replies[at])
	}
	close(begin)
	running.Wait()
	return map[string][][]reply{"parallel": replies}, nil
}

func (t *table) replies(ops []op) []reply {
	said := make([]reply, 0, len(ops))
	for at := range ops {
		if ops[at].About != nil || ops[at].Parallel != nil || ops[at].Measure != nil || ops[at].Reset != nil {
			said = append(said, reply{Failed: fail(failed, "this cannot be done on a thread of its own")})
			continue
		}
		said = append(said, replyTo(t.perform(&ops[at])))
	}
	return said
}
