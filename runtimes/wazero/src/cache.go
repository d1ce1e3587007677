package main

import "github.com/tetratelabs/wazero"

// openCache is in memory where there is no directory.
func openCache(dir *string) (wazero.CompilationCache, *failure) {
	if dir == nil {
		return wazero.NewCompilationCache(), nil
	}
	opened, err := wazero.NewCompilationCacheWithDir(*dir)
	if err != nil {
		return nil, fail(failed, "%v", err)
	}
	return opened, nil
}

// cacheStatistics is refused by wazero, which tells nobody whether a module's code was there already.
func (t *table) cacheStatistics(asked *cacheStatisticsOp) (answer, *failure) {
	if _, refused := find(t.caches, "cache", asked.Cache); refused != nil {
		return nil, refused
	}
	return nil, fail(unsupported, "wazero does not count what becomes of a cache")
}
