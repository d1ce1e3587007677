package main

import (
	"context"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// variant is a configuration of wazero.
type variant struct {
	name string
	// constructor is the name of `configure`, for the receipt.
	constructor string
	configure   func() wazero.RuntimeConfig
	// lifecycle is the capabilities that are parts of the lifecycle.
	lifecycle []string
}

// variants are wazero's two engines. `NewRuntimeConfig` would choose between them by the platform.
var variants = map[string]variant{
	"compiler": {
		"compiler", "NewRuntimeConfigCompiler", wazero.NewRuntimeConfigCompiler,
		[]string{"cache-directory", "persistent-cache", "cache-in-memory", "named-instances", "parallel"},
	},
	// It takes a cache over a directory, as its API says, and leaves the directory empty.
	"interpreter": {
		"interpreter", "NewRuntimeConfigInterpreter", wazero.NewRuntimeConfigInterpreter,
		[]string{"cache-directory", "cache-in-memory", "named-instances", "parallel"},
	},
}

// background is the context of all calls. It is never done, so a guest that hangs is left to the harness, whose kill is a second late.
// wazero could be told to interrupt (`WithCloseOnContextDone`), and then compiles other code than it does for anybody who has not asked
// for that: on 1.12.0 a loop of three instructions took 170 times as long (200 ms became 34 s), an empty call two to three times. What
// was measured would not be wazero as it is used.
var background = context.Background()

// engine is a wazero runtime. What wazero itself calls an engine, the compiler with its code, belongs to the runtime where that has no
// cache, and to the cache where it has one.
type engine struct {
	features api.CoreFeatures
	runtime  wazero.Runtime
	systems  systemInterfaces
}

// systemInterfaces are the host modules that a runtime has for WASI: under their names, and so once for all stores.
type systemInterfaces struct {
	guard sync.Mutex
	made  map[string]bool
}

// purpose is what an engine is opened for that is not opened to ask guests a question.
type purpose string

const (
	// measuring opens the same engine: nothing is added to others either, so that guests could be interrupted.
	measuring purpose = "measuring"
	metering  purpose = "metering"
)

// refused says why there is no engine for a purpose.
func (p purpose) refused() *failure {
	switch p {
	case "", measuring:
		return nil
	case metering:
		return noFuel()
	default:
		return fail(failed, "there is no purpose `%s`", p)
	}
}

func noFuel() *failure {
	return fail(lacksFuel, "wazero does not count what guests use")
}

// newEngine is without a cache where that is nil.
func newEngine(variant variant, features *[]string, cache wazero.CompilationCache) *engine {
	on := coreFeatures(features)
	configuration := variant.configure().WithCoreFeatures(on)
	if cache != nil {
		configuration = configuration.WithCompilationCache(cache)
	}
	return &engine{
		features: on,
		runtime:  wazero.NewRuntimeWithConfig(background, configuration),
		systems:  systemInterfaces{made: map[string]bool{}},
	}
}

func (e *engine) compile(wasm []byte) (wazero.CompiledModule, *failure) {
	compiled, err := e.runtime.CompileModule(background, wasm)
	if err != nil {
		return nil, whileCompiling(err)
	}
	return compiled, nil
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
