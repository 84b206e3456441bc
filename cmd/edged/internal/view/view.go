package view

import (
	"context"
	"image"
	"time"
)

// View shows a device on a screen.
type View struct {
	Device *Device
	Screen *Screen
	Ink    Ink
	Options

	file []byte      // of the picture that is shown
	seen *image.RGBA // nil: none, or it could not be read
}

// refresh is how often the view is drawn: sound's level moves so fast.
const refresh = 200 * time.Millisecond

// Run draws until ctx ends, and once more then. It is an error if the terminal takes nothing any more.
func (v *View) Run(ctx context.Context) error {
	tick := time.NewTicker(refresh)
	defer tick.Stop()
	for {
		if err := v.Draw(time.Now()); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return v.Draw(time.Now())
		case <-tick.C:
		}
	}
}

// Draw draws what is known now.
func (v *View) Draw(now time.Time) error {
	d := v.Device
	d.mu.Lock()
	defer d.mu.Unlock()
	return v.Screen.Draw(func(cols, rows int) []string {
		p := newPage(&v.Options, &d.news, v.Ink, cols, rows)
		p.now = now
		if v.Story != nil {
			p.story = v.Story(now)
		}
		if seen := v.look(); seen != nil && p.wide > 0 {
			p.sight = v.Ink.cells(shrink(seen, p.wide, 2*p.high), p.wide)
		}
		return p.lines()
	})
}

// look reads the newest picture, if it has not been.
func (v *View) look() *image.RGBA {
	if file := v.Device.picture; len(file) > 0 && (len(v.file) == 0 || &file[0] != &v.file[0]) {
		v.file = file
		v.seen, _ = decode(file) // one that cannot be read is not shown
	}
	return v.seen
}
