package main

import (
	"bytes"
	"context"
	"io/fs"
	"testing"
	"testing/fstest"

	"edged/sensors/i2c"
	"edged/sensors/sim/chips"
)

func TestDoctorListsBusesAndDevices(t *testing.T) {
	sys := fstest.MapFS{}
	for name, says := range map[string]string{
		"bus/i2c/devices/i2c-1/name": "bcm2835 (i2c@7e804000)\n", "bus/i2c/devices/1-0076/name": "bme280\n",
		"bus/i2c/devices/1-0076/driver/uevent": "", "bus/i2c/devices/i2c-2/name": "hdmi\n", "bus/i2c/devices/i2c-3/name": "cp2112\n",
		"bus/iio/devices/iio:device0/name": "bme280\n", "bus/iio/devices/iio:device0/in_temp_input": "25080\n",
		"bus/iio/devices/iio:device1/name": "gyro\n",
	} {
		sys[name] = &fstest.MapFile{Data: []byte(says)}
	}
	sim := &chips.Bus{}
	sim.Plug(0x23, chips.NewBH1750())
	sim.Plug(0x48, chips.NewTMP102())
	d := sensorDoctor{
		sys: sys,
		open: func(path string) error {
			return map[string]error{"/dev/i2c-2": &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission},
				"/dev/i2c-3": &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}}[path]
		},
	}
	const buses = `ok       i2c-1        bcm2835 (i2c@7e804000); the kernel reads a bme280 at 0x76
`
	const rest = `warning  i2c-2        hdmi
                      add the user to the group of /dev/i2c-2, as a rule i2c
warning  i2c-3        cp2112
                      modprobe i2c-dev makes /dev/i2c-3; a line i2c-dev in /etc/modules does so at every start
ok       iio:device0  bme280: temperature
ok       iio:device1  gyro: measures nothing that edged has a name for
`
	want := map[string]string{
		"without asking who is there": buses + rest,
		"asking": buses + `ok       i2c-1 0x23   somebody answers; it may be a bh1750
ok       i2c-1 0x48   somebody answers; it may be a tmp102, ina219, ads1015, ads1115
` + rest,
	}
	for _, name := range []string{"without asking who is there", "asking"} {
		var out bytes.Buffer
		if err := printFindings(&out, graded(d.diagnose(t.Context()), warning)); err != nil {
			t.Fatal(err)
		}
		if got := out.String(); got != want[name] {
			t.Errorf("%s: got\n%swant\n%s", name, got, want[name])
		}
		d.probe = func(ctx context.Context, bus int, held map[uint16]string) ([]i2c.Found, error) {
			return i2c.Probe(ctx, i2c.NewBus("sim", sim), held)
		}
	}
}
