package main

import (
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// close closes whatever is open under this name, by wazero's own calls. A store is nothing to wazero, so its name goes, with those of its
// instances.
func (t *table) close(name string) (answer, *failure) {
	var closers []api.Closer
	found, stood := t.instances.close(name)
	if stood {
		closers = append(closers, found.instance.modules()...)
		if store, lives := t.stores[found.store]; lives {
			store.of.forget(found.instance)
		}
	}
	if t.endStore(name) {
		stood = true
	}
	if found, is := t.memories.close(name); is {
		closers = append(closers, found)
	}
	if found, is := t.modules.close(name); is {
		closers = append(closers, found)
	}
	if found, is := t.engines.close(name); is {
		closers = append(closers, found.runtime)
	}
	if found, is := t.caches.close(name); is {
		closers = append(closers, found)
	}
	if !stood && len(closers) == 0 {
		return nil, unknown("handle", name)
	}
	for _, closer := range closers {
		if err := closer.Close(background); err != nil {
			return nil, fail(failed, "%v", err)
		}
	}
	return done, nil
}

// endStore takes a store away with its instances, and says whether there was one.
func (t *table) endStore(name string) bool {
	ended, found := t.stores[name]
	if !found {
		return false
	}
	for instance, resident := range t.instances {
		if resident.of.store == name {
			delete(t.instances, instance)
		}
	}
	delete(t.stores, name)
	ended.of.end()
	return true
}

// reset closes what is open and was not lent, and forgets everything. Caches are last, since they have the code that runtimes run.
func (t *table) reset() {
	for _, store := range t.stores {
		store.of.end()
	}
	for _, engine := range t.engines {
		if !engine.closed && !engine.lent {
			// Nobody asked for this closing, so nobody asks what came of it.
			_ = engine.of.runtime.Close(background)
		}
	}
	for _, cache := range t.caches {
		if !cache.closed && !cache.lent {
			_ = cache.of.Close(background)
		}
	}
	t.caches, t.engines, t.stores = handles[wazero.CompilationCache]{}, handles[*engine]{}, handles[*store]{}
	t.modules, t.memories, t.instances = handles[wazero.CompiledModule]{}, handles[api.Module]{}, handles[resident]{}
}
