package mic

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

// tree makes a file system of paths and contents; a path that ends in / is a folder.
func tree(files map[string]string) fstest.MapFS {
	root := fstest.MapFS{}
	for path, text := range files {
		root[path] = &fstest.MapFile{Data: []byte(text)}
	}
	return root
}

// board is what a Raspberry Pi with HDMI, a USB sound card, a webcam and snd-aloop says of itself.
func board() fstest.MapFS {
	return tree(map[string]string{
		"proc/asound/cards": " 0 [vc4hdmi        ]: vc4-hdmi - vc4-hdmi\n                      vc4-hdmi\n" +
			" 1 [Device         ]: USB-Audio - USB PnP Sound Device\n                      C-Media Electronics Inc. USB PnP Sound Device at usb-0000:01:00.0-1.2, full speed\n" +
			" 2 [C270           ]: USB-Audio - HD Webcam C270 - Logitech\n                      Logitech, Inc. HD Webcam C270 at usb-0000:01:00.0-1.3, high speed\n" +
			"10 [Loopback       ]: Loopback - Loopback\n                      Loopback 1\n",
		"sys/class/sound/card0/id": "vc4hdmi\n", "sys/class/sound/card1/id": "Device\n", "sys/class/sound/card2/id": "C270\n", "sys/class/sound/card10/id": "Loopback\n",
		"sys/class/sound/pcmC0D0p/dev": "", "sys/class/sound/pcmC1D0p/dev": "", "sys/class/sound/pcmC1D0c/dev": "", "sys/class/sound/pcmC2D0c/dev": "",
		"sys/class/sound/pcmC10D1c/dev": "", "sys/class/sound/pcmC10D0c/dev": "", "sys/class/sound/pcmC10D0p/dev": "", "sys/class/sound/controlC1/dev": "", "sys/class/sound/timer/dev": "",
		"proc/asound/card1/usbid": "0d8c:0014\n", "proc/asound/card1/usbbus": "001/004\n",
		"proc/asound/card2/usbid": "046d:0825\n", "proc/asound/card2/usbbus": "001/015\n",
		"sys/bus/usb/devices/1-1.2/busnum": "1\n", "sys/bus/usb/devices/1-1.2/devnum": "4\n",
		"sys/bus/usb/devices/1-1.3/busnum": "1\n", "sys/bus/usb/devices/1-1.3/devnum": "15\n", "sys/bus/usb/devices/1-1.3/serial": "5A2B\n",
		"sys/bus/usb/devices/1-1.2:1.0/uevent": "",
		"proc/asound/card1/pcm0c/sub0/status":  "state: RUNNING\nowner_pid   : 814\ntrigger_time: 1.2\n",
		"proc/asound/card2/pcm0c/sub0/status":  "closed\n",
		"proc/asound/card10/pcm0c/sub0/status": "closed\n",
		"proc/asound/card10/pcm0c/sub1/status": "state: RUNNING\nowner_pid   : 999\n",
		"proc/814/status":                      "Name:\tworker\nTgid:\t812\nPid:\t814\n", "proc/812/comm": "arecord\n",
	})
}

