package main

import (
	"runtime"
	"strings"

	"github.com/tetratelabs/wazero/api"
)

// about is the receipt: the version, the effective configuration, and what this variant can run.
type about struct {
	Protocol      int               `json:"protocol"`
	Runtime       string            `json:"runtime"`
	Variant       string            `json:"variant"`
	Version       string            `json:"version"`
	Wasi          wasi              `json:"wasi"`
	Configuration map[string]string `json:"configuration"`
	Measuring     map[string]string `json:"measuring"`
	Capabilities  []string          `json:"capabilities"`
	Switchable    []string          `json:"switchable"`
	Compiler      string            `json:"compiler"`
}

type wasi struct {
	Package struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	} `json:"package"`
}

func (v variant) about() about {
	built := builtWith()
	switchable := names(features)
	always := append([]string{"wasi-preview1", "wasi-unstable"}, byFeatures...)
	said := about{
		Protocol:      2,
		Runtime:       "wazero",
		Variant:       v.name,
		Version:       built.version,
		Configuration: v.configuration(built),
		Measuring:     howItCalls,
		Capabilities:  append(append(append(always, v.lifecycle...), names(alwaysOn)...), switchable...),
		Switchable:    switchable,
		Compiler:      runtime.Version(),
	}
	said.Wasi.Package.Name, said.Wasi.Package.Version = wazeroPath+"/imports/wasi_snapshot_preview1", built.version
	return said
}

func names(of []feature) []string {
	capabilities := make([]string, 0, len(of))
	for _, feature := range of {
		capabilities = append(capabilities, feature.capability)
	}
	return capabilities
}

// configuration has wazero's own words for its settings, the defaults that matter included.
func (v variant) configuration(built built) map[string]string {
	settings := map[string]string{
		"RuntimeConfig":          v.constructor,
		"WithCoreFeatures":       coreFeatureWords(),
		"WithCompilationCache":   "none (the default), but for engines that are opened with a cache",
		"WithMemoryLimitPages":   "65536 (the default)",
		"WithCloseOnContextDone": "false (the default)", // see `background`
		"WithStartFunctions":     "none (the default is _start), so that instantiating is not running",
		"WithSysWalltime":        "set, as the command line has it (a library's default stands still)",
		"WithSysNanotime":        "set, as the command line has it (a library's default stands still)",
		"WithSysNanosleep":       "set, as the command line has it (a library's default does not sleep)",
		"WithRandSource":         "crypto/rand, as the command line has it (a library's default is deterministic)",
		"wasi_unstable":          "wasi_snapshot_preview1 under another name, as the command line has it",
	}
	if built.said != "" {
		settings[wazeroPath] = built.said
	}
	return settings
}

// coreFeatureWords are wazero's names for what is on, which lack the experimental ones before 1.12, so those follow in the proposals'
// names.
func coreFeatureWords() string {
	words := []string{coreFeatures(nil).String()}
	for _, feature := range features {
		if !api.CoreFeaturesV2.IsEnabled(feature.bit) {
			words = append(words, feature.capability+" (experimental)")
		}
	}
	return strings.Join(words, ", ")
}
