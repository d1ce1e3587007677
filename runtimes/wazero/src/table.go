package main

import (
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// table is the handles of a worker: which name stands for which cache, engine, store, module, shared memory or
// instance.
type table struct {
	variant   variant
	caches    handles[wazero.CompilationCache]
	engines   handles[*engine]
	stores    handles[*store]
	modules   handles[wazero.CompiledModule]
	memories  handles[api.Module]
	instances handles[resident]
}

// resident is an instance and the handle of the store that it lives in.
type resident struct {
	store    string
	instance *instance
}

func newTable(variant variant) *table {
	empty := &table{variant: variant}
	empty.reset()
	return empty
}

// perform does what is asked; exactly one of the two that it returns is not nil.
func (t *table) perform(asked *op) (answer, *failure) {
	switch {
	case asked.About != nil:
		return map[string]about{"about": t.variant.about()}, nil
	case asked.OpenCache != nil:
		return t.openCache(asked.OpenCache)
	case asked.NewEngine != nil:
		return t.newEngine(asked.NewEngine)
	case asked.NewStore != nil:
		return t.newStore(asked.NewStore)
	case asked.Compile != nil:
		return t.compile(asked.Compile)
	case asked.CacheStatistics != nil:
		return t.cacheStatistics(asked.CacheStatistics)
	case asked.Serialize != nil, asked.Deserialize != nil:
		return nil, fail(unsupported, "wazero has no artifacts: its API neither gives a compiled module away nor takes one")
	case asked.Environment != nil:
		return nil, fail(unsupported, "wazero's WASI has no environment that holds a memory")
	case asked.Spectest != nil:
		return t.spectest(asked.Spectest)
	case asked.NewSharedMemory != nil:
		return t.newSharedMemory(asked.NewSharedMemory)
	case asked.ShareMemory != nil:
		return t.shareMemory(asked.ShareMemory)
	case asked.Instantiate != nil:
		return t.instantiate(asked.Instantiate)
	case asked.Invoke != nil:
		return t.invoke(asked.Invoke)
	case asked.GlobalGet != nil:
		return t.globalGet(asked.GlobalGet)
	case asked.GlobalSet != nil:
		return t.globalSet(asked.GlobalSet)
	case asked.MemorySize != nil:
		return t.memorySize(asked.MemorySize)
	case asked.MemoryGrow != nil:
		return t.memoryGrow(asked.MemoryGrow)
	case asked.MemoryRead != nil:
		return t.memoryRead(asked.MemoryRead)
	case asked.MemoryWrite != nil:
		return t.memoryWrite(asked.MemoryWrite)
	case asked.WasiOutput != nil:
		return t.wasiOutput(asked.WasiOutput)
	case asked.RunCommand != nil:
		return t.runCommand(asked.RunCommand)
	case asked.Measure != nil:
		return t.measure(asked.Measure)
	case asked.Consumed != nil:
		if _, refused := find(t.stores, "store", asked.Consumed.Store); refused != nil {
			return nil, refused
		}
		return nil, noFuel()
	case asked.Parallel != nil:
		return t.parallel(asked.Parallel)
	case asked.Close != nil:
		return t.close(asked.Close.Handle)
	case asked.Reset != nil:
		t.reset()
		return done, nil
	default:
		return nil, fail(failed, "the request names no operation")
	}
}

func (t *table) openCache(asked *openCacheOp) (answer, *failure) {
	opened, refused := openCache(asked.Dir)
	if refused != nil {
		return nil, refused
	}
	t.caches.open(asked.Cache, opened)
	return done, nil
}

func (t *table) newEngine(asked *newEngineOp) (answer, *failure) {
	var cache wazero.CompilationCache
	if asked.Cache != nil {
		var refused *failure
		if cache, refused = find(t.caches, "cache", *asked.Cache); refused != nil {
			return nil, refused
		}
	}
	if refused := asked.Purpose.refused(); refused != nil {
		return nil, refused
	}
	t.engines.open(asked.Engine, newEngine(t.variant, asked.Features, cache))
	return done, nil
}

func (t *table) newStore(asked *newStoreOp) (answer, *failure) {
	engine, refused := find(t.engines, "engine", asked.Engine)
	if refused != nil {
		return nil, refused
	}
	if refused := asked.Wasi.refused(); refused != nil {
		return nil, refused
	}
	t.endStore(asked.Store)
	t.stores.open(asked.Store, newStore(engine, asked.Wasi))
	return done, nil
}

func (t *table) compile(asked *compileOp) (answer, *failure) {
	wasm, refused := asked.binary()
	if refused != nil {
		return nil, refused
	}
	engine, refused := find(t.engines, "engine", asked.Engine)
	if refused != nil {
		return nil, refused
	}
	compiled, refused := engine.compile(wasm)
	if refused != nil {
		return nil, refused
	}
	t.modules.open(asked.Module, compiled)
	return done, nil
}

func (t *table) spectest(asked *spectestOp) (answer, *failure) {
	store, refused := find(t.stores, "store", asked.Store)
	if refused != nil {
		return nil, refused
	}
	made, refused := store.spectest()
	return t.settle(asked.Instance, asked.Store, made, refused)
}

func (t *table) instantiate(asked *instantiateOp) (answer, *failure) {
	prepared, _, refused := t.prepared(asked)
	if refused != nil {
		return nil, refused
	}
	made, refused := prepared.instantiate()
	return t.settle(asked.Instance, asked.Store, made, refused)
}

// prepared is all that an instance needs, and the store that it will live in.
func (t *table) prepared(asked *instantiateOp) (*preparedInstance, *store, *failure) {
	imports := make([]offer, 0, len(asked.Imports))
	for _, from := range asked.Imports {
		found, refused := find(t.instances, "instance", from.Instance)
		if refused != nil {
			return nil, nil, refused
		}
		if found.store != asked.Store {
			return nil, nil, fail(failed, "instance `%s` lives in another store", from.Instance)
		}
		imports = append(imports, offer{module: from.Module, from: found.instance})
	}
	store, refused := find(t.stores, "store", asked.Store)
	if refused != nil {
		return nil, nil, refused
	}
	module, refused := find(t.modules, "module", asked.Module)
	if refused != nil {
		return nil, nil, refused
	}
	prepared, refused := store.prepare(module, asked.Name, imports)
	return prepared, store, refused
}

// settle gives a new instance its handle.
func (t *table) settle(handle, store string, made *instance, refused *failure) (answer, *failure) {
	if refused != nil {
		return nil, refused
	}
	t.instances.open(handle, resident{store: store, instance: made})
	return done, nil
}

func (t *table) wasiOutput(asked *wasiOutputOp) (answer, *failure) {
	ended, refused := find(t.stores, "store", asked.Store)
	if refused != nil {
		return nil, refused
	}
	t.endStore(asked.Store)
	return map[string]wasiOutput{"output": ended.output()}, nil
}

// runCommand is made of the other operations. What happens before `_start` is entered says nothing of the guest's own end, but a start
// function may already end the guest, and what it wrote counts all the same.
func (t *table) runCommand(asked *runCommandOp) (answer, *failure) {
	engine, refused := find(t.engines, "engine", asked.Engine)
	if refused != nil {
		return nil, refused
	}
	module, refused := find(t.modules, "module", asked.Module)
	if refused != nil {
		return nil, refused
	}
	if asked.ByRunner {
		return nil, fail(unsupported, "wazero has no runner of commands beside instantiating them")
	}
	if refused := asked.Wasi.refused(); refused != nil {
		return nil, refused
	}
	store := newStore(engine, &asked.Wasi)
	defer store.end()
	made, ended := store.instantiate(module, "", nil)
	if ended != nil {
		switch ended.Kind.name {
		case unsupported.name, unlinkable.name, rejected.name:
			return nil, ended
		}
	} else {
		_, ended = made.invoke("_start", nil)
	}
	return map[string]commandEnd{"command": {Failure: ended, Output: store.output()}}, nil
}
