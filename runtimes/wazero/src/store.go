package main

import (
	"context"
	"slices"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// store is a group of instances in its engine's runtime, which has no such thing. The guest's WASI world is given to each instance.
type store struct {
	engine *engine
	// made are all modules that were instantiated in it, in their order.
	made []api.Module
	// world is nil where guests get no WASI.
	world *world
}

// offer is an instance whose exports answer the imports from a module.
type offer struct {
	module string
	from   *instance
}

func newStore(engine *engine, setup *wasiSetup) *store {
	made := &store{engine: engine}
	if setup != nil {
		made.world = newWorld(setup)
	}
	return made
}

// preparedInstance is what an instance is made of.
type preparedInstance struct {
	in            *store
	linked        context.Context
	module        wazero.CompiledModule
	configuration wazero.ModuleConfig
}

// instantiate links and instantiates, and runs the start function, but none of the functions that wazero calls by their names (`_start`).
// The module may be one that another runtime compiled. Without a name the instance is anonymous, also where the module has one.
func (s *store) instantiate(module wazero.CompiledModule, name string, imports []offer) (*instance, *failure) {
	prepared, refused := s.prepare(module, name, imports)
	if refused != nil {
		return nil, refused
	}
	return prepared.instantiate()
}

func (s *store) prepare(module wazero.CompiledModule, name string, imports []offer) (*preparedInstance, *failure) {
	configuration := wazero.NewModuleConfig()
	if s.world != nil {
		answered, refused := s.engine.answerSystem(module)
		if refused != nil {
			return nil, refused
		}
		imports = without(imports, answered)
		configuration = s.world.configuration
	}
	return s.link(module, configuration.WithName(name), imports)
}

func (s *store) link(module wazero.CompiledModule, configuration wazero.ModuleConfig, imports []offer) (*preparedInstance, *failure) {
	linked, refused := linking(imports, module)
	if refused != nil {
		return nil, refused
	}
	return &preparedInstance{in: s, linked: linked, module: module, configuration: configuration.WithStartFunctions()}, nil
}

func (p *preparedInstance) instantiate() (*instance, *failure) {
	made, err := p.in.engine.runtime.InstantiateModule(p.linked, p.module, p.configuration)
	if err != nil {
		return nil, whileInstantiating(err)
	}
	p.in.made = append(p.in.made, made)
	return &instance{exports: made}, nil
}

// forget is for an instance that somebody else closes.
func (s *store) forget(closed *instance) {
	s.made = slices.DeleteFunc(s.made, func(made api.Module) bool { return made == closed.exports || made == closed.shared })
}

// without leaves out what WASI answers, which goes before what a guest offers under the same name.
func without(imports []offer, answered map[string]bool) []offer {
	left := make([]offer, 0, len(imports))
	for _, import_ := range imports {
		if !answered[import_.module] {
			left = append(left, import_)
		}
	}
	return left
}

func (s *store) output() wasiOutput {
	if s.world == nil {
		return wasiOutput{Stdout: guestBytes{}, Stderr: guestBytes{}}
	}
	return wasiOutput{
		Stdout: s.world.stdout.kept, StdoutCut: s.world.stdout.cut,
		Stderr: s.world.stderr.kept, StderrCut: s.world.stderr.cut,
	}
}

// end closes every instance, the last one first, and the files that guests left open with them.
func (s *store) end() {
	for last := len(s.made) - 1; last >= 0; last-- {
		// What a guest's files answer when they are closed is nobody's question any more.
		_ = s.made[last].Close(background)
	}
	s.made = nil
}

// refused says what of a world wazero cannot make.
func (w *wasiSetup) refused() *failure {
	if w == nil || len(w.Grants) == 0 {
		return nil
	}
	return fail(unsupported, "wazero neither limits what a guest does with threads and polling nor has a network of its own")
}
