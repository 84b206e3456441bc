package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"edged/sensors/sim/chips"
)

// board is all that a fault can be put into.
type board struct {
	chip   *chips.BME280
	bridge *bridge // nil while unplugged
	tone   *tone
	feed   *feed
	daemon *daemon
}

// dial connects to the judge, who may still be on the way.
func dial(address string, patience time.Duration) (net.Conn, error) {
	end := time.Now().Add(patience)
	for {
		c, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil || time.Now().After(end) {
			return c, err
		}
		time.Sleep(100 * time.Millisecond)
	}
}

var errQuit = errors.New("quit")

// obey answers each line with a line until one says quit.
func (b *board) obey(judge io.ReadWriter) error {
	fmt.Fprintf(judge, "ok edged has pid %d\n", b.daemon.pid())
	lines := bufio.NewScanner(judge)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) == 0 {
			continue
		}
		answer, err := b.do(words[0], words[1:])
		switch {
		case err == errQuit:
			return nil
		case err != nil:
			answer = "error " + strings.ReplaceAll(err.Error(), "\n", "; ")
		default:
			answer = strings.TrimSpace("ok " + answer)
		}
		if _, err := fmt.Fprintln(judge, answer); err != nil {
			return err
		}
	}
	return errors.Join(lines.Err(), errors.New("the judge hung up"))
}

// do does one thing. The verbs are:
//
//	unbind DRIVER, bind DRIVER    unplugs and plugs the platform device DRIVER.0: vivid, snd_aloop
//	drop PERCENT                  how many of vivid's pictures never come
//	bus unplug|plug|stick|free    the I²C bridge, and its lines
//	chip dead|healthy             the BME280
//	feed cut N|pause|go           the next N JPEGs are cut short; none come; they come again
//	tone HZ DBFS                  a sine from now on
//	freeze MILLISECONDS           stops edged, as a busy machine would
//	daemon                        tells edged's pid, and what it holds
//	end                           asks edged to end, and tells its exit status
//	quit
func (b *board) do(verb string, args []string) (string, error) {
	one := strings.Join(args, " ")
	switch verb {
	case "unbind", "bind":
		return "", os.WriteFile(filepath.Join("/sys/bus/platform/drivers", one, verb), []byte(one+".0"), 0)
	case "drop":
		percent, err := strconv.Atoi(one)
		if err != nil {
			return "", err
		}
		return "", setVivid("Percentage of Dropped Buffers", percent)
	case "bus":
		return "", b.doBus(one)
	case "chip":
		fault, ok := map[string]chips.Fault{"dead": chips.Dead, "healthy": chips.Healthy}[one]
		b.chip.SetFault(fault)
		return "", known(ok, one)
	case "feed":
		return "", b.doFeed(args)
	case "tone":
		var hz, dBFS float64
		if _, err := fmt.Sscan(one, &hz, &dBFS); err != nil {
			return "", err
		}
		b.tone.set(hz, dBFS)
		return "", nil
	case "freeze":
		ms, err := strconv.Atoi(one)
		if err != nil {
			return "", err
		}
		return "", b.daemon.freeze(time.Duration(ms) * time.Millisecond)
	case "daemon":
		return b.daemon.holds()
	case "end":
		return b.daemon.end(10 * time.Second)
	case "quit":
		return "", errQuit
	}
	return "", known(false, verb)
}

func known(ok bool, word string) error {
	if !ok {
		return fmt.Errorf("unknown: %q", word)
	}
	return nil
}

func (b *board) doBus(what string) error {
	switch what {
	case "unplug":
		old := b.bridge
		b.bridge = nil
		if old == nil {
			return errors.New("no bridge is plugged in")
		}
		return old.unplug()
	case "plug":
		return b.plug()
	case "stick", "free":
		if b.bridge == nil {
			return errors.New("no bridge is plugged in")
		}
		b.bridge.stick(what == "stick")
		return nil
	}
	return known(false, what)
}

// plug makes the I²C bridge and waits for the kernel to make a bus of it.
func (b *board) plug() error {
	bus := &chips.Bus{}
	bus.Plug(chipAt, b.chip)
	bridge, err := plugBridge(bus)
	if err != nil {
		return err
	}
	b.bridge = bridge
	return awaitBus(busNumber)
}

// awaitBus waits for the kernel to make a bus of a bridge.
func awaitBus(number int) error {
	path := fmt.Sprintf("/dev/i2c-%d", number)
	for range 200 {
		if _, err := os.Stat(path); err == nil {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return fmt.Errorf("%s has not come; are uhid, hid-cp2112 and i2c-dev loaded?", path)
}

func (b *board) doFeed(args []string) error {
	switch {
	case len(args) == 1 && (args[0] == "pause" || args[0] == "go"):
		b.feed.pause(args[0] == "pause")
		return nil
	case len(args) == 2 && args[0] == "cut":
		n, err := strconv.Atoi(args[1])
		b.feed.cut(n)
		return err
	}
	return known(false, strings.Join(args, " "))
}
