package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// counting exports `calls`, how often its functions were called, and these: `count` returns it, `steady` returns its argument, and `trap`
// never returns.
var counting = func() []byte {
	const globalGet, globalSet, i32Const, i32Add, localGet, unreachable = 0x23, 0x24, 0x41, 0x6a, 0x20, 0x00
	counted := func(then ...byte) []byte {
		return sized(append([]byte{0, globalGet, 0, i32Const, 1, i32Add, globalSet, 0}, append(then, end)...))
	}
	return binaryModule(
		section(typeSection, [][]byte{{0x60, 0, 1, i32}, {0x60, 1, i32, 1, i32}, {0x60, 0, 0}}),
		section(functionSection, [][]byte{{0}, {1}, {2}}),
		section(globalSection, [][]byte{{i32, 1, i32Const, 0, end}}),
		section(exportSection, [][]byte{
			append(named("calls"), globalSort, 0), append(named("count"), functionSort, 0), append(named("steady"), functionSort, 1),
			append(named("trap"), functionSort, 2), append(named("_start"), functionSort, 2),
		}),
		section(codeSection, [][]byte{counted(globalGet, 0), counted(localGet, 0), counted(unreachable)}),
	)
}()

const (
	openMeasuring = `{"new-engine":{"engine":"e","purpose":"measuring"}}`
	readCalls     = `{"global-get":{"instance":"i","export":"calls"}}`
	openOwnStore  = `{"new-store":{"store":"own","engine":"e","wasi":null}}`
	runMeasured   = `{"run-command":{"engine":"e","module":"m","wasi":{"args":[],"env":[],"stdin":{"text":""},"preopens":[]}}}`
)

// measures is the answers of an operation that was measured, which took some time.
func measures(t *testing.T, table *table, before string, iterations int, op string) string {
	t.Helper()
	said := say(t, table, `{"measure":{"before":[%s],"op":%s,"iterations":%d}}`, before, op, iterations)
	var read struct {
		Ok struct {
			Measured struct {
				ElapsedNs int64           `json:"elapsed_ns"`
				Answers   json.RawMessage `json:"answers"`
			} `json:"measured"`
		} `json:"ok"`
	}
	if err := json.Unmarshal([]byte(said), &read); err != nil {
		t.Fatal(err)
	}
	if read.Ok.Measured.ElapsedNs <= 0 {
		t.Fatalf("no time has passed in %s", said)
	}
	return string(read.Ok.Measured.Answers)
}

func i32Answers(bits ...uint32) string {
	answers := make([]string, 0, len(bits))
	for _, bits := range bits {
		answers = append(answers, fmt.Sprintf(`{"values":[{"i32":"0x%08x"}]}`, bits))
	}
	return "[" + strings.Join(answers, ",") + "]"
}

func calls(export, args string) string {
	return fmt.Sprintf(`{"invoke":{"instance":"i","export":%q,"args":[%s]}}`, export, args)
}

func openCounting(t *testing.T, table *table) {
	t.Helper()
	wasm, err := json.Marshal(counting)
	if err != nil {
		t.Fatal(err)
	}
	want(t, say(t, table, openMeasuring), okDone)
	want(t, say(t, table, `{"compile":{"module":"m","engine":"e","wasm":{"base64":%s}}}`, wasm), okDone)
	want(t, say(t, table, openStore), okDone)
	want(t, say(t, table, makeInstance), okDone)
}

func TestEveryCallIsMadeUntilOneAnswersOtherwise(t *testing.T) {
	inEveryVariant(t, func(t *testing.T, table *table) {
		openCounting(t, table)
		want(t, measures(t, table, "", 1000, calls("steady", `{"i32":"0x0000002a"}`)), i32Answers(42))
		want(t, say(t, table, readCalls), `{"ok":{"values":[{"i32":"0x000003e8"}]}}`)
		want(t, measures(t, table, "", 1000, calls("count", "")), i32Answers(1001, 1002))
		want(t, say(t, table, readCalls), `{"ok":{"values":[{"i32":"0x000003ea"}]}}`)
		want(t, say(t, table, `{"measure":{"before":[],"op":%s,"iterations":9}}`, calls("trap", "")), `{"failed":{"kind":{"trap":"unreachable"}`)
		want(t, say(t, table, readCalls), `{"ok":{"values":[{"i32":"0x000003eb"}]}}`)
	})
}

