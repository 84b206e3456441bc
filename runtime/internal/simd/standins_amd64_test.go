//go:build !noasm

package simd

import "golang.org/x/sys/cpu"

// standIns returns the loops of AVX-VNNI with AVX-512's encoding of VPDPBUSD: the same, for processors that have no other.
func standIns() []path {
	x := &cpu.X86
	return []path{paths()[0].dots("avxvnni with the encoding of AVX-512", x.HasAVX2 && x.HasAVX512VL && x.HasAVX512VNNI, blocksAVXVNNIWide())}
}
