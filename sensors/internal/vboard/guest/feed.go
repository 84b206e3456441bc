package main

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The pictures of the camera that encodes: feedBars, as vertical stripes. The judge knows them.
const (
	feedWidth, feedHeight = 320, 240
	feedEvery             = 100 * time.Millisecond
)

// feedBars are the stripes from left to right: clearly not vivid's.
func feedBars() []color.RGBA {
	return []color.RGBA{{230, 60, 30, 255}, {40, 200, 60, 255}, {30, 60, 220, 255}, {240, 240, 240, 255}}
}

// feed writes JPEGs into a v4l2loopback device.
type feed struct {
	quit    chan struct{}
	feeding sync.WaitGroup

	mu     sync.Mutex
	cuts   int // of the next pictures, how many are cut short
	paused bool
}

func newFeed(device string) *feed {
	f := &feed{quit: make(chan struct{})}
	f.feeding.Go(func() { f.run(device) })
	return f
}

func (f *feed) stop() {
	close(f.quit)
	f.feeding.Wait()
}

func (f *feed) cut(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cuts = n
}

func (f *feed) pause(on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.paused = on
}

// run feeds until stop; without the device it waits for it.
func (f *feed) run(device string) {
	fd, picture := -1, feedPicture()
	tick := time.NewTicker(feedEvery)
	defer tick.Stop()
	for {
		select {
		case <-f.quit:
			if fd >= 0 {
				_ = unix.Close(fd)
			}
			return
		case <-tick.C:
		}
		if fd < 0 {
			fd = openOutput(device)
		}
		if n := f.next(len(picture)); fd >= 0 && n > 0 {
			_, _ = unix.Write(fd, picture[:n]) // nobody looks, perhaps
		}
	}
}

// next returns how much of the next picture is written.
func (f *feed) next(whole int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.paused:
		return 0
	case f.cuts > 0:
		f.cuts--
		return whole / 2
	}
	return whole
}

func feedPicture() []byte {
	img, bars := image.NewRGBA(image.Rect(0, 0, feedWidth, feedHeight)), feedBars()
	for y := range feedHeight {
		for x := range feedWidth {
			c := bars[x*len(bars)/feedWidth]
			// A little texture, so that half of the file is half of the picture.
			c.G += uint8(int(4 * math.Sin(float64(x*y)/50)))
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic("guest: " + err.Error())
	}
	return b.Bytes()
}

// v4l2Format is struct v4l2_format of <linux/videodev2.h>, its union as struct v4l2_pix_format; the union has C's
// pointers and so a long's alignment.
type v4l2Format struct {
	kind uint32
	_    [unsafe.Sizeof(uintptr(0)) - 4]byte
	pix  struct{ width, height, fourcc, field, bytesPerLine, sizeImage, colourSpace uint32 }
	_    [200 - 7*4]byte
}

const (
	ioctlSetFormat  = 3<<30 | unsafe.Sizeof(v4l2Format{})<<16 | 'V'<<8 | 5
	videoOutput     = 2                                // V4L2_BUF_TYPE_VIDEO_OUTPUT
	fourccMJPG      = 'M' | 'J'<<8 | 'P'<<16 | 'G'<<24 // V4L2_PIX_FMT_MJPEG
	fieldNone       = 1                                // V4L2_FIELD_NONE
	colourSpaceJPEG = 7                                // V4L2_COLORSPACE_JPEG
)

// openOutput opens the loopback device for writing JPEGs; -1 if it cannot yet.
func openOutput(device string) int {
	fd, err := unix.Open(device, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1
	}
	f := v4l2Format{kind: videoOutput}
	f.pix.width, f.pix.height, f.pix.fourcc, f.pix.field = feedWidth, feedHeight, fourccMJPG, fieldNone
	f.pix.sizeImage, f.pix.colourSpace = feedWidth*feedHeight*2, colourSpaceJPEG
	if err := videoCall(fd, ioctlSetFormat, unsafe.Pointer(&f)); err != nil {
		_ = unix.Close(fd)
		return -1
	}
	return fd
}
