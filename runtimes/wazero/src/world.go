package main

import (
	"bytes"
	"crypto/rand"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// world is what a store's guests are given through WASI, and what they wrote. Each instance opens the directories for itself; the streams
// are shared.
type world struct {
	configuration  wazero.ModuleConfig
	stdout, stderr *captured
}

const (
	preview1 = wasi_snapshot_preview1.ModuleName
	unstable = "wasi_unstable"
)

// newWorld gives what wazero's command line gives. An embedder's guests would see clocks that stand still and random numbers that are
// always the same.
func newWorld(setup *wasiSetup) *world {
	made := &world{stdout: &captured{kept: []byte{}}, stderr: &captured{kept: []byte{}}}
	files := wazero.NewFSConfig()
	for _, preopen := range setup.Preopens {
		files = files.WithDirMount(preopen.Host, preopen.Guest)
	}
	made.configuration = wazero.NewModuleConfig().
		WithArgs(setup.Args...).
		WithStdin(bytes.NewReader(setup.Stdin)).
		WithStdout(made.stdout).
		WithStderr(made.stderr).
		WithFSConfig(files).
		WithSysWalltime().
		WithSysNanotime().
		WithSysNanosleep().
		WithRandSource(rand.Reader)
	for _, pair := range setup.Env {
		made.configuration = made.configuration.WithEnv(pair[0], pair[1])
	}
	return made
}

// answerSystem lets the runtime answer the system interfaces that a module imports from, and says which these are. As in wazero's command
// line, wasi_unstable is preview 1 under another name. A guest of the same engine in a store without a world finds them too, since wazero
// links by name: with nothing behind them but what an embedder's guests have by default.
func (e *engine) answerSystem(importing wazero.CompiledModule) (map[string]bool, *failure) {
	e.systems.guard.Lock()
	defer e.systems.guard.Unlock()
	answered := map[string]bool{}
	for _, function := range importing.ImportedFunctions() {
		module, _, _ := function.Import()
		if (module != preview1 && module != unstable) || answered[module] {
			continue
		}
		if !e.systems.made[module] {
			builder := e.runtime.NewHostModuleBuilder(module)
			wasi_snapshot_preview1.NewFunctionExporter().ExportFunctions(builder)
			if _, err := builder.Instantiate(background); err != nil {
				return nil, fail(failed, "%s cannot be instantiated: %v", module, err)
			}
			e.systems.made[module] = true
		}
		answered[module] = true
	}
	return answered, nil
}
