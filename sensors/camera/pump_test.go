package camera

import (
	"errors"
	"fmt"
	"testing"

	"edged/sensors"
)

// belt is a stream that a test feeds by hand: ints are pictures of one pixel, errors are errors, nil is the end.
type belt struct {
	items chan any
	asked chan struct{} // the pump is done with all before
}

func (b *belt) next(f *sensors.Frame) error {
	b.asked <- struct{}{}
	switch v := (<-b.items).(type) {
	case int:
		f.Format, f.Width, f.Height, f.Pix = sensors.Grey, 1, 1, append(f.Pix[:0], byte(v))
		return nil
	case error:
		return v
	}
	return fmt.Errorf("%w: the stream ended", sensors.ErrLost)
}

// feed puts items on the belt and returns once the pump has kept them.
func (b *belt) feed(p *pump, items ...any) {
	for _, v := range items {
		b.items <- v
		if v == nil {
			<-p.ended
		} else {
			<-b.asked
		}
	}
}

func newBelt() (*belt, *pump) {
	b := &belt{make(chan any), make(chan struct{})}
	p := startPump(0, b.next, func(cause error) error { return fmt.Errorf("%w: of a belt", cause) })
	<-b.asked
	return b, p
}

func TestPumpKeepsTheNewest(t *testing.T) {
	b, p := newBelt()
	damaged := errors.New("damaged")
	tests := []struct {
		feed []any
		want string
	}{
		{[]any{1}, "1"},
		{[]any{2, 3, 4}, "4, 2 lost"},
		{[]any{damaged}, "damaged"},
		{[]any{5, damaged, 6}, "6, 1 lost"}, // pictures first
		{nil, "damaged"},
		{[]any{7, nil}, "7"},
		{nil, "device lost: the stream ended: of a belt"},
		{nil, "device lost: the stream ended: of a belt"},
	}
	var f sensors.Frame
	for i, tt := range tests {
		b.feed(p, tt.feed...)
		got := ""
		switch err := p.read(t.Context(), &f); {
		case err != nil:
			got = err.Error()
		case f.Lost > 0:
			got = fmt.Sprintf("%d, %d lost", f.Pix[0], f.Lost)
		default:
			got = fmt.Sprint(f.Pix[0])
		}
		if got != tt.want {
			t.Errorf("read %d: got %q, want %q", i, got, tt.want)
		}
	}
}

func TestPumpDoesNotAllocate(t *testing.T) {
	b, p := newBelt()
	var f sensors.Frame
	item := []any{7}
	n := testing.AllocsPerRun(100, func() {
		b.feed(p, item...)
		if err := p.read(t.Context(), &f); err != nil {
			t.Fatal(err)
		}
	})
	if n != 0 {
		t.Errorf("got %v allocations a picture, want 0", n)
	}
	b.feed(p, nil)
}
