package main

import (
	"github.com/tetratelabs/wazero"
)

// store is a wazero runtime, since that is what instances that import from each other share. The guest's WASI world is given to each
// instance.
type store struct {
	engine  *engine
	runtime wazero.Runtime
	// compiled is what this runtime has compiled already.
	compiled map[*module]wazero.CompiledModule
	// world is nil where guests get no WASI.
	world *world
}

// offer is an instance whose exports answer the imports from a module.
type offer struct {
	module string
	from   *instance
}

func newStore(engine *engine, setup *wasiSetup) *store {
	made := &store{
		engine:   engine,
		runtime:  wazero.NewRuntimeWithConfig(background, engine.configuration),
		compiled: map[*module]wazero.CompiledModule{},
	}
	if setup != nil {
		made.world = newWorld(setup)
	}
	return made
}

// instantiate links and instantiates, and runs the start function, but none of the functions that wazero calls by their names (`_start`).
func (s *store) instantiate(module *module, imports []offer) (*instance, *failure) {
	compiled, refused := s.compile(module)
	if refused != nil {
		return nil, refused
	}
	configuration := wazero.NewModuleConfig()
	if s.world != nil {
		answered, refused := s.world.answer(s.runtime, compiled)
		if refused != nil {
			return nil, refused
		}
		imports = without(imports, answered)
		configuration = s.world.configuration
	}
	return s.link(compiled, configuration.WithName(""), imports)
}

func (s *store) link(compiled wazero.CompiledModule, configuration wazero.ModuleConfig, imports []offer) (*instance, *failure) {
	linked, refused := linking(imports, compiled)
	if refused != nil {
		return nil, refused
	}
	made, err := s.runtime.InstantiateModule(linked, compiled, configuration.WithStartFunctions())
	if err != nil {
		return nil, whileInstantiating(err)
	}
	return &instance{exports: made}, nil
}

func (s *store) compile(module *module) (wazero.CompiledModule, *failure) {
	if compiled, is := s.compiled[module]; is {
		return compiled, nil
	}
	compiled, err := s.runtime.CompileModule(background, module.wasm)
	if err != nil {
		return nil, whileCompiling(err)
	}
	s.compiled[module] = compiled
	return compiled, nil
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

// end closes every instance, and the files that guests left open with them. The code stays with the engine.
func (s *store) end() {
	// What a guest's files answer when they are closed is nobody's question any more.
	_ = s.runtime.Close(background)
}
