package main

import (
	"reflect"
	"testing"

	"edged/runtime/tensor"
)

func TestParseInput(t *testing.T) {
	for _, c := range []struct {
		text string
		want inputArg
	}{
		{"cat.jpg", inputArg{file: "cat.jpg"}},
		{"0=in.bin@1x49x10x1", inputArg{which: "0", file: "in.bin", shape: tensor.Shape{1, 49, 10, 1}}},
		{"audio=a.wav", inputArg{which: "audio", file: "a.wav"}},
		{"x=in.bin@scalar", inputArg{which: "x", file: "in.bin", shape: tensor.Shape{}}},
		{"serving_default/x=in.bin", inputArg{which: "serving_default/x", file: "in.bin"}},
		{"./a=b.bin", inputArg{file: "./a=b.bin"}},
		{"/tmp/a=b.bin@3", inputArg{file: "/tmp/a=b.bin", shape: tensor.Shape{3}}},
		{"me@home.bin", inputArg{file: "me@home.bin"}},
	} {
		if got, err := parseInput(c.text); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %+v, %v, want %+v", c.text, got, err, c.want)
		}
	}
	for _, text := range []string{"", "0=", "x=@1x2"} {
		if got, err := parseInput(text); err == nil {
			t.Errorf("%q: got %+v, want an error", text, got)
		}
	}
}

func TestPlaceInputs(t *testing.T) {
	ins := []tensor.Info{{Name: "image"}, {Name: "state"}, {Name: "0"}}
	for _, c := range []struct {
		name string
		args []inputArg
		want []string // files by place
		err  string
	}{
		{"in order", []inputArg{{file: "a"}, {file: "b"}}, []string{"a", "b", ""}, ""},
		{"by name, then the next free one", []inputArg{{which: "image", file: "a"}, {file: "b"}}, []string{"a", "b", ""}, ""},
		{"by index", []inputArg{{which: "1", file: "a"}}, []string{"", "a", ""}, ""},
		{"a name counts before an index", []inputArg{{which: "0", file: "a"}}, []string{"", "", "a"}, ""},
		{"too many", []inputArg{{file: "a"}, {file: "b"}, {file: "c"}, {file: "d"}}, nil, "--in d: the model has 3 inputs only"},
		{"twice", []inputArg{{which: "1", file: "a"}, {which: "state", file: "b"}}, nil, `--in: two files for input 1 "state"`},
		{"unknown", []inputArg{{which: "sound", file: "a"}}, nil, `--in sound=a: the model has no such input; it has "image", "state", "0"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			placed, err := placeInputs(c.args, ins)
			if c.err != "" {
				if err == nil || err.Error() != c.err {
					t.Errorf("got %v, want %s", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, arg := range placed {
				if arg == nil {
					arg = &inputArg{}
				}
				got = append(got, arg.file)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