func TestWhatComesBeforeIsDoneEachTimeAndUndone(t *testing.T) {
	inEveryVariant(t, func(t *testing.T, table *table) {
		openCounting(t, table)
		before := openOwnStore + `,{"instantiate":{"instance":"i","store":"own","module":"m","imports":[]}}`
		want(t, measures(t, table, before, 20, calls("count", "")), i32Answers(1))
		want(t, say(t, table, makeInstance), okDone)
		want(t, say(t, table, `{"wasi-output":{"store":"own"}}`), "no store `own` is open")
		trapped := say(t, table, `{"measure":{"before":[%s],"op":%s,"iterations":9}}`, before, calls("trap", ""))
		want(t, trapped, `{"failed":{"kind":{"trap":"unreachable"}`)
		want(t, say(t, table, `{"wasi-output":{"store":"own"}}`), "no store `own` is open")
	})
}

func TestWhatIsMeasuredIsClosed(t *testing.T) {
	inEveryVariant(t, func(t *testing.T, table *table) {
		openCounting(t, table)
		want(t, measures(t, table, "", 20, `{"instantiate":{"instance":"j","store":"s","module":"m","imports":[]}}`), `["done"]`)
		want(t, say(t, table, `{"close":{"handle":"j"}}`), "no handle `j` is open")
		if made := len(table.stores["s"].of.made); made != 1 {
			t.Errorf("%d instances are kept of one that lives", made)
		}
		wasm, err := json.Marshal(oneFunction)
		if err != nil {
			t.Fatal(err)
		}
		want(t, measures(t, table, "", 20, fmt.Sprintf(`{"compile":{"module":"n","engine":"e","wasm":{"base64":%s}}}`, wasm)), `["done"]`)
		want(t, say(t, table, `{"close":{"handle":"n"}}`), "no handle `n` is open")
		want(t, measures(t, table, "", 20, runMeasured), `[{"command":{"failure":{"kind":{"trap":"unreachable"},`)
	})
}

func TestWhatCannotBeMeasuredIsRefused(t *testing.T) {
	inEveryVariant(t, func(t *testing.T, table *table) {
		openCounting(t, table)
		steady := calls("steady", `{"i32":"0x00000001"}`)
		once := func(before, op string) string {
			return fmt.Sprintf(`{"measure":{"before":[%s],"op":%s,"iterations":1}}`, before, op)
		}
		for _, row := range []struct{ asked, kind string }{
			{`{"measure":{"before":[],"op":` + steady + `,"iterations":0}}`, `"failed"`},
			{once("", readCalls), `"failed"`},
			{once("", makeNamed), `"failed"`},
			{once(once("", steady), steady), `"failed"`},
			{once("", `{"serialize":{"module":"m","artifact":"/a"}}`), `{"unsupported":null}`},
			{once("", calls("nowhere", "")), `"failed"`},
			{once(openOwnStore, calls("nowhere", "")), `"failed"`},
			{once("", `{"compile":{"module":"n","engine":"e","wasm":{}}}`), `"failed"`},
			{once("", `{"compile":{"module":"n","engine":"nobody","wasm":{"base64":""}}}`), `"failed"`},
			{`{"new-engine":{"engine":"f","purpose":"metering"}}`, `{"unsupported":"fuel"}`},
			{`{"new-engine":{"engine":"f","purpose":"fun"}}`, `"failed"`},
			{`{"consumed":{"store":"s"}}`, `{"unsupported":"fuel"}`},
			{`{"consumed":{"store":"nobody"}}`, `"failed"`},
		} {
			want(t, say(t, table, "%s", row.asked), `{"failed":{"kind":`+row.kind)
		}
		want(t, say(t, table, `{"parallel":{"threads":[[%s]]}}`, once("", steady)), "this cannot be done on a thread of its own")
	})
}

func TestWhatIsNotTheValuesInASlotIsNotCompared(t *testing.T) {
	if !isSame([]uint64{7}, []uint64{1<<32 | 7}, []byte{i32}) || isSame([]uint64{7}, []uint64{1<<32 | 7}, []byte{i64}) {
		t.Error("32 bits of a slot are an i32, and all 64 are an i64")
	}
}
