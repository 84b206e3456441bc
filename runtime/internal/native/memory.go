//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import "unsafe"

// bytesAt views n bytes of C memory.
func bytesAt(p uintptr, n int) []byte {
	if p == 0 || n == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(pointer(p)), n)
}

// pointer makes a pointer of an address that C has given: memory that is not Go's and does not move.
func pointer(p uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&p)) }

// word reads the i-th pointer-sized word at p.
func word(p uintptr, i int) uintptr {
	return *(*uintptr)(unsafe.Add(pointer(p), uintptr(i)*unsafe.Sizeof(p)))
}

// setWord writes the i-th pointer-sized word at p.
func setWord(p uintptr, i int, v uintptr) {
	*(*uintptr)(unsafe.Add(pointer(p), uintptr(i)*unsafe.Sizeof(p))) = v
}

// cString copies a C string, of at most a page.
func cString(p uintptr) string {
	if p == 0 {
		return ""
	}
	n := 0
	for n < 4096 && *(*byte)(unsafe.Add(pointer(p), n)) != 0 {
		n++
	}
	return string(bytesAt(p, n))
}

// zeroTerminated returns s as a C string.
func zeroTerminated(s string) []byte { return append([]byte(s), 0) }

// address returns where b lies; b must be kept alive by the caller.
func address(b []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(b))) }
