package main

import (
	"math"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// instance is what exports, a guest or the host module of the specification's test suite.
type instance struct {
	exports api.Module
	// shared exports a second memory, where there is one: wazero has no module with two.
	shared api.Module
	// borrowed says that another handle is that of what exports, and closes it.
	borrowed bool
	// exited says that the guest ended itself.
	exited bool
}

// sharedMemory is the only export of an instance that `shared` has and `exports` has not.
const sharedMemory = "shared_memory"

// exporter is the module that can answer what is imported under this name.
func (i *instance) exporter(name string, importing wazero.CompiledModule) api.Module {
	if i.shared != nil {
		for _, memory := range importing.ImportedMemories() {
			if module, export, _ := memory.Import(); module == name && export == sharedMemory {
				return i.shared
			}
		}
	}
	return i.exports
}

// modules are all that there is to be closed.
func (i *instance) modules() []api.Closer {
	if i.borrowed {
		return nil
	}
	if i.shared != nil {
		return []api.Closer{i.exports, i.shared}
	}
	return []api.Closer{i.exports}
}

// callee is an exported function with its arguments.
type callee struct {
	of       *instance
	function api.Function
	params   []uint64
	results  []api.ValueType
	// closed says that somebody had closed the instance before.
	closed bool
}

func (i *instance) callee(export string, args []value) (*callee, *failure) {
	function := i.exports.ExportedFunction(export)
	if function == nil {
		return nil, missing("function", export)
	}
	definition := function.Definition()
	params, refused := toGuest(args, definition.ParamTypes())
	if refused != nil {
		return nil, refused
	}
	return &callee{of: i, function: function, params: params, results: definition.ResultTypes(), closed: i.exports.IsClosed()}, nil
}

func (i *instance) invoke(export string, args []value) ([]value, *failure) {
	called, refused := i.callee(export, args)
	if refused != nil {
		return nil, refused
	}
	results, err := called.function.Call(background, called.params...)
	if err != nil {
		return nil, called.ended(err)
	}
	return fromGuest(results, called.results)
}

// ended tells a guest that ended itself from one that somebody had closed before it was called: wazero has one error for both.
func (c *callee) ended(err error) *failure {
	failure := whileRunning(err)
	switch {
	case failure.Kind.name != exit(0).name:
	case c.closed && !c.of.exited:
		failure.Kind = failed
	default:
		c.of.exited = true
	}
	return failure
}

func (i *instance) globalGet(export string) (value, *failure) {
	global := i.exports.ExportedGlobal(export)
	if global == nil {
		return value{}, missing("global", export)
	}
	if global.Type() == v128 {
		return value{}, fail(unsupported, "wazero's API reads 64 bits of a global, and `%s` has 128", export)
	}
	held, refused := fromGuest([]uint64{global.Get()}, []api.ValueType{global.Type()})
	if refused != nil {
		return value{}, refused
	}
	return held[0], nil
}

func (i *instance) globalSet(export string, to value) *failure {
	global := i.exports.ExportedGlobal(export)
	if global == nil {
		return missing("global", export)
	}
	mutable, is := global.(api.MutableGlobal)
	if !is {
		return fail(failed, "the global `%s` is immutable", export)
	}
	if global.Type() == v128 {
		return fail(unsupported, "wazero's API writes 64 bits of a global, and `%s` has 128", export)
	}
	slots, refused := toGuest([]value{to}, []api.ValueType{global.Type()})
	if refused != nil {
		return refused
	}
	mutable.Set(slots[0])
	return nil
}

func (i *instance) memory(export string) (api.Memory, *failure) {
	from := i.exports
	if i.shared != nil && export == sharedMemory {
		from = i.shared
	}
	if memory := from.ExportedMemory(export); memory != nil {
		return memory, nil
	}
	return nil, missing("memory", export)
}

// memorySize grows by nothing, as the documentation of `Memory.Size` advises: that overflows at 65,536 pages.
func (i *instance) memorySize(export string) (uint64, *failure) {
	return i.memoryGrow(export, 0)
}

func (i *instance) memoryGrow(export string, by uint64) (uint64, *failure) {
	memory, refused := i.memory(export)
	if refused != nil {
		return 0, refused
	}
	if by <= math.MaxUint32 {
		if before, grown := memory.Grow(uint32(by)); grown {
			return uint64(before), nil
		}
	}
	return 0, fail(exhausted("memory"), "Memory.Grow(%d): false", by)
}

func (i *instance) memoryRead(export string, at, length uint64) ([]byte, *failure) {
	memory, refused := i.memory(export)
	if refused != nil {
		return nil, refused
	}
	// What does not fit into wazero's 32 bits is out of bounds: no memory is larger.
	if at <= math.MaxUint32 && length <= math.MaxUint32 {
		if view, inside := memory.Read(uint32(at), uint32(length)); inside {
			return view, nil
		}
	}
	return nil, fail(trap("memory-out-of-bounds"), "Memory.Read(%d, %d): false", at, length)
}

func (i *instance) memoryWrite(export string, at uint64, bytes []byte) *failure {
	memory, refused := i.memory(export)
	if refused != nil {
		return refused
	}
	if at <= math.MaxUint32 && memory.Write(uint32(at), bytes) {
		return nil
	}
	return fail(trap("memory-out-of-bounds"), "Memory.Write(%d, %d bytes): false", at, len(bytes))
}

func missing(sort, export string) *failure {
	return fail(failed, "the instance exports no %s `%s`", sort, export)
}
