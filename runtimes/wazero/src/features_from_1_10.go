//go:build from_1_10

package main

import "github.com/tetratelabs/wazero/experimental"

func init() {
	features = append(features, feature{"tail-call", experimental.CoreFeaturesTailCall})
}
