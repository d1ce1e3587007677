//go:build !from_1_8

package main

import (
	"context"

	"github.com/tetratelabs/wazero"
)

// linking says whether these instances can answer. Before 1.8 wazero links by the name alone that an instance was given when it was made,
// and most are made without one. The name of `spectest` is always the same.
func linking(imports []offer, _ wazero.CompiledModule) (context.Context, *failure) {
	for _, offered := range imports {
		if offered.from.exports.Name() == "" || offered.from.exports.Name() != offered.module {
			return nil, fail(unsupported, "wazero before 1.8 cannot offer an instance as `%s` that was made without this name", offered.module)
		}
	}
	return background, nil
}

// spectestName is the name that the host module goes by in its runtime.
const spectestName = "spectest"
