package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestVexDot compares the encoding that Go's assembler lacks with the GNU assembler's.
func TestVexDot(t *testing.T) {
	f, err := os.Open("testdata/vpdpbusd.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, n := bufio.NewScanner(f), 0
	for lines.Scan() {
		var want [5]byte
		var weights, inputs, sums int
		line := lines.Text()
		if strings.HasPrefix(line, "#") {
			continue
		}
		if _, err := fmt.Sscanf(line, "%x %x %x %x %x ymm%d ymm%d ymm%d", &want[0], &want[1], &want[2], &want[3], &want[4], &weights, &inputs, &sums); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if got := vexDot(weights, inputs, sums); got != want {
			t.Errorf("weights %d, inputs %d, sums %d: got % x, want % x", weights, inputs, sums, got, want)
		}
		n++
	}
	if n < 24 {
		t.Errorf("got %d encodings, want those of two registers of weights and twelve of sums", n)
	}
}

// TestDotLoopsAreTheSame holds what tests can run here to be what they stand for: but for names, the encoding of VPDPBUSD, and what is
// written once.
func TestDotLoopsAreTheSame(t *testing.T) {
	dots := regexp.MustCompile(`(?m)^\t(LONG .*// \{vex\} vpdpbusd %ymm|VPDPBUSD Y)(\d+), (?:%ymm|Y)(\d+), (?:%ymm|Y)(\d+)$`)
	plain := func(wide bool) string {
		text := dotGemm(wide)
		if i := bytes.Index(text, []byte("\n// func addSums")); i >= 0 {
			text = text[:i]
		}
		if n := len(dots.FindAll(text, -1)); n < 12+8+8+8 {
			t.Errorf("wide %v: got %d products", wide, n)
		}
		text = dots.ReplaceAll(text, []byte("dot $2 $3 $4"))
		return strings.ReplaceAll(string(text), dotName(wide)+"x", "x")
	}
	if vex, wide := plain(false), plain(true); vex != wide {
		t.Error("the loops differ")
	}
}
