package mic

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Inspect asks the driver of a device that records what it can do, without recording. It is an error that wraps
// fs.ErrPermission, or unix.EBUSY, if the device cannot be opened.
func Inspect(card, device int) (Report, error) {
	fd, err := unix.Open(devicePath(card, device), unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return Report{}, err
	}
	defer unix.Close(fd)
	h := anyParams()
	h.choose(hwAccess, accessRWInterleaved)
	if err := ioctl(fd, ioctlHwRefine, unsafe.Pointer(&h)); err != nil {
		return Report{}, orErrno(err, noRead)
	}
	return h.report(), nil
}

// report reads what h leaves open.
func (h *hwParams) report() Report {
	r := Report{
		Rates:    [2]int{int(h.least(hwRate)), int(h.most(hwRate))},
		Channels: [2]int{int(h.least(hwChannels)), int(h.most(hwChannels))},
	}
	for _, f := range h.formats() {
		r.Formats = append(r.Formats, f.String())
	}
	return r
}

// devicePath is where the device's file is.
func devicePath(card, device int) string { return fmt.Sprintf("/dev/snd/pcmC%dD%dc", card, device) }
