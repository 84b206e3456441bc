package camera

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"edged/sensors"
)

// look again for the context's end this often while no picture comes.
const pollTime = 100 * time.Millisecond

// v4l2 is a camera that streams.
type v4l2 struct {
	dev    *device
	queue  *stream
	layout layout
	pace   pace
	count  counter
}

// openV4L2 opens the first device that is wanted and can be had.
func openV4L2(want wanted, o Options) (sensors.Source[sensors.Frame], error) {
	nodes, err := want.pick(os.DirFS("/sys"), card)
	if err != nil {
		return nil, err
	}
	var worst error // of the node that came nearest to a camera
	for _, n := range nodes {
		c, err := openNode(n, &o)
		if err == nil {
			return c, nil
		}
		if worst == nil || errors.Is(worst, ErrNoPictures) {
			worst = err
		}
	}
	return nil, worst
}

func openNode(n Node, o *Options) (*v4l2, error) {
	d, err := openDevice(n)
	if err != nil {
		return nil, err
	}
	c := &v4l2{dev: d, pace: pace{period: period(o.Rate)}}
	if err := c.start(o); err != nil {
		err = explain(&d.node, err)
		return nil, errors.Join(err, d.close())
	}
	return c, nil
}

func (c *v4l2) start(o *Options) error {
	var err error
	if c.layout, err = c.dev.negotiate(o); err != nil {
		return err
	}
	if o.Rate > 0 && c.dev.cam != nil {
		_ = c.dev.cam.SetFramerate(float32(o.Rate)) // a wish: many devices have one rate, and pace does the rest
	}
	c.queue, err = startStream(c.dev.fd, c.dev.kind)
	return err
}

// Read gives the newest picture, or waits for one.
func (c *v4l2) Read(ctx context.Context, into *sensors.Frame) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		ready, err := c.queue.wait(pollTime)
		if err == nil && ready {
			var done bool
			if done, err = c.take(into); done {
				return err
			}
		}
		if err != nil {
			return fmt.Errorf("%w: %w", sensors.ErrLost, explain(&c.dev.node, err))
		}
	}
}

// take copies the newest picture to into, if one is there and due. done means that Read is over: with a picture, or with
// an error about this one alone; an error without done is the stream's.
func (c *v4l2) take(into *sensors.Frame) (done bool, err error) {
	p, ok, err := c.queue.newest()
	if err != nil || !ok {
		return false, err
	}
	c.count.see(&p)
	switch {
	case p.damaged:
		done, err = true, fmt.Errorf("camera: %s: picture damaged, says its driver", c.dev.node.Path)
	case c.pace.due(p.time):
		done, err = true, c.copy(c.queue.picture(&p), into)
	}
	if gone := c.queue.release(p.index); gone != nil {
		return false, gone
	}
	if done && err == nil {
		into.Time, into.Name, into.Lost = p.time, "", c.count.rest()
	}
	return done, err
}

func (c *v4l2) copy(src []byte, into *sensors.Frame) error {
	unpack := c.layout.unpack
	if c.layout.format == sensors.JPEG {
		unpack = unpackJPEG
	}
	if err := unpack(src, into); err != nil {
		return fmt.Errorf("camera: %s: %w", c.dev.node.Path, err)
	}
	return nil
}

// Close stops the camera and frees its memory.
func (c *v4l2) Close() error {
	c.queue.free()
	return c.dev.close()
}

// counter counts the pictures that nobody saw.
type counter struct {
	begun bool
	last  uint32 // sequence number
	time  time.Time
	lost  int
}

// see counts what is missing between the last picture and this one: by the driver's numbers, or where those stand still
// what was drained.
func (c *counter) see(p *shot) {
	gap := p.sequence - c.last - 1
	// No camera gives a picture a millisecond: these are numbers that began anew.
	jump := int64(gap) > p.time.Sub(c.time).Milliseconds()
	switch {
	case c.begun && !jump:
		c.lost += int(gap)
	case c.begun:
		c.lost += p.drained
	}
	c.begun, c.last, c.time = true, p.sequence, p.time
}

// rest returns the count since the last rest.
func (c *counter) rest() int {
	n := c.lost
	c.lost = 0
	return n
}
