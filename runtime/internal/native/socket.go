//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// maxMessage is the longest message: a list of tensors and nodes of the largest models.
const maxMessage = 1 << 20

// socketPair returns two ends of a connection that keeps messages apart.
func socketPair() (ours, theirs int, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, -1, fmt.Errorf("socketpair: %w", err)
	}
	for _, fd := range fds {
		if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF, 2*maxMessage); err != nil {
			unix.Close(fds[0])
			unix.Close(fds[1])
			return -1, -1, fmt.Errorf("socketpair: %w", err)
		}
	}
	return fds[0], fds[1], nil
}

// send sends a message, with a descriptor if fd is not negative.
func send(socket int, message []byte, fd int) error {
	for {
		var err error
		if fd >= 0 {
			err = unix.Sendmsg(socket, message, unix.UnixRights(fd), nil, unix.MSG_NOSIGNAL)
		} else {
			err = unix.Send(socket, message, unix.MSG_NOSIGNAL)
		}
		if !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// receiver takes messages off a socket. The kernel's structs are part of it, so that a message costs no memory.
type receiver struct {
	socket int
	buf    []byte
	header unix.Msghdr
	vector unix.Iovec
	rights [64]byte
}

func newReceiver(socket int) *receiver {
	r := &receiver{socket: socket, buf: make([]byte, maxMessage)}
	r.vector.Base = &r.buf[0]
	r.vector.SetLen(len(r.buf))
	r.header.Iov = &r.vector
	r.header.SetIovlen(1)
	r.header.Control = &r.rights[0]
	return r
}

// receive waits for a message, which is valid until the next; fd is -1 if it carries no descriptor. No bytes and no error
// mean that the other side is gone.
func (r *receiver) receive() (message []byte, fd int, err error) {
	for {
		r.header.SetControllen(len(r.rights))
		r.header.Flags = 0
		n, _, errno := unix.Syscall(unix.SYS_RECVMSG, uintptr(r.socket), uintptr(unsafe.Pointer(&r.header)), unix.MSG_CMSG_CLOEXEC)
		switch {
		case errno == unix.EINTR:
			continue
		case errno != 0:
			return nil, -1, errno
		case r.header.Flags&unix.MSG_TRUNC != 0:
			return nil, -1, fmt.Errorf("a message of over %d bytes", maxMessage)
		}
		return r.buf[:n], descriptor(r.rights[:r.header.Controllen]), nil
	}
}

// descriptor returns the one that control messages carry, or -1.
func descriptor(control []byte) int {
	if len(control) == 0 {
		return -1
	}
	messages, err := unix.ParseSocketControlMessage(control)
	if err != nil || len(messages) == 0 {
		return -1
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) == 0 {
		return -1
	}
	for _, extra := range fds[1:] {
		unix.Close(extra)
	}
	return fds[0]
}
