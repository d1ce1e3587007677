package main

import (
	"slices"

	"github.com/tetratelabs/wazero/api"
)

// feature is a proposal and its bit in wazero.
type feature struct {
	capability string
	bit        api.CoreFeatures
}

// features are all that this version of wazero has and that can each be off while the others are on. The files of later versions add what
// came with them.
var features = []feature{
	{"mutable-globals", api.CoreFeatureMutableGlobal},
	{"sign-extension", api.CoreFeatureSignExtensionOps},
	{"saturating-float-to-int", api.CoreFeatureNonTrappingFloatToIntConversion},
	{"multi-value", api.CoreFeatureMultiValue},
	{"simd", api.CoreFeatureSIMD},
}

// alwaysOn are two that wazero calls mutually dependent. Without bulk memory it refuses every segment of elements in one of the encodings
// that came with it, and in these our assembler writes `(table funcref (elem …))` of the specification's first version: a third of its
// scripts could not be asked.
var alwaysOn = []feature{
	{"bulk-memory", api.CoreFeatureBulkMemoryOperations},
	{"reference-types", api.CoreFeatureReferenceTypes},
}

// byFeatures are the parts of the lifecycle that a feature brings along. The files of later versions add them.
var byFeatures []string

// coreFeatures has these proposals on, and no others that can be off. Without a wish it is every one, which is the default and those that
// wazero calls experimental.
func coreFeatures(wished *[]string) api.CoreFeatures {
	var on api.CoreFeatures
	for _, feature := range alwaysOn {
		on = on.SetEnabled(feature.bit, true)
	}
	for _, feature := range features {
		on = on.SetEnabled(feature.bit, wished == nil || slices.Contains(*wished, feature.capability))
	}
	return on
}
