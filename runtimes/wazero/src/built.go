package main

import (
	"runtime/debug"
	"strings"
)

const wazeroPath = "github.com/tetratelabs/wazero"

// built is what this binary knows of the wazero in it.
type built struct {
	// version is empty where nobody knows it, and then the runtime is unavailable.
	version string
	// said is why the version is not simply that of go.mod, where it is not.
	said string
}

// builtWith reads what the linker wrote down. A `replace` puts other code under the name and the version that go.mod asks for, so only
// the replacement's version counts, and a folder has none.
func builtWith() built {
	information, is := debug.ReadBuildInfo()
	if !is {
		return built{said: "built without module information"}
	}
	for _, dependency := range information.Deps {
		if dependency.Path != wazeroPath {
			continue
		}
		found, said := dependency, ""
		if dependency.Replace != nil {
			found = dependency.Replace
			said = "replaced by " + strings.TrimSpace(found.Path+" "+found.Version)
		}
		if found.Version == "(devel)" {
			return built{said: strings.TrimSpace(said + " (devel)")}
		}
		return built{version: strings.TrimPrefix(found.Version, "v"), said: said}
	}
	return built{said: "not among the modules of this binary"}
}
