package mic

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path"
	"strings"
)

// dial connects to the first server that answers.
func (p *Pulse) dial(ctx context.Context) (net.Conn, error) {
	places, err := p.places()
	if err != nil {
		return nil, err
	}
	d := net.Dialer{Timeout: connectTime}
	var errs []error
	for _, at := range places {
		conn, err := d.DialContext(ctx, at[0], at[1])
		if err == nil {
			return conn, nil
		}
		errs = append(errs, err)
	}
	return nil, fmt.Errorf("no sound server: %w", errors.Join(errs...))
}

// places lists networks and addresses where a server may listen.
func (p *Pulse) places() ([][2]string, error) {
	if p.Server == "" {
		run := p.Run
		if run == "" {
			run = fmt.Sprintf("/run/user/%d", os.Getuid())
		}
		return [][2]string{{"unix", path.Join(run, "pulse/native")}, {"unix", "/run/pulse/native"}}, nil
	}
	var list [][2]string
	for word := range strings.FieldsSeq(p.Server) {
		if strings.HasPrefix(word, "{") { // for the machine of that name
			_, word, _ = strings.Cut(word, "}")
		}
		kind, address, ok := strings.Cut(word, ":")
		switch {
		case strings.HasPrefix(word, "/"):
			list = append(list, [2]string{"unix", word})
		case ok && kind == "unix":
			list = append(list, [2]string{"unix", address})
		case ok && (kind == "tcp" || kind == "tcp4" || kind == "tcp6"):
			list = append(list, [2]string{kind, withPort(address)})
		default:
			return nil, fmt.Errorf("sound server %q is not known; write unix:PATH or tcp:HOST:PORT", word)
		}
	}
	return list, nil
}

// withPort adds the port of PulseAudio's native protocol to an address without one.
func withPort(address string) string {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return net.JoinHostPort(strings.Trim(address, "[]"), "4713")
	}
	return address
}

// Frames of the native protocol (pulsecore/pstream.c): length, channel, offset in two words, flags, all big-endian. Channel
// −1 is for commands, each "L", its number, "L" and a tag.
const (
	frameHead  = 20
	frameLimit = 1 << 20 // PulseAudio's own is 16 MiB; it sends 64 KiB of sound
	commands   = 0xffffffff
	// opAttrChanged is a command that the library does not know and prints.
	opAttrChanged = 95
)

// framed gives the library whole frames only, and none that is too long: it believes any length, and half a frame may make
// it panic. Every end is io.EOF, of which the library tells in its last call of Callback.
type framed struct {
	net.Conn
	head [frameHead]byte
	buf  []byte // a frame
	rest []byte // of it
}

func (f *framed) Read(p []byte) (int, error) {
	for len(f.rest) == 0 {
		if f.next() != nil {
			return 0, io.EOF
		}
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// next reads a frame.
func (f *framed) next() error {
	if _, err := io.ReadFull(f.Conn, f.head[:]); err != nil {
		return err
	}
	length, channel := int64(binary.BigEndian.Uint32(f.head[:])), binary.BigEndian.Uint32(f.head[4:])
	if length > frameLimit || channel == commands && length < 10 {
		return fmt.Errorf("a frame of %d bytes", length)
	}
	if size := frameHead + int(length); size > cap(f.buf) {
		f.buf = make([]byte, size)
	} else {
		f.buf = f.buf[:size]
	}
	copy(f.buf, f.head[:])
	if _, err := io.ReadFull(f.Conn, f.buf[frameHead:]); err != nil {
		return err
	}
	if channel != commands || binary.BigEndian.Uint32(f.buf[frameHead+1:]) != opAttrChanged {
		f.rest = f.buf
	}
	return nil
}
