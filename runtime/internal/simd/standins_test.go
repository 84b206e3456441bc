//go:build !amd64 || noasm

package simd

// standIns returns nothing: every path can run where it is built, or under QEMU.
func standIns() []path { return nil }
