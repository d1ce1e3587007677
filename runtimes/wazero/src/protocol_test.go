package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// Run it in this folder: go test -modfile ../lines/1.12/go.mod -tags from_1_8,from_1_10,from_1_12 .

func TestEveryBitSurvives(t *testing.T) {
	for _, text := range []string{
		`{"i32":"0xffffffff"}`, `{"i64":"0x8000000000000000"}`, `{"f32":"0x7fa00001"}`, `{"f64":"0xfff0000000000001"}`,
		`{"v128":"0x80000000000000000000000000000001"}`, `{"funcref":"null"}`, `{"externref":{"host":7}}`, `{"exnref":"some"}`,
	} {
		var read value
		if err := json.Unmarshal([]byte(text), &read); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if written, err := json.Marshal(read); err != nil || string(written) != text {
			t.Errorf("%s became %s, %v", text, written, err)
		}
	}
}

func TestWhatIsNoValueIsRefused(t *testing.T) {
	for _, text := range []string{
		`{"i32":42}`, `{"i32":"42"}`, `{"i32":"0x2a"}`, `{"i64":"0x+000000000000001"}`, `{"v128":"0x0000000000000000+000000000000001"}`,
		`{"i31":"0x00000001"}`, `{}`, `{"externref":{}}`, `{"i32":"0x00000001","i64":"0x0000000000000001"}`,
	} {
		var read value
		if json.Unmarshal([]byte(text), &read) == nil {
			t.Errorf("%s was accepted", text)
		}
	}
}

func TestTextStaysReadableAndEverythingElseSurvives(t *testing.T) {
	for text, of := range map[string][]byte{`{"text":"café"}`: []byte("café"), `{"base64":"/wA="}`: {0xff, 0}, `{"text":""}`: {}} {
		var read guestBytes
		if err := json.Unmarshal([]byte(text), &read); err != nil || !bytes.Equal(read, of) {
			t.Errorf("%s was read as %q, %v", text, read, err)
		}
		if written, err := json.Marshal(guestBytes(of)); err != nil || string(written) != text {
			t.Errorf("%q was written as %s, %v", of, written, err)
		}
	}
}

func TestTheBeginningIsKeptAndTheRestIsCounted(t *testing.T) {
	stream := &captured{}
	for _, part := range [][]byte{make([]byte, outputKept/2+1), make([]byte, outputKept/2+1), []byte("more")} {
		if written, err := stream.Write(part); written != len(part) || err != nil {
			t.Fatalf("%d of %d bytes were written: %v", written, len(part), err)
		}
	}
	if len(stream.kept) != outputKept || stream.cut != 6 {
		t.Errorf("%d bytes were kept and %d cut", len(stream.kept), stream.cut)
	}
}

func TestLongTextsAreCutAtACharacter(t *testing.T) {
	said := fail(failed, "%s", "x"+strings.Repeat("é", 4000))
	if !strings.HasSuffix(said.Text, "é … (3906 bytes more)") || len(said.Text) > longestText+40 {
		t.Errorf("%d bytes, ending in %q", len(said.Text), said.Text[len(said.Text)-40:])
	}
	if strings.Contains(said.Text, "\ufffd") {
		t.Error("a character was cut")
	}
}

func TestKindsAreWrittenAsTheProtocolHasThem(t *testing.T) {
	for text, kind := range map[string]failureKind{
		`{"unsupported":null}`: unsupported, `"rejected"`: rejected, `{"trap":"unreachable"}`: trap("unreachable"),
		`{"exhausted":"stack"}`: exhausted("stack"), `{"exit":4294967295}`: exit(1<<32 - 1), `"exception"`: exception,
	} {
		if written, err := json.Marshal(kind); err != nil || string(written) != text {
			t.Errorf("expected %s, found %s, %v", text, written, err)
		}
	}
}
