package mic

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"edged/sensors"
)

// pollSlice is how long a Read waits before it looks at its context.
const pollSlice = 200 * time.Millisecond

// pcm is an ALSA device that records.
type pcm struct {
	agreed
	name  string // "hw:Device,0"
	fd    int
	chunk int // frames of a clip, at most
	raw   []byte
	tally
}

// openPCM finds the device that w means and starts it.
func openPCM(w wanted, o *Options) (*pcm, error) {
	card, device, err := w.find(o.root)
	if err != nil {
		return nil, fmt.Errorf("microphone %s: %w", w.text, err)
	}
	p := &pcm{name: fmt.Sprintf("hw:%s,%d", card.ID, device), tally: tally{lost: -1}}
	path := devicePath(card.Number, device)
	// Without O_NONBLOCK open waits for who has the device.
	p.fd, err = unix.Open(path, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, p.explain(err, path, Holder(o.root, card.Number, device))
	}
	if err := p.setUp(o); err != nil {
		_ = unix.Close(p.fd)
		return nil, fmt.Errorf("microphone %s: %w", p.name, err)
	}
	return p, nil
}

// explain says what to do about a device that cannot be opened.
func (p *pcm) explain(err error, path, holder string) error {
	switch {
	case (errors.Is(err, unix.EBUSY) || errors.Is(err, unix.EAGAIN)) && holder != "":
		return fmt.Errorf("microphone %s: %s has it; end that, or read the sound through a server (microphone: pulse)", p.name, holder)
	case errors.Is(err, unix.EBUSY) || errors.Is(err, unix.EAGAIN):
		return fmt.Errorf("microphone %s: another program has it", p.name)
	case errors.Is(err, unix.EACCES):
		return fmt.Errorf("microphone %s: %s: %w; add the user to the group of that file, as a rule audio", p.name, path, err)
	}
	return fmt.Errorf("microphone %s: %s: %w", p.name, path, err)
}

// setUp agrees with the driver on a stream and starts it.
func (p *pcm) setUp(o *Options) error {
	w := wish{format: o.format, rate: o.Rate, channels: o.Channels, period: o.Rate / 40, buffer: o.Rate}
	h := anyParams()
	refine := func(h *hwParams) error { return ioctl(p.fd, ioctlHwRefine, unsafe.Pointer(h)) }
	if err := w.negotiate(&h, refine); err != nil {
		return err
	}
	if err := ioctl(p.fd, ioctlHwParams, unsafe.Pointer(&h)); err != nil {
		return fmt.Errorf("setting it up: %w", err)
	}
	var err error
	if p.agreed, err = h.agreed(); err != nil {
		return err
	}
	p.chunk = max(1, min(int(int64(p.rate)*int64(o.Chunk)/int64(time.Second)), p.buffer/2))
	s := swParams{
		tstampMode: tstampEnable, tstampType: tstampMonotonic, proto: protoVersion, periodStep: 1,
		availMin: uintptr(p.chunk), startThreshold: 1, stopThreshold: unreachable,
	}
	if err := ioctl(p.fd, ioctlSwParams, unsafe.Pointer(&s)); err != nil {
		return fmt.Errorf("setting its thresholds: %w", err)
	}
	p.raw = make([]byte, p.chunk*p.channels*p.format.Bytes())
	return p.restart()
}

// restart starts a stream that is set up, whether it has stopped or never run.
func (p *pcm) restart() error {
	if err := ioctl(p.fd, ioctlPrepare, nil); err != nil {
		return fmt.Errorf("preparing it: %w", err)
	}
	if err := ioctl(p.fd, ioctlStart, nil); err != nil {
		return fmt.Errorf("starting it: %w", err)
	}
	return nil
}

// Read waits for the next p.chunk frames. Sound that the driver overwrote before it was read is counted in Lost. Sound that
// is there is given even if ctx has ended: it may have ended because the whole program did not run for a while.
func (p *pcm) Read(ctx context.Context, into *sensors.Clip) error {
	if p.fd < 0 {
		return fs.ErrClosed
	}
	for {
		ended, wait := ctx.Err(), pollSlice
		if ended != nil {
			wait = 0
		}
		n, err := p.take(wait)
		switch {
		case err != nil:
			return fmt.Errorf("microphone %s: %w", p.name, err)
		case n > 0:
			p.give(n, into)
			return nil
		case ended != nil:
			return ended
		}
	}
}

