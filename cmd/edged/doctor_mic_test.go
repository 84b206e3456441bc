package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"syscall"
	"testing"
	"testing/fstest"

	"edged/sensors/mic"
)

func TestDoctorListsMicrophones(t *testing.T) {
	root := fstest.MapFS{}
	for path, text := range map[string]string{
		"proc/asound/cards": " 0 [Device         ]: USB-Audio - USB PnP Sound Device\n                      C-Media\n" +
			" 1 [Loopback       ]: Loopback - Loopback\n                      Loopback 1\n",
		"sys/class/sound/card0/id": "Device\n", "sys/class/sound/pcmC0D0c/dev": "", "sys/class/sound/pcmC0D0p/dev": "",
		"sys/class/sound/card1/id": "Loopback\n", "sys/class/sound/pcmC1D0c/dev": "", "sys/class/sound/pcmC1D1c/dev": "", "sys/class/sound/pcmC1D2c/dev": "",
		"proc/asound/card0/usbid": "0d8c:0014\n", "proc/asound/card0/usbbus": "001/004\n",
		"sys/bus/usb/devices/1-1/busnum": "1\n", "sys/bus/usb/devices/1-1/devnum": "4\n", "sys/bus/usb/devices/1-1/serial": "A1\n",
		"proc/asound/card1/pcm0c/sub0/status": "state: RUNNING\nowner_pid   : 12\n", "proc/12/status": "Name:\tarecord\nTgid:\t12\n",
	} {
		root[path] = &fstest.MapFile{Data: []byte(text)}
	}
	answers := map[[2]int]error{{1, 0}: syscall.EBUSY, {1, 1}: syscall.EACCES, {1, 2}: syscall.EIO}
	d := microphoneDoctor{root, func(card, device int) (mic.Report, error) {
		return mic.Report{Formats: []string{"S16_LE", "S32_LE"}, Rates: [2]int{44100, 48000}, Channels: [2]int{1, 1}}, answers[[2]int{card, device}]
	}}
	const want = `ok       hw:Device,0    USB PnP Sound Device, usb:0d8c:0014:A1: S16_LE S32_LE, 44100 to 48000 Hz, 1 channels
note     hw:Loopback,0  Loopback: in use by arecord (process 12)
                        microphone: pulse shares it, where that is a sound server
warning  hw:Loopback,1  Loopback: permission denied
                        add the user to the group of the files in /dev/snd, as a rule audio
warning  hw:Loopback,2  Loopback: input/output error
`
	var out bytes.Buffer
	if err := printFindings(&out, graded(d.diagnose(), warning)); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	d.root = fstest.MapFS{}
	if list := d.diagnose(); len(list) != 0 {
		t.Errorf("got %v without a sound system", list)
	}
}

func TestDoctorWithoutAnswer(t *testing.T) {
	if got := abilities(&mic.Report{Rates: [2]int{8000, 8000}, Channels: [2]int{2, 8}}); got != "no format that edged reads, 8000 Hz, 2 to 8 channels" {
		t.Errorf("got %q", got)
	}
	broken := microphoneDoctor{root: unreadable{}}
	if list := broken.diagnose(); len(list) != 1 || !list[0].Wrong {
		t.Errorf("got %v, want that it cannot be read", list)
	}
}

// unreadable is a file system that fails.
type unreadable struct{}

func (unreadable) Open(name string) (fs.File, error) {
	return nil, fmt.Errorf("open %s: %w", name, syscall.EIO)
}
