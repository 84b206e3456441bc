package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// loop is an innermost loop of an assembly function.
type loop struct {
	Function     string             `json:"function"`
	Label        string             `json:"label"` // that its first instruction has in the source
	Instructions int                `json:"instructions"`
	MACs         int                `json:"macs"`   // of one time around
	Cycles       map[string]float64 `json:"cycles"` // of one time around, by core

	body []string // the instructions, branches going to "loop"
}

// instruction is a line of a disassembly.
type instruction struct {
	at, to int64 // to is where it may jump; 0 for nowhere
	text   string
	source string // file:line
}

var (
	reHead   = regexp.MustCompile(`^[0-9a-f]+ <(?:.*/simd\.([A-Za-z0-9_]+)\.abi0>:$)?`) // what is not ours has no name
	reSource = regexp.MustCompile(`^; (\S+\.s:\d+)$`)
	reLine   = regexp.MustCompile(`^ +([0-9a-f]+): +\t?(.*)$`)
	reJump   = regexp.MustCompile(`^((?:j\w+|b(?:\.\w+)?|cbn?z\s+\w+,|tbn?z\s+\w+, [#\w]+,))\s+0x([0-9a-f]+) <.*>$`)
	reNote   = regexp.MustCompile(`\s+(//|# ).*$`)
)

// readLoops reads what llvm-objdump -d -l --no-show-raw-insn prints of functions of package simd.
func readLoops(r io.Reader) ([]loop, error) {
	var all []loop
	var name, source string
	var body []instruction
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := lines.Text()
		if m := reHead.FindStringSubmatch(line); m != nil {
			all = append(all, loopsOf(name, body)...)
			name, body = m[1], body[:0]
		} else if m := reSource.FindStringSubmatch(line); m != nil {
			source = m[1]
		} else if m := reLine.FindStringSubmatch(line); m != nil && name != "" {
			in, err := parse(m[1], m[2], source)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			body = append(body, in)
		}
	}
	return append(all, loopsOf(name, body)...), lines.Err()
}

// parse reads an instruction and the address before it.
func parse(at, text, source string) (instruction, error) {
	in := instruction{text: reNote.ReplaceAllString(strings.ReplaceAll(text, "\t", " "), ""), source: source}
	var err error
	if in.at, err = strconv.ParseInt(at, 16, 64); err != nil {
		return in, err
	}
	if m := reJump.FindStringSubmatch(in.text); m != nil {
		in.text = m[1] + " loop"
		in.to, err = strconv.ParseInt(m[2], 16, 64)
	}
	return in, err
}

// loopsOf returns the loops of a function that have no other in them.
func loopsOf(function string, all []instruction) []loop {
	var found []loop
	for end, in := range all {
		begin := slices.IndexFunc(all, func(i instruction) bool { return i.at == in.to })
		if begin < 0 || begin > end || slices.ContainsFunc(all[begin:end], func(i instruction) bool { return i.to >= all[begin].at && i.to <= i.at }) {
			continue
		}
		l := loop{Function: function, Label: label(all[begin].source), Instructions: end + 1 - begin, Cycles: map[string]float64{}}
		for _, i := range all[begin : end+1] {
			l.body = append(l.body, i.text)
			l.MACs += macs(function, i.text)
		}
		found = append(found, l)
	}
	return found
}

// label returns the last one before a line of a source file; the line itself if it has none.
func label(source string) string {
	i := strings.LastIndexByte(source, ':')
	if i < 0 {
		return source
	}
	number, _ := strconv.Atoi(source[i+1:])
	b, err := os.ReadFile(source[:i])
	lines := strings.Split(string(b), "\n")
	if err != nil || number > len(lines) {
		return source[i+1:]
	}
	for _, line := range slices.Backward(lines[:number]) {
		if name, _, ok := strings.Cut(line, ":"); ok && name != "" && !strings.ContainsAny(name, " \t/") {
			return name
		}
	}
	return source[i+1:]
}

// multiplies are the instructions that multiply and add, by what they begin with, and the products of each 16 bytes of a
// register.
var multiplies = []struct {
	name     string
	products int
	float    bool
}{
	{name: "vpdpbusd", products: 16}, {name: "vpdpwssd", products: 8}, {name: "vpmaddubsw", products: 16}, {name: "vpmaddwd", products: 8},
	{name: "sdot", products: 16}, {name: "udot", products: 16}, {name: "smmla", products: 32}, {name: "ummla", products: 32},
	{name: "smlal", products: 4}, {name: "umlal", products: 4}, {name: "smull", products: 4}, {name: "umull", products: 4},
	{name: "vmulps", products: 4, float: true}, {name: "vfmadd", products: 4, float: true}, {name: "fmul", products: 4, float: true}, {name: "fmla", products: 4, float: true},
}

// macs returns how many multiply-accumulates an instruction is. Floats are multiplied elsewhere too: they count in products of
// matrices only.
func macs(function, text string) int {
	text = strings.TrimPrefix(text, "{vex} ")
	for _, m := range multiplies {
		if !strings.HasPrefix(text, m.name) || m.float && !strings.Contains(function, "gemm") {
			continue
		}
		switch destination, _, _ := strings.Cut(text, ","); {
		case strings.Contains(text, "%zmm"):
			return 4 * m.products
		case strings.Contains(text, "%ymm"):
			return 2 * m.products
		case strings.HasSuffix(destination, ".8h"): // of bytes
			return 8
		}
		return m.products
	}
	return 0
}
