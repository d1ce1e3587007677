package main

import (
	"context"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// variant is a configuration of wazero.
type variant struct {
	name string
	// constructor is the name of `configure`, for the receipt.
	constructor string
	configure   func() wazero.RuntimeConfig
}

// variants are wazero's two engines. `NewRuntimeConfig` would choose between them by the platform.
var variants = map[string]variant{
	"compiler":    {"compiler", "NewRuntimeConfigCompiler", wazero.NewRuntimeConfigCompiler},
	"interpreter": {"interpreter", "NewRuntimeConfigInterpreter", wazero.NewRuntimeConfigInterpreter},
}

// background is the context of all calls. It is never done, so a guest that hangs is left to the harness, whose kill is a second late.
// wazero could be told to interrupt (`WithCloseOnContextDone`), and then compiles other code than it does for anybody who has not asked
// for that: on 1.12.0 a loop of three instructions took 170 times as long (200 ms became 34 s), an empty call two to three times. What
// was measured would not be wazero as it is used.
var background = context.Background()

// engine is a configuration with a compilation cache, which is where wazero keeps the compiler that several of its runtimes share.
type engine struct {
	features      api.CoreFeatures
	configuration wazero.RuntimeConfig
	// compiles is the runtime that modules are compiled in when no store needs them yet.
	compiles wazero.Runtime
}

// module is a compiled module. wazero ties one to the runtime that compiled it, so a store compiles it again, which is to find it in the
// cache.
type module struct {
	wasm []byte
}

func newEngine(variant variant, features *[]string) *engine {
	on := coreFeatures(features)
	configuration := variant.configure().WithCoreFeatures(on).WithCompilationCache(wazero.NewCompilationCache())
	return &engine{features: on, configuration: configuration, compiles: wazero.NewRuntimeWithConfig(background, configuration)}
}

func (e *engine) compile(wasm []byte) (*module, *failure) {
	// What is compiled is never closed: `CompiledModule.Close` takes the code out of the cache, before 1.10 for all runtimes that share it.
	if _, err := e.compiles.CompileModule(background, wasm); err != nil {
		return nil, whileCompiling(err)
	}
	return &module{wasm: wasm}, nil
}

// runs says whether a proposal is on.
func (e *engine) runs(capability string) bool {
	for _, feature := range features {
		if feature.capability == capability {
			return e.features.IsEnabled(feature.bit)
		}
	}
	return false
}
