package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// oneFunction exports `f`, which returns 1.
var oneFunction = binaryModule(
	section(typeSection, [][]byte{{0x60, 0, 1, i32}}),
	section(functionSection, [][]byte{{0}}),
	section(exportSection, [][]byte{append(named("f"), functionSort, 0)}),
	section(codeSection, [][]byte{sized([]byte{0, 0x41, 1, end})}),
)

const one = `{"ok":{"values":[{"i32":"0x00000001"}]}}`

// say is the reply to an operation as a line of the protocol has it.
func say(t *testing.T, table *table, format string, words ...any) string {
	t.Helper()
	asked, err := readRequest(fmt.Appendf(nil, `{"id":1,"op":%s}`, fmt.Sprintf(format, words...)))
	if err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(replyTo(table.perform(&asked.Op)))
	if err != nil {
		t.Fatal(err)
	}
	return string(written)
}

func want(t *testing.T, said, part string) {
	t.Helper()
	if !strings.Contains(said, part) {
		t.Errorf("expected %s in %s", part, said)
	}
}

func compileInto(t *testing.T, table *table, module, engine string) string {
	t.Helper()
	wasm, err := json.Marshal(oneFunction)
	if err != nil {
		t.Fatal(err)
	}
	return say(t, table, `{"compile":{"module":%q,"engine":%q,"wasm":{"base64":%s}}}`, module, engine, wasm)
}

// inEveryVariant asks on tables of their own.
func inEveryVariant(t *testing.T, ask func(*testing.T, *table)) {
	for name, variant := range variants {
		t.Run(name, func(t *testing.T) { ask(t, newTable(variant)) })
	}
}

const (
	openEngine      = `{"new-engine":{"engine":"e"}}`
	openStore       = `{"new-store":{"store":"s","engine":"e","wasi":null}}`
	makeInstance    = `{"instantiate":{"instance":"i","store":"s","module":"m","imports":[]}}`
	callInstance    = `{"invoke":{"instance":"i","export":"f","args":[]}}`
	makeNamed       = `{"instantiate":{"instance":"i","store":"s","module":"m","imports":[],"name":"n"}}`
	okDone          = `{"ok":"done"}`
	unsupportedNull = `{"kind":{"unsupported":null}`
)

func TestWhatWasClosedIsAskedAllTheSame(t *testing.T) {
	inEveryVariant(t, func(t *testing.T, table *table) {
		want(t, say(t, table, openEngine), okDone)
		want(t, compileInto(t, table, "m", "e"), okDone)
		want(t, say(t, table, openStore), okDone)
		want(t, say(t, table, makeInstance), okDone)
		want(t, say(t, table, `{"close":{"handle":"i"}}`), okDone)
		want(t, say(t, table, callInstance), `{"failed":{"kind":"failed","text":"module closed with exit_code(0)"}}`)
		want(t, say(t, table, `{"close":{"handle":"m"}}`), okDone)
		want(t, say(t, table, makeInstance), `"source module must be compiled before instantiation"`)
		want(t, say(t, table, `{"close":{"handle":"e"}}`), okDone)
		want(t, compileInto(t, table, "m", "e"), `{"failed":{"kind":"failed","text":"runtime closed with exit_code(0)"}}`)
		for _, handle := range []string{"i", "m", "e"} {
			want(t, say(t, table, `{"close":{"handle":%q}}`, handle), "no handle `"+handle+"` is open")
		}
		want(t, say(t, table, `{"reset":{}}`), okDone)
		want(t, say(t, table, makeInstance), "no store `s` is open")
	})
}

