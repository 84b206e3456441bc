package mic

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// The structs of <sound/asound.h> (Linux 6.1, PCM protocol 2.0.15), as both the 64-bit and the 32-bit ABI have them: C's
// long is Go's int on every architecture of abi64_linux.go and abi32_linux.go. The ioctls' numbers hold the structs' sizes, and a
// test compares them.
//
// A 32-bit ABI has two forms of pcmStatus, and this is the older one, with seconds of 32 bits. Every kernel takes it, also
// one of 64 bits with a 32-bit program, and since times are asked for as seconds since boot they never overflow.

// mask is struct snd_mask: a set of small numbers.
type mask struct{ bits [8]uint32 }

// interval is struct snd_interval.
type interval struct{ min, max, flags uint32 }

// Flags of an interval.
const (
	openMin = 1 << iota // min itself is outside
	openMax
	whole // integers only
	empty
)

// hwParams is struct snd_pcm_hw_params: what a stream may be like, narrowed step by step.
type hwParams struct {
	flags                                        uint32
	masks                                        [3]mask
	_                                            [5]mask
	intervals                                    [12]interval
	_                                            [9]interval
	rmask, cmask, info, msbits, rateNum, rateDen uint32
	fifoSize                                     uintptr
	_                                            [64]byte
}

// Places in hwParams.masks and .intervals: SNDRV_PCM_HW_PARAM_*, less the first of their kind.
const (
	hwAccess = 0
	hwFormat = 1

	hwChannels = 2
	hwRate     = 3
	hwPeriod   = 5 // PERIOD_SIZE, in frames
	hwBuffer   = 9 // BUFFER_SIZE, in frames
)

const accessRWInterleaved = 3 // SNDRV_PCM_ACCESS_RW_INTERLEAVED

// swParams is struct snd_pcm_sw_params.
type swParams struct {
	tstampMode, periodStep, sleepMin                                                            uint32
	availMin, xferAlign, startThreshold, stopThreshold, silenceThreshold, silenceSize, boundary uintptr
	proto, tstampType                                                                           uint32
	_                                                                                           [56]byte
}

const (
	tstampEnable    = 1          // SNDRV_PCM_TSTAMP_ENABLE
	tstampMonotonic = 1          // SNDRV_PCM_TSTAMP_TYPE_MONOTONIC
	protoVersion    = 2<<16 | 12 // the first protocol with tstampType
	unreachable     = ^uintptr(0) >> 1
)

// timespec has C's old time_t, as long as a long.
type timespec struct{ sec, nsec int }

// pcmStatus is struct snd_pcm_status.
type pcmStatus struct {
	state                      uint32
	_                          [unsafe.Sizeof(int(0)) - 4]byte
	trigger, tstamp            timespec
	applPtr, hwPtr             uintptr
	delay                      int     // frames between what the program has read and what the converter does now
	avail, availMax, overrange uintptr // frames that can be read
	suspended, audioData       uint32
	audio, driver              timespec
	accuracy                   uint32
	_                          [52 - 2*unsafe.Sizeof(timespec{})]byte
}

// xferi is struct snd_xferi: what READI_FRAMES is asked for and answers.
type xferi struct {
	result int
	buf    unsafe.Pointer
	frames uintptr
}

// Ioctls without a struct: _IO('A', n).
const (
	ioctlPrepare = 'A'<<8 | 0x40
	ioctlStart   = 'A'<<8 | 0x42
	ioctlDrop    = 'A'<<8 | 0x43
	ioctlResume  = 'A'<<8 | 0x47
)

// ioctl returns a unix.Errno, or nil.
func ioctl(fd int, request uintptr, arg unsafe.Pointer) error {
	for {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(arg))
		switch errno {
		case 0:
			return nil
		case unix.EINTR:
			continue
		}
		return errno
	}
}