// catchUps is how often a reader who is overtaken while it reads tries again.
const catchUps = 3

// take waits no longer than wait and reads up to p.chunk frames into p.raw, 0 if there are none.
func (p *pcm) take(wait time.Duration) (int, error) {
	events, err := p.poll(wait)
	if err != nil || events == 0 {
		return 0, err
	}
	for range catchUps {
		n, whole, err := p.fetch(events)
		if err != nil || whole {
			return n, err
		}
	}
	return 0, nil
}

// fetch reads what is there. It is not whole, and not given, if the driver has begun to overwrite it.
func (p *pcm) fetch(events int16) (n int, whole bool, err error) {
	x := xferi{buf: unsafe.Pointer(&p.raw[0]), frames: uintptr(p.chunk)}
	switch err := ioctl(p.fd, ioctlReadI, unsafe.Pointer(&x)); {
	case err == unix.EAGAIN && events&unix.POLLERR == 0:
		return 0, true, nil
	case err != nil:
		return 0, true, p.recover(err)
	case x.result < 0 || x.result > p.chunk:
		return 0, true, fmt.Errorf("%w: its driver gave %d frames, asked for %d", sensors.ErrLost, x.result, p.chunk)
	}
	var s pcmStatus
	if err := ioctl(p.fd, ioctlStatus, unsafe.Pointer(&s)); err != nil {
		return 0, true, p.recover(err)
	}
	return p.check(x.result, &s)
}

func (p *pcm) poll(wait time.Duration) (int16, error) {
	fds := [1]unix.PollFd{{Fd: int32(p.fd), Events: unix.POLLIN}}
	_, err := unix.Poll(fds[:], int(wait/time.Millisecond))
	if err == unix.EINTR {
		return 0, nil
	}
	return fds[0].Revents, err
}

// recover puts a stream that stopped to work again, or says that it is lost.
func (p *pcm) recover(err error) error {
	switch err {
	case unix.EPIPE: // the driver stopped at an overrun of its own
		p.gap = true
	case unix.ESTRPIPE: // the machine slept: what follows has nothing to do with what was
		p.lost = -1
		if ioctl(p.fd, ioctlResume, nil) == nil {
			return nil
		}
	default:
		return fmt.Errorf("%w: %w", sensors.ErrLost, err)
	}
	if err := p.restart(); err != nil {
		return fmt.Errorf("%w: %w", sensors.ErrLost, err)
	}
	return nil
}

// check looks whether the n frames just read were still whole, by the status since, and skips what is not.
func (p *pcm) check(n int, s *pcmStatus) (int, bool, error) {
	skip := p.overrun(n, int(s.avail), p.buffer)
	if skip < 0 {
		p.end = since(s.tstamp).Add(-p.length(max(0, min(s.delay, p.buffer)), p.rate))
		return n, true, nil
	}
	frames := uintptr(skip)
	if err := ioctl(p.fd, ioctlForward, unsafe.Pointer(&frames)); err != nil {
		return 0, true, p.recover(err)
	}
	p.miss(n + int(frames))
	return 0, false, nil
}

// give makes a clip of n frames in p.raw, whose end is p.end.
func (p *pcm) give(n int, into *sensors.Clip) {
	into.RateHz, into.Channels, into.Name = p.rate, p.channels, ""
	into.Samples = slices.Grow(into.Samples[:0], n*p.channels)[:n*p.channels]
	p.format.Decode(into.Samples, p.raw)
	p.stamp(n, p.rate, into)
}

// Close stops the stream; it must not be called during a Read.
func (p *pcm) Close() error {
	if p.fd < 0 {
		return nil
	}
	_ = ioctl(p.fd, ioctlDrop, nil) // a card that is gone has stopped
	err := unix.Close(p.fd)
	p.fd = -1
	return err
}

// since turns seconds since boot (CLOCK_MONOTONIC) into a time. What is not of the last ten seconds is not believed.
func since(t timespec) time.Time {
	var clock unix.Timespec
	now := time.Now()
	if unix.ClockGettime(unix.CLOCK_MONOTONIC, &clock) != nil {
		return now
	}
	ago := time.Duration(clock.Nano()) - time.Duration(t.sec)*time.Second - time.Duration(t.nsec)
	if ago < 0 || ago > 10*time.Second {
		return now
	}
	return now.Add(-ago)
}
