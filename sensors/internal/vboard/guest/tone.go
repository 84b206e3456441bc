package main

import (
	"math"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The sound that is played: what snd-aloop then records on its other end has the same form.
const (
	toneDevice = "/dev/snd/pcmC0D0p"
	toneRateHz = 16000
	toneBlock  = toneRateHz / 40 // frames written at a time
	toneBuffer = toneRateHz / 4
)

// tone plays a sine for as long as there is a card.
type tone struct {
	quit    chan struct{}
	playing sync.WaitGroup

	mu        sync.Mutex
	hz        float64
	amplitude float64 // 0 to 32767
}

// newTone starts with silence.
func newTone() *tone {
	t := &tone{quit: make(chan struct{}), hz: 1000}
	t.playing.Go(t.run)
	return t
}

// set changes the sine; its level is that of a sine's peak against full scale.
func (t *tone) set(hz, dBFS float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.hz, t.amplitude = hz, math.MaxInt16*math.Pow(10, dBFS/20)
}

func (t *tone) stop() {
	close(t.quit)
	t.playing.Wait()
}

// run plays, and looks for the card again when it is gone.
func (t *tone) run() {
	for {
		if fd, err := openPlayback(); err == nil {
			t.play(fd)
			_ = unix.Close(fd)
		}
		select {
		case <-t.quit:
			return
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// play returns when the card is gone, or at the end.
func (t *tone) play(fd int) {
	block, phase := make([]int16, toneBlock), 0.0
	for {
		select {
		case <-t.quit:
			return
		default:
		}
		phase = t.fill(block, phase)
		x := transfer{frames: &block[0], count: uintptr(len(block))}
		err := pcmCall(fd, ioctlWrite, unsafe.Pointer(&x))
		if err == unix.EPIPE { // nothing was played in time: the card stopped
			err = pcmCall(fd, ioctlPrepare, nil)
		}
		if err != nil {
			return
		}
	}
}

func (t *tone) fill(block []int16, phase float64) float64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range block {
		block[i] = int16(math.Round(t.amplitude * math.Sin(phase)))
		phase = math.Mod(phase+2*math.Pi*t.hz/toneRateHz, 2*math.Pi)
	}
	return phase
}

// pcmParams is struct snd_pcm_hw_params of <sound/asound.h>; C's long is Go's uintptr.
type pcmParams struct {
	_         uint32
	masks     [8][8]uint32  // access, format, subformat and five without use
	intervals [21][3]uint32 // least, most, flags
	rmask     uint32
	_         [5]uint32
	_         uintptr
	_         [64]byte
}

// Where in pcmParams, and its values: SNDRV_PCM_HW_PARAM_*, _ACCESS_*, _FORMAT_*.
const (
	maskAccess, interleaved = 0, 3
	maskFormat, s16         = 1, 2

	atChannels, atRate, atPeriod, atBuffer = 2, 3, 5, 9

	wholeNumber = 4 // flag of an interval
)

// transfer is struct snd_xferi.
type transfer struct {
	_      int
	frames *int16
	count  uintptr
}

// The ioctls: direction, size, 'A' and number.
const (
	ioctlParams  = 3<<30 | unsafe.Sizeof(pcmParams{})<<16 | 'A'<<8 | 0x11
	ioctlWrite   = 1<<30 | unsafe.Sizeof(transfer{})<<16 | 'A'<<8 | 0x50
	ioctlPrepare = 'A'<<8 | 0x40
)

// openPlayback opens the card's first device for playing mono.
func openPlayback() (fd int, err error) {
	// A device that is busy would make a blocking open wait. Writes are to block; PREPARE takes over whether they do.
	if fd, err = unix.Open(toneDevice, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0); err != nil {
		return -1, err
	}
	p := monoParams()
	if err = unix.SetNonblock(fd, false); err == nil {
		err = pcmCall(fd, ioctlParams, unsafe.Pointer(&p))
	}
	if err == nil {
		err = pcmCall(fd, ioctlPrepare, nil)
	}
	if err != nil {
		_ = unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

func monoParams() pcmParams {
	p := pcmParams{rmask: math.MaxUint32}
	for i := range p.masks {
		for j := range p.masks[i] {
			p.masks[i][j] = math.MaxUint32
		}
	}
	for i := range p.intervals {
		p.intervals[i][1] = math.MaxUint32
	}
	p.masks[maskAccess] = [8]uint32{1 << interleaved}
	p.masks[maskFormat] = [8]uint32{1 << s16}
	for at, v := range map[int]uint32{atChannels: 1, atRate: toneRateHz, atPeriod: toneBlock, atBuffer: toneBuffer} {
		p.intervals[at] = [3]uint32{v, v, wholeNumber}
	}
	return p
}

func pcmCall(fd int, request uintptr, arg unsafe.Pointer) error {
	for {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(arg))
		if errno == 0 {
			return nil
		}
		if errno != unix.EINTR {
			return errno
		}
	}
}
