package main

import (
	"fmt"
	"strconv"
	"strings"

	"edged/runtime/tensor"
)

// inputArg is one --in: [NAME or INDEX=]FILE[@1x49x10x1].
type inputArg struct {
	which string       // name or index of the input; empty for the next one in order
	file  string       // what feeds it
	shape tensor.Shape // what the input is resized to; nil leaves it
}

// parseInput reads one --in. A file's own = and @ stay: what comes before = must not look like a path, and what comes
// after @ must be a shape.
func parseInput(text string) (inputArg, error) {
	arg := inputArg{file: text}
	if which, file, ok := strings.Cut(text, "="); ok && which != "" && !looksLikePath(which) {
		arg.which, arg.file = which, file
	}
	if i := strings.LastIndexByte(arg.file, '@'); i >= 0 {
		if shape, err := tensor.ParseShape(arg.file[i+1:]); err == nil {
			arg.file, arg.shape = arg.file[:i], shape
		}
	}
	if arg.file == "" {
		return arg, fmt.Errorf("--in %s: no file; write [NAME or INDEX=]FILE[@1x49x10x1]", text)
	}
	return arg, nil
}

func looksLikePath(s string) bool {
	return strings.HasPrefix(s, ".") || strings.HasPrefix(s, "/")
}

// place returns which of ins the argument means: the input so named, else so numbered, else the next one.
func (a *inputArg) place(ins []tensor.Info, next int) (int, error) {
	if a.which == "" {
		if next >= len(ins) {
			return 0, fmt.Errorf("--in %s: the model has %d inputs only", a.file, len(ins))
		}
		return next, nil
	}
	var names []string
	for i := range ins {
		if ins[i].Name == a.which {
			return i, nil
		}
		names = append(names, strconv.Quote(ins[i].Name))
	}
	if i, err := strconv.Atoi(a.which); err == nil && i >= 0 && i < len(ins) {
		return i, nil
	}
	return 0, fmt.Errorf("--in %s=%s: the model has no such input; it has %s", a.which, a.file, strings.Join(names, ", "))
}

// placeInputs returns the arguments by the place of their input; nil where none is given.
func placeInputs(args []inputArg, ins []tensor.Info) ([]*inputArg, error) {
	placed := make([]*inputArg, len(ins))
	for i := range args {
		next := 0
		for next < len(ins) && placed[next] != nil {
			next++
		}
		at, err := args[i].place(ins, next)
		if err != nil {
			return nil, err
		}
		if placed[at] != nil {
			return nil, fmt.Errorf("--in: two files for input %d %q", at, ins[at].Name)
		}
		placed[at] = &args[i]
	}
	return placed, nil
}
