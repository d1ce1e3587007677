package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// value is one WebAssembly value. Numbers are bits: text in JSON, because JSON numbers keep neither an i64 nor a NaN.
type value struct {
	// sort is the specification's name of the type: i32, …, v128, funcref, externref, anyref, exnref.
	sort string
	// low and high are the bits of a number; high is a v128's upper half.
	low, high uint64
	// of says what a reference is.
	of reference
}

// reference is what can be said of a reference from outside the guest.
type reference struct {
	// word is `null`, `some` or `host`, or a sort of internal object, which wazero does not have.
	word string
	// number is the host object's.
	number uint32
}

// digits is how many hexadecimal digits a number of this type has; none for what is no number.
func digits(sort string) int {
	switch sort {
	case "i32", "f32":
		return 8
	case "i64", "f64":
		return 16
	case "v128":
		return 32
	default:
		return 0
	}
}

func (v value) String() string {
	text, err := json.Marshal(v)
	if err != nil {
		return v.sort
	}
	return string(text)
}

func (v value) MarshalJSON() ([]byte, error) {
	switch digits(v.sort) {
	case 8:
		return fmt.Appendf(nil, `{"%s":"0x%08x"}`, v.sort, v.low), nil
	case 16:
		return fmt.Appendf(nil, `{"%s":"0x%016x"}`, v.sort, v.low), nil
	case 32:
		return fmt.Appendf(nil, `{"%s":"0x%016x%016x"}`, v.sort, v.high, v.low), nil
	}
	if v.of.word == "host" {
		return fmt.Appendf(nil, `{"%s":{"host":%d}}`, v.sort, v.of.number), nil
	}
	return fmt.Appendf(nil, `{"%s":"%s"}`, v.sort, v.of.word), nil
}

func (v *value) UnmarshalJSON(text []byte) error {
	var written map[string]json.RawMessage
	if err := json.Unmarshal(text, &written); err != nil {
		return err
	}
	if len(written) != 1 {
		return fmt.Errorf("a value has one type: %s", text)
	}
	for sort, content := range written {
		v.sort = sort
		switch sort {
		case "i32", "i64", "f32", "f64", "v128":
			return v.readBits(content)
		case "funcref", "externref", "anyref", "exnref":
			return v.of.read(content)
		default:
			return fmt.Errorf("there is no type `%s`", sort)
		}
	}
	return nil
}

func (v *value) readBits(content json.RawMessage) error {
	var text string
	if err := json.Unmarshal(content, &text); err != nil {
		return err
	}
	wanted := digits(v.sort)
	hex, prefixed := strings.CutPrefix(text, "0x")
	if !prefixed || len(hex) != wanted {
		return fmt.Errorf("expected `0x` and %d hexadecimal digits, found `%s`", wanted, text)
	}
	var err error
	if wanted == 32 {
		if v.high, err = strconv.ParseUint(hex[:16], 16, 64); err != nil {
			return err
		}
		hex = hex[16:]
	}
	v.low, err = strconv.ParseUint(hex, 16, 64)
	return err
}

func (r *reference) read(content json.RawMessage) error {
	if json.Unmarshal(content, &r.word) == nil {
		return nil
	}
	var host struct {
		Host *uint32 `json:"host"`
	}
	if err := json.Unmarshal(content, &host); err != nil {
		return err
	}
	if host.Host == nil {
		return fmt.Errorf("there is no reference %s", content)
	}
	r.word, r.number = "host", *host.Host
	return nil
}
