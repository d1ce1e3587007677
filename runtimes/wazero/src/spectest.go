package main

import "github.com/tetratelabs/wazero"

// The host module of the specification's test suite. wazero's host modules export functions and nothing else, so it is a WebAssembly
// binary. A second one has the shared memory, and all the rest from the first: wazero has no module with two memories.

// spectest makes the host module in this store.
func (s *store) spectest() (*instance, *failure) {
	made, refused := s.instantiateBytes(spectestName, spectestBinary(), nil)
	if refused != nil || !s.engine.runs("threads") {
		return made, refused
	}
	shared, refused := s.instantiateBytes("", sharedSpectestBinary(), []offer{{module: "spectest", from: made}})
	if refused != nil {
		return nil, refused
	}
	made.shared = shared.exports
	return made, nil
}

func (s *store) instantiateBytes(name string, wasm []byte, imports []offer) (*instance, *failure) {
	compiled, err := s.runtime.CompileModule(background, wasm)
	if err != nil {
		return nil, whileCompiling(err)
	}
	return s.link(compiled, wazero.NewModuleConfig().WithName(name), imports)
}
