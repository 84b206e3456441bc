package sensors

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// plug is a device that gives what its script says: nil is a sample, errMute waits for ever.
type plug struct {
	script []error
	closes *int
}

var (
	errMute      = errors.New("mute")
	errTruncated = errors.New("picture cut short")
)

func (p *plug) Read(ctx context.Context, into *Frame) error {
	err := p.script[0]
	p.script = p.script[1:]
	if err == errMute {
		<-ctx.Done()
		return ctx.Err()
	}
	into.Time = time.Now()
	return err
}

func (p *plug) Close() error {
	*p.closes++
	return nil
}

// TestLive plays a device's whole life: each line is one Read.
func TestLive(t *testing.T) {
	unplugged := fmt.Errorf("%w: no such device", ErrLost)
	scripts := [][]error{
		nil, // not there
		{nil, errTruncated, nil, unplugged},
		nil,
		{nil, errMute},
		{io.EOF},
		{nil},
	}
	want := []string{"not there", "", "cut short", "", "no such device", "not there", "", "silent for 3s", "ended", ""}
	synctest.Test(t, func(t *testing.T) {
		closes := 0
		live := NewLive(func(context.Context) (Source[Frame], error) {
			script := scripts[0]
			scripts = scripts[1:]
			if script == nil {
				return nil, errors.New("not there")
			}
			return &plug{script, &closes}, nil
		}, LiveOptions{})
		var f Frame
		for i, text := range want {
			err := live.Read(t.Context(), &f)
			if got := fmt.Sprint(err); (text == "") != (err == nil) || !strings.Contains(got, text) {
				t.Errorf("read %d: got %v, want %q", i, err, text)
			}
			time.Sleep(time.Minute) // a slow reader is no silent device
		}
		if live.Opens() != 4 || closes != 3 {
			t.Errorf("got %d opens and %d closes, want 4 and 3", live.Opens(), closes)
		}
		if err := live.Close(); err != nil || closes != 4 {
			t.Errorf("got %v and %d closes, want nil and 4", err, closes)
		}
		if err := live.Read(t.Context(), &f); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("got %v from a closed source, want that it is closed", err)
		}
	})
}

func TestLiveEndsWithItsReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		closes := 0
		live := NewLive(func(context.Context) (Source[Frame], error) {
			return &plug{[]error{errMute, nil}, &closes}, nil
		}, LiveOptions{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var f Frame
		if err := live.Read(ctx, &f); !errors.Is(err, context.DeadlineExceeded) || closes != 0 {
			t.Errorf("got %v and %d closes, want the reader's own end and 0", err, closes)
		}
		if err := live.Read(t.Context(), &f); err != nil {
			t.Errorf("got %v from the next reader, want a picture", err)
		}
		if err := live.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestLiveDoesNotHurry opens a device that ends after its first sample: once a second.
func TestLiveDoesNotHurry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		closes := 0
		live := NewLive(func(context.Context) (Source[Frame], error) {
			return &plug{[]error{nil, io.EOF}, &closes}, nil
		}, LiveOptions{})
		start := time.Now()
		var f Frame
		for i := range 6 {
			err := live.Read(t.Context(), &f)
			if (err == nil) != (i%2 == 0) {
				t.Errorf("read %d: got %v", i, err)
			}
			if got, want := time.Since(start), time.Duration(i/2)*time.Second; got != want {
				t.Errorf("read %d: got it after %v, want %v", i, got, want)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := live.Read(ctx, &f); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v in the pause, want the reader's own end", err)
		}
		if err := live.Close(); err != nil {
			t.Error(err)
		}
	})
}

// endless gives a sample at once.
type endless struct{}

func (endless) Read(_ context.Context, into *Frame) error { into.Time = time.Now(); return nil }
func (endless) Close() error                              { return nil }

func TestLiveDoesNotAllocate(t *testing.T) {
	live := NewLive(func(context.Context) (Source[Frame], error) { return endless{}, nil }, LiveOptions{})
	defer live.Close()
	ctx := t.Context()
	var f Frame
	if n := testing.AllocsPerRun(100, func() { _ = live.Read(ctx, &f) }); n != 0 {
		t.Errorf("got %v allocations for a sample, want 0", n)
	}
}

func TestPictureBytes(t *testing.T) {
	tests := []struct {
		format     PixelFormat
		w, h, want int
	}{
		{RGB24, 4, 2, 24}, {Grey, 4, 2, 8}, {YUYV, 4, 2, 16}, {YUYV, 3, 2, 0}, {NV12, 4, 2, 12}, {NV12, 3, 3, 17},
		{YUV420, 5, 1, 11}, {JPEG, 4, 2, 0}, {RGB24, 0, 2, 0}, {RGB24, 1 << 20, 1 << 20, 0}, {RGB24, -1, -1, 0}, {99, 4, 2, 0},
	}
	for _, tt := range tests {
		if got := tt.format.Bytes(tt.w, tt.h); got != tt.want {
			t.Errorf("%v %dx%d: got %d bytes, want %d", tt.format, tt.w, tt.h, got, tt.want)
		}
	}
}

// TestReopen closes a device that is well, once.
func TestReopen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		closes := 0
		live := NewLive(func(context.Context) (Source[Frame], error) { return &plug{make([]error, 9), &closes}, nil }, LiveOptions{})
		defer live.Close()
		live.Reopen() // it is not open yet
		for i := range 4 {
			if i == 2 {
				live.Reopen()
			}
			var f Frame
			if err := live.Read(t.Context(), &f); err != nil {
				t.Fatal(err)
			}
		}
		if live.Opens() != 2 || closes != 1 {
			t.Errorf("got %d opens and %d closes, want 2 and 1", live.Opens(), closes)
		}
	})
}