func TestAModuleIsInstantiatedAsAnotherRuntimeCompiledIt(t *testing.T) {
	inEveryVariant(t, func(t *testing.T, table *table) {
		want(t, say(t, table, `{"open-cache":{"cache":"c"}}`), okDone)
		want(t, say(t, table, `{"new-engine":{"engine":"a","cache":"c"}}`), okDone)
		want(t, say(t, table, `{"new-engine":{"engine":"e","cache":"c"}}`), okDone)
		want(t, compileInto(t, table, "m", "a"), okDone)
		want(t, say(t, table, `{"close":{"handle":"a"}}`), okDone)
		want(t, say(t, table, openStore), okDone)
		want(t, say(t, table, makeInstance), okDone)
		want(t, say(t, table, callInstance), one)
		want(t, say(t, table, `{"cache-statistics":{"cache":"c"}}`), unsupportedNull)
	})
}

func TestAStoreGivesItsNamesBack(t *testing.T) {
	inEveryVariant(t, func(t *testing.T, table *table) {
		want(t, say(t, table, openEngine), okDone)
		want(t, compileInto(t, table, "m", "e"), okDone)
		for range [3]int{} {
			want(t, say(t, table, openStore), okDone)
			want(t, say(t, table, makeNamed), okDone)
			want(t, say(t, table, makeInstance), okDone)
			want(t, say(t, table, `{"close":{"handle":"s"}}`), okDone)
			want(t, say(t, table, callInstance), "no instance `i` is open")
		}
		want(t, say(t, table, openStore), okDone)
		want(t, say(t, table, makeNamed), okDone)
		want(t, say(t, table, makeNamed), `"module[n] has already been instantiated"`)
	})
}

func TestDamageIsStaleAndAForbiddenFileIsNot(t *testing.T) {
	table, dir := newTable(variants["compiler"]), t.TempDir()
	fresh := func() {
		want(t, say(t, table, `{"reset":{}}`), okDone)
		want(t, say(t, table, `{"open-cache":{"cache":"c","dir":%q}}`, dir), okDone)
		want(t, say(t, table, `{"new-engine":{"engine":"e","cache":"c"}}`), okDone)
	}
	fresh()
	want(t, compileInto(t, table, "m", "e"), okDone)
	entries, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil || len(entries) != 1 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	if err := os.Truncate(entries[0], 20); err != nil {
		t.Fatal(err)
	}
	fresh()
	want(t, compileInto(t, table, "m", "e"), `{"failed":{"kind":"stale","text":"compilationcache: `)
	fresh()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	want(t, compileInto(t, table, "m", "e"), `{"failed":{"kind":"failed","text":"open `)
}

func TestThreadsShareEnginesAndModulesAndNothingElse(t *testing.T) {
	inEveryVariant(t, func(t *testing.T, table *table) {
		want(t, say(t, table, openEngine), okDone)
		want(t, compileInto(t, table, "m", "e"), okDone)
		thread := strings.Join([]string{openStore, makeInstance, callInstance, `{"reset":{}}`, `{"new-engine":{"engine":"own"}}`}, ",")
		threads := strings.TrimSuffix(strings.Repeat("["+thread+"],", 8), ",")
		said := say(t, table, `{"parallel":{"threads":[%s]}}`, threads)
		each := okDone + "," + okDone + "," + one + `,{"failed":{"kind":"failed","text":"this cannot be done on a thread of its own"}},` + okDone
		if expected := `{"ok":{"parallel":[` + strings.TrimSuffix(strings.Repeat("["+each+"],", 8), ",") + `]}}`; said != expected {
			t.Errorf("expected %s, found %s", expected, said)
		}
		want(t, say(t, table, `{"new-store":{"store":"t","engine":"own","wasi":null}}`), "no engine `own` is open")
		// What was lent is open after all threads have ended.
		want(t, say(t, table, openStore), okDone)
		want(t, say(t, table, makeInstance), okDone)
		want(t, say(t, table, `{"parallel":{"threads":[]}}`), `"failed"`)
	})
}

func TestArtifactsAreUnsupported(t *testing.T) {
	table := newTable(variants["compiler"])
	want(t, say(t, table, `{"serialize":{"module":"m","artifact":"/a"}}`), unsupportedNull)
	want(t, say(t, table, `{"deserialize":{"module":"m","engine":"e","artifact":"/a"}}`), unsupportedNull)
}
