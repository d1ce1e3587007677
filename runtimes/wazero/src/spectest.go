package main

import "github.com/tetratelabs/wazero"

// The host module of the specification's test suite. wazero's host modules export functions and nothing else, so it is a WebAssembly
// binary. A second one has the shared memory, and all the rest from the first: wazero has no module with two memories.

// spectest makes the host module in this store.
func (s *store) spectest() (*instance, *failure) {
	// Asked before wazero is, since a name that is refused is taken from the instance that has it.
	if spectestName != "" && s.engine.runtime.Module(spectestName) != nil {
		return nil, fail(unsupported, "wazero before 1.8 links by name alone, and this engine has a `%s` already", spectestName)
	}
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
	compiled, refused := s.engine.compile(wasm)
	if refused != nil {
		return nil, refused
	}
	prepared, refused := s.link(compiled, wazero.NewModuleConfig().WithName(name), imports)
	if refused != nil {
		return nil, refused
	}
	return prepared.instantiate()
}
