package tflite

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
)

// The messages are written out by hand from the format's description: values, then for each map its keys (offsets to
// texts), keys' offset and width, length, values, types; at the end the root, its type and its width.
func TestFlexRoot(t *testing.T) {
	num := func(i int64) FlexValue { return FlexValue{Kind: FlexInt, Int: i} }
	float := func(f float64) FlexValue { return FlexValue{Kind: FlexFloat, Float: f} }
	text := func(s string) FlexValue { return FlexValue{Kind: FlexString, String: s} }
	list := func(v ...FlexValue) FlexValue { return FlexValue{Kind: FlexVector, Vector: v} }
	cases := []struct {
		name, msg string
		want      FlexValue
	}{
		{"null", "\x00\x00\x01", FlexValue{}},
		{"an int of one byte", "\xfd\x04\x01", num(-3)},
		{"an int of two bytes", "\xd4\xfe\x05\x02", num(-300)},
		{"an unsigned", "\xfd\x08\x01", num(253)},
		{"a float of four bytes", "\x00\x00\x80\x40\x0e\x04", float(4)},
		{"a half", "\x00\xc1\x0d\x02", float(-2.5)},
		{"a double", "\x00\x00\x00\x00\x00\x00\x12\x40\x0f\x08", float(4.5)},
		{"true", "\x01\x68\x01", FlexValue{Kind: FlexBool, Int: 1}},
		{"a string", "\x02hi\x00\x03\x14\x01", text("hi")},
		{"a key", "hi\x00\x03\x10\x01", text("hi")},
		{"a blob", "\x02\x00\xff\x02\x64\x01", text("\x00\xff")},
		{"an indirect int", "\xfe\xff\x02\x19\x01", num(-2)},
		{"a vector of ints", "\x03\x01\x02\xfd\x03\x2c\x01", list(num(1), num(2), num(-3))},
		{"two unsigned of fixed number", "\x07\xff\x02\x44\x01", list(num(7), num(255))},
		{"three ints of fixed number", "\x07\x08\xff\x03\x4c\x01", list(num(7), num(8), num(-1))},
		{"a vector of bools", "\x02\x01\x00\x02\x90\x01", list(FlexValue{Kind: FlexBool, Int: 1}, FlexValue{Kind: FlexBool})},
		{"a vector of mixed types", "\x01x\x00\x03\x07\x04\x01\x04\x14\x68\x06\x28\x01",
			list(num(7), text("x"), FlexValue{Kind: FlexBool, Int: 1})},
		{"a vector of keys", "a\x00b\x00\x02\x05\x04\x02\x38\x01", list(text("a"), text("b"))},
		{"a map", "b\x00a\x00\x02\x03\x06\x02\x01\x02\x05\xff\x04\x04\x04\x24\x01",
			FlexValue{Kind: FlexMapping, Map: FlexMap{"a": num(5), "b": num(-1)}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := FlexRoot([]byte(c.msg))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestFlexRefuses(t *testing.T) {
	cases := []struct{ name, msg, want string }{
		{"two bytes", "\x00\x01", "2 bytes, want 3"},
		{"a root of three bytes", "\x00\x00\x00\x00\x03", "a root of 3 bytes"},
		{"a root wider than the message", "\x00\x04\x08", "a root of 8 bytes in 3"},
		{"an offset before the message", "\x02\x14\x01", "points before"},
		{"a string longer than the message", "\x7fhi\x00\x03\x14\x01", "length 127"},
		{"a vector that holds itself", "\x01\x00\x28\x02\x28\x01", "nested deeper"},
		{"a float of one byte", "\x01\x0c\x01", "float of 1 byte"},
		{"a type that does not exist", "\x00\xfc\x01", "type 63"},
		{"a key without an end", "\x01\x01\x10\x01", "has no end"},
		{"keys of another number", "b\x00a\x00\x01\x03\x06\x02\x01\x02\x05\xff\x04\x04\x04\x24\x01", "number of keys"},
		{"a map for keys twice", "a\x00\x02\x02\x03\x02\x01\x02\x05\xff\x04\x04\x04\x24\x01", "occurs twice"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			v, err := FlexRoot([]byte(c.msg))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, error %v, want an error with %q", v, err, c.want)
			}
		})
	}
}

func TestFlexRefusesSharedVectors(t *testing.T) {
	// Every vector holds the one before it many times: 30 levels of 100 would be 10^60 values.
	msg := []byte{0}
	for range 30 {
		at := len(msg) - 1
		msg = append(msg, 100)
		start := len(msg)
		for i := range 100 {
			msg = append(msg, byte(start+i-at))
		}
		for range 100 {
			msg = append(msg, 10<<2)
		}
		msg = append(msg[:start:start], msg[start:]...)
	}
	msg = append(msg, 200, 10<<2, 1)
	if v, err := FlexRoot(msg); err == nil {
		t.Errorf("got %d values, want an error", len(v.Vector))
	}
}

func TestFlexGetters(t *testing.T) {
	m := FlexMap{
		"i": {Kind: FlexInt, Int: -3}, "f": {Kind: FlexFloat, Float: 2.75}, "t": {Kind: FlexBool, Int: 1},
		"s": {Kind: FlexString, String: "x"}, "nan": {Kind: FlexFloat, Float: math.NaN()},
		"v": {Kind: FlexVector, Vector: []FlexValue{{Kind: FlexInt, Int: 1}, {Kind: FlexFloat, Float: 2.5}}},
	}
	cases := []struct {
		name string
		get  func() (any, error)
		want string // of value and error
	}{
		{"int", func() (any, error) { return m.Int("i", 1) }, "-3 <nil>"},
		{"int of a float", func() (any, error) { return m.Int("f", 1) }, "2 <nil>"},
		{"int that is missing", func() (any, error) { return m.Int("-", 7) }, "7 <nil>"},
		{"int of a string", func() (any, error) { return m.Int("s", 7) }, `0 option "s" is not a number`},
		{"int of NaN", func() (any, error) { return m.Int("nan", 7) }, `0 option "nan": NaN is no integer`},
		{"float", func() (any, error) { return m.Float("f", 1) }, "2.75 <nil>"},
		{"float of an int", func() (any, error) { return m.Float("i", 1) }, "-3 <nil>"},
		{"bool", func() (any, error) { return m.Bool("t", false) }, "true <nil>"},
		{"bool of an int", func() (any, error) { return m.Bool("i", false) }, "true <nil>"},
		{"bool that is missing", func() (any, error) { return m.Bool("-", true) }, "true <nil>"},
		{"text", func() (any, error) { return m.Text("s", "") }, "x <nil>"},
		{"text of an int", func() (any, error) { return m.Text("i", "") }, ` option "i" is not a string`},
		{"ints", func() (any, error) { return m.Ints("v") }, "[1 2] <nil>"},
		{"floats", func() (any, error) { return m.Floats("v") }, "[1 2.5] <nil>"},
		{"floats that are missing", func() (any, error) { return m.Floats("-") }, "[] <nil>"},
		{"floats of an int", func() (any, error) { return m.Floats("i") }, `[] option "i" is not a vector`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			v, err := c.get()
			if got := fmt.Sprint(v, " ", err); strings.ReplaceAll(got, "  ", " ") != strings.ReplaceAll(c.want, "  ", " ") {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestFlexWriteAndRead(t *testing.T) {
	for _, want := range []FlexMap{{}, {"one": {Kind: FlexInt, Int: -7}},
		{"b": {Kind: FlexBool, Int: 1}, "a": {Kind: FlexInt, Int: math.MaxInt32}, "c": {Kind: FlexFloat, Float: 0.25}, "": {Kind: FlexInt}}} {
		got, err := Flex(WriteFlex(want))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %v (%v), want %v", got, err, want)
		}
	}
}
