//go:build unix

package simd

import (
	"syscall"
	"testing"
)

// guarded returns n bytes right before a page that nobody may touch.
func guarded(t testing.TB, n int) []byte {
	t.Helper()
	page := syscall.Getpagesize()
	size := (n+page-1)/page*page + page
	all, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Munmap(all); err != nil {
			t.Error(err)
		}
	})
	if err := syscall.Mprotect(all[size-page:], syscall.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	return all[size-page-n : size-page : size-page]
}
