package main

import (
	"encoding/binary"
	"math"
)

// Sections and sorts of the binary format, as the specification numbers them.
const (
	typeSection, importSection, functionSection, tableSection      = 1, 2, 3, 4
	memorySection, globalSection, exportSection, codeSection       = 5, 6, 7, 10
	functionSort, tableSort, memorySort, globalSort           byte = 0, 1, 2, 3
	i32, i64, f32, f64                                        byte = 0x7f, 0x7e, 0x7d, 0x7c
	end                                                       byte = 0x0b
)

// prints are the functions that print nothing, with their parameters.
var prints = []struct {
	name string
	of   []byte
}{
	{"print", nil}, {"print_i32", []byte{i32}}, {"print_i64", []byte{i64}}, {"print_f32", []byte{f32}}, {"print_f64", []byte{f64}},
	{"print_i32_f32", []byte{i32, f32}}, {"print_f64_f64", []byte{f64, f64}},
}

// constants are the immutable globals, with what computes them.
var constants = []struct {
	name string
	of   byte
	init []byte
}{
	{"global_i32", i32, []byte{0x41, 0x9a, 0x05}}, // 666, as signed LEB128
	{"global_i64", i64, []byte{0x42, 0x9a, 0x05}},
	{"global_f32", f32, binary.LittleEndian.AppendUint32([]byte{0x43}, math.Float32bits(666.6))},
	{"global_f64", f64, binary.LittleEndian.AppendUint64([]byte{0x44}, math.Float64bits(666.6))},
}

var (
	// functions are 10 to 20 `funcref`.
	functions = []byte{0x70, 0x01, 10, 20}
	// ownMemory is 1 to 2 pages, and ownSharedMemory is shared besides.
	ownMemory       = []byte{0x01, 1, 2}
	ownSharedMemory = []byte{0x03, 1, 2}
)

// spectestBinary is a module with everything but the shared memory.
func spectestBinary() []byte {
	var types, bodies, code, globals [][]byte
	for at, print := range prints {
		types = append(types, functionType(print.of))
		bodies = append(bodies, []byte{byte(at)})
		code = append(code, sized([]byte{0, end}))
	}
	for _, constant := range constants {
		globals = append(globals, append(append([]byte{constant.of, 0}, constant.init...), end))
	}
	return binaryModule(
		section(typeSection, types),
		section(functionSection, bodies),
		section(tableSection, [][]byte{functions}),
		section(memorySection, [][]byte{ownMemory}),
		section(globalSection, globals),
		section(exportSection, exports("memory")),
		section(codeSection, code),
	)
}

// sharedSpectestBinary is a module that hands on what `spectest` has, with a shared memory in the place of its memory.
func sharedSpectestBinary() []byte {
	var types, imports [][]byte
	for at, print := range prints {
		types = append(types, functionType(print.of))
		imports = append(imports, spectestImport(print.name, functionSort, byte(at)))
	}
	imports = append(imports, spectestImport("table", tableSort, functions...))
	for _, constant := range constants {
		imports = append(imports, spectestImport(constant.name, globalSort, constant.of, 0))
	}
	return binaryModule(
		section(typeSection, types),
		section(importSection, imports),
		section(memorySection, [][]byte{ownSharedMemory}),
		section(exportSection, exports(sharedMemory)),
	)
}

// exports are all functions, the table, the globals and the memory, under this name.
func exports(memory string) [][]byte {
	exported := [][]byte{
		append(named("table"), tableSort, 0),
		append(named(memory), memorySort, 0),
	}
	for at, print := range prints {
		exported = append(exported, append(named(print.name), functionSort, byte(at)))
	}
	for at, constant := range constants {
		exported = append(exported, append(named(constant.name), globalSort, byte(at)))
	}
	return exported
}

func functionType(parameters []byte) []byte {
	return append(append([]byte{0x60}, sized(parameters)...), 0)
}

func spectestImport(name string, sort byte, of ...byte) []byte {
	return append(append(append(named("spectest"), named(name)...), sort), of...)
}

func named(name string) []byte {
	return sized([]byte(name))
}

// sized is bytes with their number before them.
func sized(bytes []byte) []byte {
	return append(binary.AppendUvarint(nil, uint64(len(bytes))), bytes...)
}

func section(number byte, entries [][]byte) []byte {
	content := binary.AppendUvarint(nil, uint64(len(entries)))
	for _, entry := range entries {
		content = append(content, entry...)
	}
	return append([]byte{number}, sized(content)...)
}

func binaryModule(sections ...[]byte) []byte {
	written := []byte("\x00asm\x01\x00\x00\x00")
	for _, section := range sections {
		written = append(written, section...)
	}
	return written
}
