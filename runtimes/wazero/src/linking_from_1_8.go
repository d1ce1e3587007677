//go:build from_1_8

package main

import (
	"context"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// linking is a context in which the imports of a module are answered by these instances.
func linking(imports []offer, compiled wazero.CompiledModule) (context.Context, *failure) {
	exporters := make(map[string]api.Module, len(imports))
	for _, offered := range imports {
		if _, twice := exporters[offered.module]; twice {
			return nil, fail(unsupported, "wazero answers all imports from `%s` by one instance, and these are two", offered.module)
		}
		exporters[offered.module] = offered.from.exporter(offered.module, compiled)
	}
	if len(exporters) == 0 {
		return background, nil
	}
	return experimental.WithImportResolver(background, func(module string) api.Module { return exporters[module] }), nil
}

// spectestName is the name that the host module goes by in its runtime: none, since the resolver finds it.
const spectestName = ""
