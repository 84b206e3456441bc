package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// disassembled is what llvm-objdump prints of a function with a loop in a loop, and of one that is not ours; %s is the source.
const disassembled = `
binary:	file format elf64-x86-64

0000000000001000 <edged/runtime/internal/simd.gemmTest6x16.abi0>:
; edged/runtime/internal/simd.gemmTest6x16.abi0():
; %[1]s:2
    1000:      	movq	0x8(%%rsp), %%rdi
; %[1]s:4
    1004:      	movq	(%%rbx), %%r8
; %[1]s:6
    1008:      	vmovdqu64	(%%rsi), %%zmm24 # 64-byte Reload
; %[1]s:7
    100c:      	vpdpbusd	%%zmm24, %%zmm28, %%zmm0
    1010:      	vpmaddwd	%%ymm24, %%ymm28, %%ymm0
; %[1]s:8
    1014:      	jne	0x1008 <edged/runtime/internal/simd.gemmTest6x16.abi0+0x8>
    1018:      	jne	0x1004 <edged/runtime/internal/simd.gemmTest6x16.abi0+0x4>
    101c:      	retq

0000000000002000 <runtime.memmove>:
    2000:      	movq	%%rax, %%rbx
    2004:      	jne	0x2000 <runtime.memmove>
`

const armDisassembled = `
0000000000001000 <edged/runtime/internal/simd.gemmNEONTest6x16.abi0>:
    1000:      	ldr	x0, [sp, #0x8]
    1004:      	smlal	v0.4s, v1.4h, v2.h[0]
    1008:      	smull	v3.8h, v1.8b, v2.8b
    100c:      	sdot	v4.4s, v1.16b, v2.4b[0]
    1010:      	fmul	v5.4s, v1.4s, v2.s[0]
    1014:      	cbnz	x1, 0x1004 <edged/runtime/internal/simd.gemmNEONTest6x16.abi0+0x4>
    1018:      	b.ne	0x1018 <edged/runtime/internal/simd.gemmNEONTest6x16.abi0+0x18>
    101c:      	tbz	w0, #0x3, 0x1030 <edged/runtime/internal/simd.gemmNEONTest6x16.abi0+0x30>
    1020:      	b	0x1028 <edged/runtime/internal/simd.gemmNEONTest6x16.abi0+0x28>
`

func TestLoopsAreTheInnermost(t *testing.T) {
	source := filepath.Join(t.TempDir(), "test_amd64.s")
	if err := os.WriteFile(source, []byte("TEXT\n\tMOVQ\npiece:\n\tMOVQ // a: b\nloop:\n\tVMOVDQU32\n\tVPDPBUSD\n\tJNE\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	loops, err := readLoops(strings.NewReader(fmt.Sprintf(disassembled, source)))
	if err != nil {
		t.Fatal(err)
	}
	if len(loops) != 1 {
		t.Fatalf("got %d loops, want the inner one", len(loops))
	}
	l := loops[0]
	if l.Function != "gemmTest6x16" || l.Label != "loop" || l.Instructions != 4 || l.MACs != 64+16 {
		t.Errorf("got %s %s, %d instructions, %d MACs, want gemmTest6x16 loop, 4, 80", l.Function, l.Label, l.Instructions, l.MACs)
	}
	if got, want := strings.Join(l.body, "; "), "vmovdqu64 (%rsi), %zmm24; vpdpbusd %zmm24, %zmm28, %zmm0; vpmaddwd %ymm24, %ymm28, %ymm0; jne loop"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLoopsOfARM(t *testing.T) {
	loops, err := readLoops(strings.NewReader(armDisassembled))
	if err != nil {
		t.Fatal(err)
	}
	if len(loops) != 2 {
		t.Fatalf("got %d loops, want 2", len(loops))
	}
	if l := loops[0]; l.Instructions != 5 || l.MACs != 4+8+16+4 || l.body[4] != "cbnz x1, loop" {
		t.Errorf("got %d instructions, %d MACs, %q at the end, want 5, 32, a branch", l.Instructions, l.MACs, l.body[4])
	}
	if l := loops[1]; l.Instructions != 1 || l.MACs != 0 {
		t.Errorf("got %d instructions, %d MACs, want a branch to itself", l.Instructions, l.MACs)
	}
}

func TestBestOfEachFamily(t *testing.T) {
	fast, slow := map[string]float64{"Zen 4": 10}, map[string]float64{"Zen 4": 20}
	got := best([]loop{
		{Function: "gemmVNNI12x16", MACs: 100, Cycles: slow},
		{Function: "gemmVNNI6x64", MACs: 100, Cycles: fast},
		{Function: "gemmAVX2x6", MACs: 100, Cycles: slow},
		{Function: "flipVNNI", Cycles: fast},
		{Function: "depthwise9Int8NEON", MACs: 9, Cycles: fast},
		{Function: "depthwiseInt8NEON", MACs: 1, Cycles: fast},
	})
	var names []string
	for _, l := range got {
		names = append(names, l.Function)
	}
	if got, want := strings.Join(names, " "), "gemmVNNI6x64 gemmAVX2x6 depthwise9Int8NEON depthwiseInt8NEON"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
