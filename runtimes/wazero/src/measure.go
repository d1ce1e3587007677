package main

import (
	"os"
	"reflect"
	"slices"
	"time"

	"github.com/tetratelabs/wazero/api"
)

// Operations that are performed many times and timed, by Go's monotonic clock.
//
// Nobody calls the garbage collector in between. A collection that begins by itself while a sample is taken counts, as it does for whoever
// embeds wazero, whichever operation made the garbage. It runs beside the guest on other processors where there are any, so that its work is
// more than the time shows.

// measure performs an operation so many times, each time with what comes before it, and closes what they open.
func (t *table) measure(asked *measureOp) (answer, *failure) {
	if asked.Iterations == 0 {
		return nil, fail(failed, "`measure` wants an operation performed at least once")
	}
	if len(asked.Before) == 0 && asked.Op.Invoke != nil {
		return t.measureCalls(asked.Op.Invoke, asked.Iterations)
	}
	var wasm []byte
	if asked.Op.Compile != nil {
		var refused *failure
		if wasm, refused = asked.Op.Compile.binary(); refused != nil {
			return nil, refused
		}
	}
	said := measured{}
	for left := asked.Iterations; left > 0; left-- {
		took, answered, refused := t.measureOnce(asked, wasm)
		if refused != nil {
			return nil, refused
		}
		said.ElapsedNs += took.Nanoseconds()
		if len(said.Answers) == 0 {
			said.Answers = append(said.Answers, answered)
		} else if !reflect.DeepEqual(said.Answers[0], answered) {
			said.Answers = append(said.Answers, answered)
			break
		}
	}
	return said.answer(), nil
}

// measureOnce closes what the operations before have opened, the last one first, whatever came of them.
func (t *table) measureOnce(asked *measureOp, wasm []byte) (took time.Duration, answered answer, refused *failure) {
	var opened []string
	defer func() {
		for last := len(opened) - 1; last >= 0; last-- {
			if _, unclosed := t.close(opened[last]); refused == nil {
				refused = unclosed
			}
		}
	}()
	for at := range asked.Before {
		before := &asked.Before[at]
		if before.Parallel != nil || before.Measure != nil {
			return 0, nil, fail(failed, "an operation with others in it cannot be in another one")
		}
		if _, refused := t.perform(before); refused != nil {
			return 0, nil, refused
		}
		if handle := before.opens(); handle != "" {
			opened = append(opened, handle)
		}
	}
	return t.timed(&asked.Op, wasm)
}

// timed performs an operation and times what of it is wazero's; what it opens is closed afterwards.
func (t *table) timed(asked *op, wasm []byte) (time.Duration, answer, *failure) {
	switch {
	case asked.Compile != nil:
		return t.timedCompile(asked.Compile.Engine, wasm)
	case asked.Instantiate != nil && asked.Instantiate.Name == "":
		return t.timedInstantiate(asked.Instantiate)
	case asked.Serialize != nil, asked.Deserialize != nil, asked.Invoke != nil, asked.RunCommand != nil:
		started := time.Now()
		answered, refused := t.perform(asked)
		return time.Since(started), answered, refused
	default:
		return 0, nil, fail(failed, "`measure` takes compile, serialize, deserialize, instantiate without a name, invoke and run-command")
	}
}

func (t *table) timedCompile(in string, wasm []byte) (time.Duration, answer, *failure) {
	engine, refused := find(t.engines, "engine", in)
	if refused != nil {
		return 0, nil, refused
	}
	started := time.Now()
	compiled, refused := engine.compile(wasm)
	took := time.Since(started)
	if refused != nil {
		return 0, nil, refused
	}
	if err := compiled.Close(background); err != nil {
		return 0, nil, fail(failed, "%v", err)
	}
	return took, done, nil
}

// timedInstantiate does not time what an embedder prepares once: WASI's host modules, the configuration and the resolver of imports.
func (t *table) timedInstantiate(asked *instantiateOp) (time.Duration, answer, *failure) {
	prepared, store, refused := t.prepared(asked)
	if refused != nil {
		return 0, nil, refused
	}
	started := time.Now()
	made, refused := prepared.instantiate()
	took := time.Since(started)
	if refused != nil {
		return 0, nil, refused
	}
	store.forget(made)
	if err := made.exports.Close(background); err != nil {
		return 0, nil, fail(failed, "%v", err)
	}
	return took, done, nil
}

// howItCalls is what is other where calls are measured, in wazero's words.
var howItCalls = map[string]string{"call": "Function.CallWithStack, with one stack for all calls"}

// measureCalls times all calls as one, by the call that wazero has for whoever calls a function many times: it leaves no garbage. The
// arguments are copied anew each time, as its documentation has it, since the results take their place.
func (t *table) measureCalls(asked *invokeOp, iterations uint64) (answer, *failure) {
	found, refused := find(t.instances, "instance", asked.Instance)
	if refused != nil {
		return nil, refused
	}
	called, refused := found.instance.callee(asked.Export, asked.Args)
	if refused != nil {
		return nil, refused
	}
	params, count := called.params, slotsOf(called.results)
	stack := make([]uint64, max(len(params), count))
	results := stack[:count]
	first := make([]uint64, count)

	started := time.Now()
	copy(stack, params)
	if err := called.function.CallWithStack(background, stack); err != nil {
		return nil, called.ended(err)
	}
	copy(first, results)
	isOther := false
	for left := iterations - 1; left > 0 && !isOther; left-- {
		copy(stack, params)
		if err := called.function.CallWithStack(background, stack); err != nil {
			return nil, called.ended(err)
		}
		isOther = !slices.Equal(first, results) && !isSame(first, results, called.results)
	}
	took := time.Since(started)

	said := measured{ElapsedNs: took.Nanoseconds()}
	answers := [][]uint64{first}
	if isOther {
		answers = append(answers, results)
	}
	for _, slots := range answers {
		read, refused := fromGuest(slots, called.results)
		if refused != nil {
			return nil, refused
		}
		said.Answers = append(said.Answers, values(read))
	}
	return said.answer(), nil
}

// isSame is for slots that differ: the values in them may be the same all the same, since not all of a slot is a value's.
func isSame(one, other []uint64, types []api.ValueType) bool {
	first, refused := fromGuest(one, types)
	second, refusedToo := fromGuest(other, types)
	return refused == nil && refusedToo == nil && slices.Equal(first, second)
}

// opens is the handle that an operation opens, and empty where it opens none.
func (o *op) opens() string {
	switch {
	case o.OpenCache != nil:
		return o.OpenCache.Cache
	case o.NewEngine != nil:
		return o.NewEngine.Engine
	case o.NewStore != nil:
		return o.NewStore.Store
	case o.Compile != nil:
		return o.Compile.Module
	case o.NewSharedMemory != nil:
		return o.NewSharedMemory.Memory
	case o.ShareMemory != nil:
		return o.ShareMemory.Instance
	case o.Spectest != nil:
		return o.Spectest.Instance
	case o.Instantiate != nil:
		return o.Instantiate.Instance
	default:
		return ""
	}
}

// binary is the module that is to be compiled.
func (c *compileOp) binary() ([]byte, *failure) {
	switch {
	case c.Wasm.Base64 != nil:
		return *c.Wasm.Base64, nil
	case c.Wasm.Path != nil:
		wasm, err := os.ReadFile(*c.Wasm.Path)
		if err != nil {
			return nil, fail(failed, "cannot read a module: %v", err)
		}
		return wasm, nil
	default:
		return nil, fail(failed, "the request holds no module")
	}
}
