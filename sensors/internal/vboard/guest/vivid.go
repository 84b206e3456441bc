package main

import (
	"bytes"
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// vivid has faults of its own, as controls of its camera (Linux, Documentation/admin-guide/media/vivid.rst, "Error
// Injection Controls").
const vividDevice = "/dev/video0"

// queryControl is struct v4l2_queryctrl of <linux/videodev2.h>.
type queryControl struct {
	id, kind            uint32
	name                [32]byte
	least, most, step   int32
	normal              int32
	flags, reserve0, r1 uint32
}

// control is struct v4l2_control.
type control struct {
	id    uint32
	value int32
}

const (
	ioctlQueryControl = 3<<30 | unsafe.Sizeof(queryControl{})<<16 | 'V'<<8 | 36
	ioctlSetControl   = 3<<30 | unsafe.Sizeof(control{})<<16 | 'V'<<8 | 28
	nextControl       = 0x80000000 // V4L2_CTRL_FLAG_NEXT_CTRL
)

// setVivid sets the control of a name.
func setVivid(name string, value int) (err error) {
	fd, err := unix.Open(vividDevice, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("%s: %w", vividDevice, err)
	}
	defer func() { err = errors.Join(err, unix.Close(fd)) }()
	q := queryControl{id: nextControl}
	for videoCall(fd, ioctlQueryControl, unsafe.Pointer(&q)) == nil {
		if label, _, _ := bytes.Cut(q.name[:], []byte{0}); string(label) == name {
			return videoCall(fd, ioctlSetControl, unsafe.Pointer(&control{q.id, int32(value)}))
		}
		q.id |= nextControl
	}
	return fmt.Errorf("%s has no control %q", vividDevice, name)
}

func videoCall(fd int, request uintptr, arg unsafe.Pointer) error {
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(arg)); errno != 0 {
		return errno
	}
	return nil
}
