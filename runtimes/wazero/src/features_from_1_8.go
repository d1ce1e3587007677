//go:build from_1_8

package main

import "github.com/tetratelabs/wazero/experimental"

// Threads came with 1.7, but the `spectest` of an engine that has them is two modules, which only a resolver of imports can tell apart.
func init() {
	features = append(features, feature{"threads", experimental.CoreFeaturesThreads})
	byFeatures = append(byFeatures, "shared-memory")
}
