package camera

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"syscall"
	"unsafe"

	"github.com/blackjack/webcam"
	"golang.org/x/sys/unix"
)

// device is an open V4L2 node that captures.
type device struct {
	node Node
	cam  *webcam.Webcam // nil if kind is kindMultiplanar
	fd   int            // cam's, if that is set
	kind uint32
}

// openDevice opens the node after a look at what it is.
func openDevice(n Node) (*device, error) {
	kind, err := look(&n)
	if err != nil {
		return nil, explain(&n, err)
	}
	if kind == kindMultiplanar {
		d, err := openMultiplanar(n)
		if err != nil {
			return nil, explain(&n, err)
		}
		return d, nil
	}
	syscall.ForkLock.RLock() // so that no child inherits the descriptor and keeps the camera busy
	defer syscall.ForkLock.RUnlock()
	cam, err := webcam.Open(n.Path)
	if err != nil {
		return nil, explain(&n, err)
	}
	fd, err := descriptor(cam)
	if err != nil {
		return nil, errors.Join(err, cam.Close())
	}
	unix.CloseOnExec(fd)
	return &device{node: n, cam: cam, fd: fd, kind: kindCapture}, nil
}

func (d *device) close() error {
	if d.cam == nil {
		return unix.Close(d.fd)
	}
	return d.cam.Close()
}

// descriptor returns the descriptor that cam keeps to itself. The module's version is pinned, and a test holds it to
// this.
func descriptor(cam *webcam.Webcam) (int, error) {
	v := reflect.ValueOf(cam).Elem().FieldByName("fd")
	if v.Kind() != reflect.Uintptr {
		return -1, errors.New("camera: this version of webcam has no descriptor")
	}
	return int(v.Uint()), nil
}

// look opens the node for a moment, fills in its name, and returns the kind of its pictures, or why it cannot be a camera.
func look(n *Node) (kind uint32, err error) {
	fd, err := unix.Open(n.Path, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	defer unix.Close(fd)
	var c capability
	if err := ioctl(fd, queryCapability, unsafe.Pointer(&c)); err != nil {
		return 0, fmt.Errorf("is no V4L2 device: %w", err)
	}
	n.Name = unix.ByteSliceToString(c.card[:])
	return c.kind()
}

// processors are the drivers of a Raspberry Pi's image processors, which capture what rpicam feeds them and nothing else.
var processors = [...]string{"bcm2835-isp", "pispbe"}

// kind returns the kind of the node's pictures, or why there are none.
func (c *capability) kind() (uint32, error) {
	can := c.all
	if can&capNode != 0 {
		can = c.node
	}
	switch {
	case can&(capCapture|capMultiplanar) == 0, slices.Contains(processors[:], unix.ByteSliceToString(c.driver[:])):
		return 0, ErrNoPictures
	case can&capStreaming == 0:
		return 0, errors.New("has no streaming")
	case can&capCapture != 0:
		return kindCapture, nil
	}
	return kindMultiplanar, nil
}

// Inspect opens a node for a moment and says what it gives, and who has it open.
func Inspect(n Node) (Report, error) {
	d, err := openDevice(n)
	if err != nil {
		return Report{}, err
	}
	offers := d.offers()
	r := Report{Gives: offered(offers), Bare: bayer(offers), Holders: n.holders()}
	if len(offers) == 0 {
		err = explain(&n, ErrNoPictures)
	}
	return r, errors.Join(err, d.close())
}

// holders names who else has the node open.
func (n *Node) holders() string {
	path, _ := filepath.EvalSymlinks(n.Path) // udev makes links
	return holders(os.DirFS("/proc"), path, os.Getpid())
}

// card asks the node what its card is called.
func card(n Node) string {
	if _, err := look(&n); err != nil {
		return ""
	}
	return n.Name
}

// explain says of an error what a person can do about it.
func explain(n *Node, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, unix.ENXIO), errors.Is(err, unix.ENODEV):
		err = fmt.Errorf("%w: it is not plugged in, or has another number now", err)
	case errors.Is(err, fs.ErrPermission):
		err = fmt.Errorf("%w: the user must be in the group video", err)
	case errors.Is(err, unix.EBUSY):
		if who := n.holders(); who != "" {
			err = fmt.Errorf("%w: in use by %s", err, who)
		} else {
			err = fmt.Errorf("%w: in use by another program, or by another sensor of this one", err)
		}
	}
	if n.Name != "" {
		return fmt.Errorf("camera: %s %q: %w", n.Path, n.Name, err)
	}
	return fmt.Errorf("camera: %s: %w", n.Path, err)
}
