package main

import "github.com/tetratelabs/wazero/api"

// Value types that wazero's API has no name for; it hands them on as the binary format has them.
const (
	v128    api.ValueType = 0x7b
	funcref api.ValueType = 0x70
	exnref  api.ValueType = 0x69
)

// sortOf is the specification's name of a value type, and empty for one that the protocol does not know.
func sortOf(of api.ValueType) string {
	switch of {
	case api.ValueTypeI32:
		return "i32"
	case api.ValueTypeI64:
		return "i64"
	case api.ValueTypeF32:
		return "f32"
	case api.ValueTypeF64:
		return "f64"
	case v128:
		return "v128"
	case funcref:
		return "funcref"
	case api.ValueTypeExternref:
		return "externref"
	case exnref:
		return "exnref"
	default:
		return ""
	}
}

// toGuest is these values in wazero's slots of 64 bits: two for a v128, the lower half first. They must have these types, which wazero
// does not look at.
func toGuest(args []value, types []api.ValueType) ([]uint64, *failure) {
	if len(args) != len(types) {
		return nil, fail(failed, "%d values were given where %d are taken", len(args), len(types))
	}
	slots := make([]uint64, 0, len(args))
	for at, arg := range args {
		if arg.sort != sortOf(types[at]) {
			return nil, fail(failed, "%s was given where a value of the type %s is taken", arg, sortOf(types[at]))
		}
		switch {
		case types[at] == v128:
			slots = append(slots, arg.low, arg.high)
		case digits(arg.sort) > 0:
			slots = append(slots, arg.low)
		case arg.of.word == "null":
			slots = append(slots, 0)
		case arg.sort == "externref" && arg.of.word == "host":
			// An externref is a pointer of the host's, which wazero does not look into. Zero is null, so the objects count from one.
			slots = append(slots, uint64(arg.of.number)+1)
		default:
			return nil, fail(failed, "the host has no such reference to give: %s", arg)
		}
	}
	return slots, nil
}

// slotsOf is how many slots values of these types take.
func slotsOf(types []api.ValueType) int {
	slots := len(types)
	for _, of := range types {
		if of == v128 {
			slots++
		}
	}
	return slots
}

// fromGuest is what these slots hold.
func fromGuest(slots []uint64, types []api.ValueType) ([]value, *failure) {
	results := make([]value, 0, len(types))
	for _, of := range types {
		sort := sortOf(of)
		width := 1
		if of == v128 {
			width = 2
		}
		if sort == "" || len(slots) < width {
			return nil, fail(failed, "wazero answered with a value of the type %#x in %d slots", of, len(slots))
		}
		result := value{sort: sort, low: slots[0]}
		switch {
		case of == v128:
			result.high = slots[1]
		case digits(sort) == 8:
			// The upper half of the slot is not the value's.
			result.low = uint64(uint32(slots[0]))
		case digits(sort) > 0:
		case slots[0] == 0:
			result.of.word = "null"
		case sort == "externref":
			result.of = reference{word: "host", number: uint32(slots[0] - 1)}
		default:
			result.of.word = "some"
		}
		results = append(results, result)
		slots = slots[width:]
	}
	return results, nil
}
