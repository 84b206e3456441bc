package camera

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// The part of V4L2 that reads a stream: include/uapi/linux/videodev2.h, single-planar. The structs are those of ARM, x86
// and RISC-V on 64 bits, and of 32-bit ARM with 64-bit times (Linux 5.6 and later). The kernel aligns an int64 to 8 bytes
// on all of these, Go does not on 32-bit ARM; the padding is therefore written out.

// capability is struct v4l2_capability.
type capability struct {
	driver   [16]byte
	card     [32]byte
	bus      [32]byte
	version  uint32
	all      uint32 // what the whole device can do
	node     uint32 // what this node can, if all has capNode
	reserved [3]uint32
}

const (
	capCapture     = 0x00000001
	capMultiplanar = 0x00001000
	capStreaming   = 0x04000000
	capNode        = 0x80000000
)

// format is struct v4l2_format with a struct v4l2_pix_format in its union, which holds pointers in other uses.
type format struct {
	kind uint32
	_    [unsafe.Sizeof(uintptr(0)) - 4]byte

	width, height, pixels, field            uint32
	stride, size, colours, magic            uint32
	flags, encoding, quantization, transfer uint32 // valid if magic is pixMagic

	_ [200 - 12*4]byte
}

const (
	pixMagic    = 0xfeedcafe
	coloursJPEG = 7
	fullRange   = 1 // of quantization; 0 is what goes with the colours
)

// requestBuffers is struct v4l2_requestbuffers.
type requestBuffers struct {
	count, kind, memory, capabilities, flags uint32
}

// buffer is struct v4l2_buffer.
type buffer struct {
	index, kind, used, flags, field uint32
	_                               uint32
	seconds, micros                 int64
	timecode                        [16]byte
	sequence, memory                uint32
	offset                          uintptr // of a union
	length, reserved, request       uint32
}

const (
	bufferDamaged   = 0x0040
	bufferClock     = 0xe000
	bufferMonotonic = 0x2000
)

// kindCapture and memoryMapped fill the fields kind and memory.
const kindCapture, memoryMapped = 1, 1

// The requests, by the generic encoding of include/uapi/asm-generic/ioctl.h: direction, size, 'V', number.
const (
	ioRead, ioWrite = 2 << 30, 1 << 30

	queryCapability = ioRead | unsafe.Sizeof(capability{})<<16 | 'V'<<8
	getFormat       = ioRead | ioWrite | unsafe.Sizeof(format{})<<16 | 'V'<<8 | 4
	request         = ioRead | ioWrite | unsafe.Sizeof(requestBuffers{})<<16 | 'V'<<8 | 8
	queryBuffer     = ioRead | ioWrite | unsafe.Sizeof(buffer{})<<16 | 'V'<<8 | 9
	enqueue         = ioRead | ioWrite | unsafe.Sizeof(buffer{})<<16 | 'V'<<8 | 15
	dequeue         = ioRead | ioWrite | unsafe.Sizeof(buffer{})<<16 | 'V'<<8 | 17
	streamOn        = ioWrite | unsafe.Sizeof(uint32(0))<<16 | 'V'<<8 | 18
	streamOff       = ioWrite | unsafe.Sizeof(uint32(0))<<16 | 'V'<<8 | 19
)

// ioctl makes one request of an open device; arg points to what the request takes and fills.
func ioctl(fd int, req uintptr, arg unsafe.Pointer) error {
	for {
		_, _, e := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), req, uintptr(arg))
		switch e {
		case 0:
			return nil
		case unix.EINTR:
			continue
		}
		return e
	}
}
