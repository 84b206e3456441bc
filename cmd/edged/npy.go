package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"edged/runtime/tensor"
)

// npyHeader is what a .npy file says of the array behind it (NumPy enhancement proposal 1: format version 1.0 to 3.0).
type npyHeader struct {
	dtype tensor.DType
	shape tensor.Shape
}

var (
	npyDescr   = regexp.MustCompile(`'descr'\s*:\s*'([^']*)'`)
	npyFortran = regexp.MustCompile(`'fortran_order'\s*:\s*True`)
	npyShape   = regexp.MustCompile(`'shape'\s*:\s*\(([0-9,\s]*)\)`)
)

// npyTypes are the element types that are read, little-endian.
var npyTypes = map[string]tensor.DType{
	"<f4": tensor.Float32, "|u1": tensor.Uint8, "|i1": tensor.Int8, "<i4": tensor.Int32, "<i8": tensor.Int64, "<f8": tensor.Float64,
}

// maxNpyHeader bounds a header; NumPy itself warns beyond 10000 bytes.
const maxNpyHeader = 64 << 10

// readNpyHeader reads up to the first element.
func readNpyHeader(r io.Reader) (h npyHeader, err error) {
	var start [12]byte
	if _, err := io.ReadFull(r, start[:10]); err != nil || string(start[:6]) != "\x93NUMPY" {
		return h, fmt.Errorf("no NumPy array")
	}
	size := int(binary.LittleEndian.Uint16(start[8:]))
	if start[6] > 1 { // from version 2.0 on the length has four bytes
		if _, err := io.ReadFull(r, start[10:]); err != nil {
			return h, fmt.Errorf("cut short: %w", err)
		}
		long := binary.LittleEndian.Uint32(start[8:])
		size = int(min(long, maxNpyHeader+1))
	}
	if size > maxNpyHeader {
		return h, fmt.Errorf("a header of over %d bytes", maxNpyHeader)
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(r, text); err != nil {
		return h, fmt.Errorf("cut short: %w", err)
	}
	return parseNpyHeader(string(text))
}

func parseNpyHeader(text string) (h npyHeader, err error) {
	descr, shape := npyDescr.FindStringSubmatch(text), npyShape.FindStringSubmatch(text)
	if descr == nil || shape == nil {
		return h, fmt.Errorf("no descr or shape in its header")
	}
	if h.dtype = npyTypes[descr[1]]; h.dtype == tensor.Invalid {
		return h, fmt.Errorf("elements of type %q; save it as float32", descr[1])
	}
	if npyFortran.MatchString(text) {
		return h, fmt.Errorf("column by column; save it in C order")
	}
	for part := range strings.SplitSeq(shape[1], ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		d, err := strconv.ParseInt(part, 10, 32)
		if err != nil {
			return h, fmt.Errorf("dimension %s", part)
		}
		h.shape = append(h.shape, int(d))
	}
	return h, nil
}

// holds reports whether an array is one tensor of a shape, or many of them one after the other.
func (h *npyHeader) holds(want tensor.Shape) bool {
	size := int64(1)
	for _, d := range want {
		size *= int64(d)
	}
	all := int64(1)
	for _, d := range h.shape {
		if all *= int64(d); all > 1<<40 {
			return false
		}
	}
	return size > 0 && all%size == 0
}
