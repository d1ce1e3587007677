package main

import (
	"encoding/binary"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// newSharedMemory makes a shared memory that belongs to no store, of so many pages. wazero has none of the host's own, so it is the memory
// of a module that has nothing else, which all instances of its runtime can import, in whatever goroutine.
func newSharedMemory(engine *engine, minimum, maximum uint64) (api.Module, *failure) {
	if !engine.runs("threads") {
		return nil, fail(lacksSharedMemory, "this engine has no shared memories, which wazero's experimental threads bring along")
	}
	compiled, refused := engine.compile(sharedMemoryBinary(minimum, maximum))
	if refused != nil {
		return nil, refused
	}
	owner, err := engine.runtime.InstantiateModule(background, compiled, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, whileInstantiating(err)
	}
	return owner, nil
}

func sharedMemoryBinary(minimum, maximum uint64) []byte {
	limits := binary.AppendUvarint(binary.AppendUvarint([]byte{0x03}, minimum), maximum)
	return binaryModule(
		section(memorySection, [][]byte{limits}),
		section(exportSection, [][]byte{append(named("memory"), memorySort, 0)}),
	)
}

func (t *table) newSharedMemory(asked *newSharedMemoryOp) (answer, *failure) {
	engine, refused := find(t.engines, "engine", asked.Engine)
	if refused != nil {
		return nil, refused
	}
	made, refused := newSharedMemory(engine, asked.Minimum, asked.Maximum)
	if refused != nil {
		return nil, refused
	}
	t.memories.open(asked.Memory, made)
	return done, nil
}

// shareMemory opens a shared memory in a store, which does not own it.
func (t *table) shareMemory(asked *shareMemoryOp) (answer, *failure) {
	if _, refused := find(t.stores, "store", asked.Store); refused != nil {
		return nil, refused
	}
	owner, refused := find(t.memories, "shared memory", asked.Memory)
	if refused != nil {
		return nil, refused
	}
	return t.settle(asked.Instance, asked.Store, &instance{exports: owner, borrowed: true}, nil)
}
