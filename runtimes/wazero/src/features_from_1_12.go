//go:build from_1_12

package main

import "github.com/tetratelabs/wazero/experimental"

func init() {
	features = append(features,
		feature{"extended-const", experimental.CoreFeaturesExtendedConst},
		feature{"exceptions", experimental.CoreFeaturesExceptionHandling},
		feature{"function-references", experimental.CoreFeaturesTypedFunctionReferences},
	)
}