func TestCards(t *testing.T) {
	got, err := Cards(board())
	want := []Card{
		{Number: 0, ID: "vc4hdmi", Name: "vc4-hdmi", Long: "vc4-hdmi"},
		{Number: 1, ID: "Device", Name: "USB PnP Sound Device", USB: "0d8c:0014", Captures: []int{0},
			Long: "C-Media Electronics Inc. USB PnP Sound Device at usb-0000:01:00.0-1.2, full speed"},
		{Number: 2, ID: "C270", Name: "HD Webcam C270 - Logitech", USB: "046d:0825", Serial: "5A2B", Captures: []int{0},
			Long: "Logitech, Inc. HD Webcam C270 at usb-0000:01:00.0-1.3, high speed"},
		{Number: 10, ID: "Loopback", Name: "Loopback", Long: "Loopback 1", Captures: []int{0, 1}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestCardsWithoutNames(t *testing.T) {
	got, err := Cards(tree(map[string]string{"sys/class/sound/card3/id": "Mic\n", "sys/class/sound/pcmC3D0c/dev": ""}))
	if want := []Card{{Number: 3, ID: "Mic", Captures: []int{0}}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	if got, err := Cards(fstest.MapFS{}); err != nil || got != nil {
		t.Errorf("got %v, %v without a sound system, want nothing", got, err)
	}
}

func TestFind(t *testing.T) {
	tests := []struct{ text, want string }{
		{"any", "pcmC1D0c"},
		{"hw:1", "pcmC1D0c"},
		{"hw:2,0", "pcmC2D0c"},
		{"hw:10", "pcmC10D0c"},
		{"hw:10,1", "pcmC10D1c"},
		{"hw:Loopback,1", "pcmC10D1c"},
		{"hw:CARD=Loopback,DEV=1", "pcmC10D1c"},
		{"hw:CARD=C270", "pcmC2D0c"},
		{"name:usb pnp", "pcmC1D0c"},
		{"name:C270", "pcmC2D0c"},
		{"usb:0d8c:0014", "pcmC1D0c"},
		{"usb:046D:0825", "pcmC2D0c"},
		{"usb:046d:0825:5A2B", "pcmC2D0c"},
		{"usb:046d:0825:other", `no USB sound card 046d:0825:other; there are hw:vc4hdmi "vc4-hdmi", hw:Device "USB PnP Sound Device", `},
		{"hw:0", `hw:vc4hdmi "vc4-hdmi" has no device that records`},
		{"hw:1,3", `hw:Device "USB PnP Sound Device" has no device 3 that records`},
		{"hw:7", "no card 7; there are "},
		{"name:Blue", `no card with "Blue" in its name; there are `},
	}
	for _, tt := range tests {
		w, err := parseDevice(tt.text)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		card, device, err := w.find(board())
		got := fmt.Sprintf("pcmC%dD%dc", card.Number, device)
		if err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

// TestFindAfterReboot finds a card by its name under another number.
func TestFindAfterReboot(t *testing.T) {
	root := tree(map[string]string{
		"proc/asound/cards": " 4 [Device         ]: USB-Audio - USB PnP Sound Device\n                      C-Media\n", "sys/class/sound/card4/id": "Device",
		"sys/class/sound/pcmC4D0c/dev": "", "proc/asound/card4/usbid": "0d8c:0014",
	})
	for _, text := range []string{"any", "hw:CARD=Device", "name:USB PnP", "usb:0d8c:0014"} {
		w, err := parseDevice(text)
		if err != nil {
			t.Fatal(err)
		}
		if card, device, err := w.find(root); err != nil || card.Number != 4 || device != 0 {
			t.Errorf("%s: got card %d, device %d, %v, want 4, 0", text, card.Number, device, err)
		}
	}
	w, _ := parseDevice("any")
	if _, _, err := w.find(fstest.MapFS{}); err == nil || err.Error() != "no card: there is no sound card" {
		t.Errorf("got %v, want that there is no sound card", err)
	}
}

func TestParseDeviceRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":               `microphone "" is not known`,
		"hw:":            `microphone "hw:" is not known`,
		"hw:,0":          "names no card",
		"hw:1,x":         `"x" is not a device's number`,
		"hw:1,0,0":       `"0,0" is not a device's number`,
		"plughw:1":       "is not known",
		"usb:0d8c":       "want usb:VENDOR:PRODUCT",
		"usb:0d8c:14":    "want usb:VENDOR:PRODUCT",
		"usb:0d8cx:0014": "want usb:VENDOR:PRODUCT",
	} {
		if _, err := parseDevice(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func TestHolder(t *testing.T) {
	for _, tt := range []struct {
		card int
		want string
	}{{1, "arecord (process 812)"}, {2, ""}, {10, "process 999"}, {0, ""}} {
		if got := Holder(board(), tt.card, 0); got != tt.want {
			t.Errorf("card %d: got %q, want %q", tt.card, got, tt.want)
		}
	}
}
