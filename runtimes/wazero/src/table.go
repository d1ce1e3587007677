package main

import (
	"os"
)

// table is the handles of a worker: which name stands for which engine, store, module or instance.
type table struct {
	variant   variant
	engines   map[string]*engine
	stores    map[string]*store
	modules   map[string]*module
	instances map[string]resident
}

// resident is an instance and the handle of the store that it lives in.
type resident struct {
	store    string
	instance *instance
}

func newTable(variant variant) *table {
	empty := &table{variant: variant}
	empty.clear()
	return empty
}

func (t *table) clear() {
	t.engines, t.stores = map[string]*engine{}, map[string]*store{}
	t.modules, t.instances = map[string]*module{}, map[string]resident{}
}

// perform does what is asked; exactly one of the two that it returns is not nil.
func (t *table) perform(asked *op) (answer, *failure) {
	switch {
	case asked.About != nil:
		return map[string]about{"about": t.variant.about()}, nil
	case asked.NewEngine != nil:
		return t.newEngine(asked.NewEngine)
	case asked.NewStore != nil:
		return t.newStore(asked.NewStore)
	case asked.Compile != nil:
		return t.compile(asked.Compile)
	case asked.Spectest != nil:
		return t.spectest(asked.Spectest)
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
	case asked.Close != nil:
		return t.close(asked.Close.Handle)
	case asked.Reset != nil:
		for _, store := range t.stores {
			store.end()
		}
		t.clear()
		return done, nil
	default:
		return nil, fail(failed, "the request names no operation")
	}
}

func (t *table) newEngine(asked *newEngineOp) (answer, *failure) {
	t.engines[asked.Engine] = newEngine(t.variant, asked.Features)
	return done, nil
}

func (t *table) newStore(asked *newStoreOp) (answer, *failure) {
	engine, refused := find(t.engines, "engine", asked.Engine)
	if refused != nil {
		return nil, refused
	}
	t.endStore(asked.Store)
	t.stores[asked.Store] = newStore(engine, asked.Wasi)
	return done, nil
}

func (t *table) compile(asked *compileOp) (answer, *failure) {
	var wasm []byte
	switch {
	case asked.Wasm.Base64 != nil:
		wasm = *asked.Wasm.Base64
	case asked.Wasm.Path != nil:
		var err error
		if wasm, err = os.ReadFile(*asked.Wasm.Path); err != nil {
			return nil, fail(failed, "cannot read a module: %v", err)
		}
	default:
		return nil, fail(failed, "the request holds no module")
	}
	engine, refused := find(t.engines, "engine", asked.Engine)
	if refused != nil {
		return nil, refused
	}
	compiled, refused := engine.compile(wasm)
	if refused != nil {
		return nil, refused
	}
	t.modules[asked.Module] = compiled
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
	imports := make([]offer, 0, len(asked.Imports))
	for _, from := range asked.Imports {
		found, refused := find(t.instances, "instance", from.Instance)
		if refused != nil {
			return nil, refused
		}
		if found.store != asked.Store {
			return nil, fail(failed, "instance `%s` lives in another store", from.Instance)
		}
		imports = append(imports, offer{module: from.Module, from: found.instance})
	}
	store, refused := find(t.stores, "store", asked.Store)
	if refused != nil {
		return nil, refused
	}
	module, refused := find(t.modules, "module", asked.Module)
	if refused != nil {
		return nil, refused
	}
	made, refused := store.instantiate(module, imports)
	return t.settle(asked.Instance, asked.Store, made, refused)
}

// settle gives a new instance its handle.
func (t *table) settle(handle, store string, made *instance, refused *failure) (answer, *failure) {
	if refused != nil {
		return nil, refused
	}
	t.instances[handle] = resident{store: store, instance: made}
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
	store := newStore(engine, &asked.Wasi)
	defer store.end()
	made, ended := store.instantiate(module, nil)
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

func (t *table) close(handle string) (answer, *failure) {
	_, engine := t.engines[handle]
	_, module := t.modules[handle]
	_, instance := t.instances[handle]
	delete(t.engines, handle)
	delete(t.modules, handle)
	delete(t.instances, handle)
	if store := t.endStore(handle); engine || module || instance || store {
		return done, nil
	}
	return nil, unknown("handle", handle)
}

// endStore takes a store away with its instances, and says whether there was one.
func (t *table) endStore(handle string) bool {
	ended, found := t.stores[handle]
	if !found {
		return false
	}
	for name, resident := range t.instances {
		if resident.store == handle {
			delete(t.instances, name)
		}
	}
	delete(t.stores, handle)
	ended.end()
	return true
}

func find[T any](handles map[string]T, sort, handle string) (T, *failure) {
	found, is := handles[handle]
	if !is {
		return found, unknown(sort, handle)
	}
	return found, nil
}

func unknown(sort, handle string) *failure {
	return fail(failed, "no %s `%s` is open", sort, handle)
}
