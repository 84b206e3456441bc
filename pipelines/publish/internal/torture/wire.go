package main

import (
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// wire joins two ends, of which each reads and writes whole packets, as a bad line does: packets come late, some never.
type wire struct {
	delay time.Duration // each way
	loss  float64       // the share of packets, each way
	cut   atomic.Bool   // all are lost

	passed, lost atomic.Uint64
}

// wireQueue is how many packets may be under way in one direction; what is above is lost, as in a router.
const wireQueue = 1000

// join carries packets both ways until one end can be read no more. The caller closes the ends.
func (w *wire) join(a, b io.ReadWriter, seed uint64) error {
	var both sync.WaitGroup
	var there, back error
	both.Go(func() { there = w.carry(b, a, rand.New(rand.NewPCG(seed, 1))) })
	both.Go(func() { back = w.carry(a, b, rand.New(rand.NewPCG(seed, 2))) })
	both.Wait()
	return errors.Join(there, back)
}

type late struct {
	packet []byte
	due    time.Time
}

func (w *wire) carry(to io.Writer, from io.Reader, r *rand.Rand) error {
	under := make(chan late, wireQueue)
	var arriving sync.WaitGroup
	arriving.Go(func() { w.arrive(to, under) })
	defer arriving.Wait()
	defer close(under)
	buf := make([]byte, 1<<16)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return err
		}
		if w.cut.Load() || r.Float64() < w.loss {
			w.lost.Add(1)
			continue
		}
		select {
		case under <- late{append([]byte(nil), buf[:n]...), time.Now().Add(w.delay)}:
			w.passed.Add(1)
		default:
			w.lost.Add(1)
		}
	}
}

func (w *wire) arrive(to io.Writer, under <-chan late) {
	for p := range under {
		time.Sleep(time.Until(p.due))
		_, _ = to.Write(p.packet) // an end that is down takes none: that packet is lost
	}
}

// tun makes a network device whose packets are read and written here: linux/if_tun.h, Documentation/networking/tuntap.rst.
func tun(name string) (*os.File, error) {
	const (
		setIff       = 0x400454ca // TUNSETIFF
		tunNoHeaders = 0x1001     // IFF_TUN | IFF_NO_PI
	)
	fd, err := syscall.Open("/dev/net/tun", syscall.O_RDWR|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("open /dev/net/tun", err)
	}
	var request struct { // struct ifreq
		name  [16]byte
		flags uint16
		_     [22]byte
	}
	copy(request.name[:15], name)
	request.flags = tunNoHeaders
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), setIff, uintptr(unsafe.Pointer(&request))); errno != 0 {
		return nil, errors.Join(os.NewSyscallError("TUNSETIFF "+name, errno), syscall.Close(fd))
	}
	return os.NewFile(uintptr(fd), name), nil // only now: Go's poller takes no device that is not attached
}
