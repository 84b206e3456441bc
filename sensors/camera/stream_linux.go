package camera

import (
	"errors"
	"fmt"
	goruntime "runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// bufferCount is how many pictures the driver may hold: one that it fills, one that we copy, and two for a late reader.
// More would only be older.
const bufferCount = 4

// stream is a device's queue of pictures, mapped and running.
type stream struct {
	fd      int
	kind    uint32
	buffers [][]byte
	buf     buffer      // of the last request
	plane   memoryPlane // of buf, if kind is kindMultiplanar
	pin     goruntime.Pinner
	poll    [1]unix.PollFd
}

// shot is a picture in the driver's memory, until it is given back.
type shot struct {
	index    uint32
	from, to uint32 // the picture's bytes in the buffer
	sequence uint32
	damaged  bool
	drained  int // older pictures that were given back unseen
	time     time.Time
}

var errNoRoom = errors.New("its USB bus has no room for this: take a smaller size, a lower rate, format: jpeg, or another port")

// startStream asks for buffers, maps them and starts the device. After an error nothing is left of it.
func startStream(fd int, kind uint32) (*stream, error) {
	s := &stream{fd: fd, kind: kind, poll: [1]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}}
	s.pin.Pin(&s.plane) // buf holds its address
	if err := s.start(); err != nil {
		s.free()
		if errors.Is(err, unix.ENOSPC) {
			err = errNoRoom
		}
		return nil, err
	}
	return s, nil
}

func (s *stream) start() error {
	r := requestBuffers{count: bufferCount, kind: s.kind, memory: memoryMapped}
	if err := ioctl(s.fd, request, unsafe.Pointer(&r)); err != nil {
		return fmt.Errorf("asking for buffers: %w", err)
	}
	if r.count < 2 || r.count > 32 { // 32: VIDEO_MAX_FRAME
		return fmt.Errorf("%d buffers, of %d asked for", r.count, bufferCount)
	}
	for i := range r.count {
		s.blank(i)
		if err := ioctl(s.fd, queryBuffer, unsafe.Pointer(&s.buf)); err != nil {
			return fmt.Errorf("looking at buffer %d: %w", i, err)
		}
		if err := s.mapBuffer(); err != nil {
			return err
		}
		if err := s.release(i); err != nil {
			return fmt.Errorf("queueing buffer %d: %w", i, err)
		}
	}
	kind := s.kind
	if err := ioctl(s.fd, streamOn, unsafe.Pointer(&kind)); err != nil {
		return fmt.Errorf("starting: %w", err)
	}
	return nil
}

// blank makes buf a request about buffer i.
func (s *stream) blank(i uint32) {
	s.buf = buffer{index: i, kind: s.kind, memory: memoryMapped}
	if s.kind == kindMultiplanar {
		s.plane = memoryPlane{}
		s.buf.offset, s.buf.length = uintptr(unsafe.Pointer(&s.plane)), 1
	}
}

// mapBuffer maps the memory of the buffer that buf describes.
func (s *stream) mapBuffer() error {
	offset, length := s.buf.offset, s.buf.length
	if s.kind == kindMultiplanar {
		offset, length = s.plane.offset, s.plane.length
	}
	memory, err := unix.Mmap(s.fd, int64(uint32(offset)), int(length), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("mapping %d bytes: %w", length, err)
	}
	s.buffers = append(s.buffers, memory)
	return nil
}

// release gives buffer i to the driver.
func (s *stream) release(i uint32) error {
	s.blank(i)
	return ioctl(s.fd, enqueue, unsafe.Pointer(&s.buf))
}

// wait waits up to d for a picture. It reports whether there is one; an error means that none will come any more.
func (s *stream) wait(d time.Duration) (bool, error) {
	s.poll[0].Revents = 0
	n, err := unix.Poll(s.poll[:], int(d.Milliseconds()))
	switch {
	case err == unix.EINTR:
		return false, nil
	case err != nil:
		return false, err
	case s.poll[0].Revents&(unix.POLLERR|unix.POLLHUP|unix.POLLNVAL) != 0:
		s.blank(0)
		if err := ioctl(s.fd, dequeue, unsafe.Pointer(&s.buf)); err != nil && err != unix.EAGAIN { // it knows the cause
			return false, err
		}
		return false, errors.New("the driver stopped")
	}
	return n > 0, nil
}

// newest takes the newest picture and gives older ones back. ok is false if there is none, or if all buffers were full:
// the driver then had no room, and what it holds is as old as the reader was late.
func (s *stream) newest() (got shot, ok bool, err error) {
	taken := 0
	for taken < len(s.buffers) {
		s.blank(0)
		if err := ioctl(s.fd, dequeue, unsafe.Pointer(&s.buf)); err == unix.EAGAIN {
			break
		} else if err != nil {
			return got, false, err
		}
		if int(s.buf.index) >= len(s.buffers) {
			return got, false, fmt.Errorf("buffer %d of %d", s.buf.index, len(s.buffers))
		}
		next := s.shot(taken)
		if taken > 0 {
			if err := s.release(got.index); err != nil {
				return got, false, err
			}
		}
		got = next
		taken++
	}
	if taken == len(s.buffers) {
		return got, false, s.release(got.index)
	}
	return got, taken > 0, nil
}

// shot describes the picture just taken. Its time is the driver's if that has our clock, else now.
func (s *stream) shot(drained int) shot {
	b := &s.buf
	got := shot{index: b.index, to: b.used, sequence: b.sequence, damaged: b.flags&bufferDamaged != 0, drained: drained, time: time.Now()}
	if s.kind == kindMultiplanar {
		got.from, got.to = s.plane.start, s.plane.used
	}
	var now unix.Timespec
	if b.flags&bufferClock == bufferMonotonic && unix.ClockGettime(unix.CLOCK_MONOTONIC, &now) == nil {
		age := time.Duration(now.Nano() - (b.seconds*1e9 + b.micros*1e3))
		if age > 0 && age < time.Minute {
			got.time = got.time.Add(-age)
		}
	}
	return got
}

// picture returns the bytes of a shot, valid until its release.
func (s *stream) picture(p *shot) []byte {
	memory := s.buffers[p.index]
	to := min(int64(p.to), int64(len(memory)))
	return memory[min(int64(p.from), to):to]
}

// free stops the device and unmaps its memory. A device that is gone says so; that is no news.
func (s *stream) free() {
	kind := s.kind
	_ = ioctl(s.fd, streamOff, unsafe.Pointer(&kind))
	for _, memory := range s.buffers {
		_ = unix.Munmap(memory)
	}
	s.buffers = nil
	s.pin.Unpin()
	r := requestBuffers{kind: s.kind, memory: memoryMapped} // no buffers
	_ = ioctl(s.fd, request, unsafe.Pointer(&r))
}
