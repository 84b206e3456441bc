package iio

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"edged/sensors"
)

// tree is a sysfs with devices: "ID/FILE" to what the file says.
func tree(files map[string]string) fstest.MapFS {
	all := fstest.MapFS{}
	for name, says := range files {
		all[folder+"/"+name] = &fstest.MapFile{Data: []byte(says + "\n")}
	}
	return all
}

// bme280 is what the kernel's bmp280 driver shows of a BME280 with Bosch's worked example.
func bme280(id string) map[string]string {
	return map[string]string{
		id + "/name": "bme280", id + "/in_temp_input": "25080", id + "/in_pressure_input": "100.653253906",
		id + "/in_humidityrelative_input": "33355", id + "/in_temp_oversampling_ratio": "2", id + "/dev": "254:0",
		id + "/in_pressure_oversampling_ratio_available": "1 2 4 8 16", id + "/power/control": "auto",
	}
}

func read(t *testing.T, o Options) (string, error) {
	t.Helper()
	d, err := New(o)
	if err != nil {
		return "", err
	}
	var r sensors.Reading
	err = d.Read(t.Context(), &r)
	return words(&r), err
}

func words(r *sensors.Reading) string {
	var b strings.Builder
	for _, v := range r.Values {
		fmt.Fprintf(&b, "%s %v %s, ", v.Name, math.Round(v.Value*1e6)/1e6, v.Unit)
	}
	return strings.TrimSuffix(b.String(), ", ")
}

func TestChannels(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"a BME280, processed", bme280("iio:device0"), "humidity 33.355 %, pressure 100653.253906 Pa, temperature 25.08 °C"},
		{"an ADXL345: raw, with one scale for all axes", map[string]string{"iio:device0/in_accel_x_raw": "-128", "iio:device0/in_accel_y_raw": "0",
			"iio:device0/in_accel_z_raw": "256", "iio:device0/in_accel_scale": "0.038307226"},
			"acceleration_x -0.5 g, acceleration_y 0 g, acceleration_z 1 g"},
		{"an ADS1115: inputs and differences, a scale for each", map[string]string{"iio:device0/in_voltage0_raw": "16000", "iio:device0/in_voltage0_scale": "0.125",
			"iio:device0/in_voltage0-voltage1_raw": "-8", "iio:device0/in_voltage0-voltage1_scale": "0.0625"},
			"voltage_0 2 V, voltage_0_1 -0.0005 V"},
		{"a difference with the scale of all", map[string]string{"iio:device0/in_voltage2-voltage3_raw": "3", "iio:device0/in_voltage-voltage_scale": "0.5", "iio:device0/in_voltage_scale": "7"},
			"voltage_2_3 0.0015 V"},
		{"(raw + offset)·scale", map[string]string{"iio:device0/in_temp_raw": "1000", "iio:device0/in_temp_offset": "-600.5", "iio:device0/in_temp_scale": "62.5"},
			"temperature 24.96875 °C"},
		{"an index", map[string]string{"iio:device0/in_temp0_input": "-1500", "iio:device0/in_temp1_raw": "2", "iio:device0/in_temp1_scale": "1000"},
			"temperature_0 -1.5 °C, temperature_1 2 °C"},
		{"a modifier", map[string]string{"iio:device0/in_temp_object_input": "36600", "iio:device0/in_temp_ambient_input": "21000"},
			"temperature_ambient 21 °C, temperature_object 36.6 °C"},
		{"processed counts over raw", map[string]string{"iio:device0/in_illuminance_raw": "9", "iio:device0/in_illuminance_input": "420.5"}, "illuminance 420.5 lx"},
		{"an SCD30: percent", map[string]string{"iio:device0/in_concentration_co2_raw": "812", "iio:device0/in_concentration_co2_scale": "0.0001"}, "co2 812 ppm"},
		{"an INA219", map[string]string{"iio:device0/in_voltage1_raw": "2995", "iio:device0/in_voltage1_scale": "4", "iio:device0/in_current3_raw": "1000",
			"iio:device0/in_current3_scale": "1", "iio:device0/in_power2_raw": "599", "iio:device0/in_power2_scale": "20"},
			"current_3 1 A, power_2 11.98 W, voltage_1 11.98 V"},
		{"kinds without a name are passed over", map[string]string{"iio:device0/in_temp_input": "1000", "iio:device0/in_anglvel_x_raw": "3",
			"iio:device0/in_temperament_raw": "3", "iio:device0/out_voltage0_raw": "3", "iio:device0/in_intensity_both_raw": "1"}, "temperature 1 °C"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := read(t, Options{Sys: tree(tt.files)})
			if err != nil || got != tt.want {
				t.Errorf("got %q and error %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestWhichDevice(t *testing.T) {
	files := bme280("iio:device10")
	maps.Copy(files, map[string]string{
		"iio:device2/name": "tmp117", "iio:device2/label": "attic", "iio:device2/in_temp_input": "2000",
		"iio:device3/name": "tmp117", "iio:device3/in_temp_input": "3000",
		"iio:device0/name": "gyro", "iio:device0/in_anglvel_x_raw": "1",
		"trigger0/name": "sysfstrig0", "iio:devices/name": "none",
	})
	const all = "iio:device0 (gyro), iio:device2 (tmp117), iio:device3 (tmp117), iio:device10 (bme280)"
	tests := []struct{ name, device, want string }{
		{"any is the first that measures something", "any", "temperature 2 °C"},
		{"nothing said is any", "", "temperature 2 °C"},
		{"a name", "bme280", "humidity 33.355 %, pressure 100653.253906 Pa, temperature 25.08 °C"},
		{"a name in other letters", "BME280", "humidity 33.355 %, pressure 100653.253906 Pa, temperature 25.08 °C"},
		{"a label", "attic", "temperature 2 °C"},
		{"a number", "iio:device3", "temperature 3 °C"},
		{"a name of two", "tmp117", `iio: 2 devices are "tmp117": iio:device2 (tmp117), iio:device3 (tmp117); name one by its number`},
		{"nobody", "sht31", `iio: no device is "sht31"; there are: ` + all},
		{"a trigger is none", "trigger0", `iio: no device is "trigger0"; there are: ` + all},
		{"one without channels", "gyro", "iio: iio:device0 (gyro) measures nothing that has a name here"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := read(t, Options{Device: tt.device, Sys: tree(files)})
			if err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if got, err := read(t, Options{Sys: fstest.MapFS{}}); err == nil || err.Error() != `iio: no device is "any"; there are: none` {
		t.Errorf("got %q and error %v without IIO, want that there is none", got, err)
	}
}

func TestNonsenseInFiles(t *testing.T) {
	tests := []struct{ name, file, says, want string }{
		{"no number", "in_temp_input", "warm", `in_temp_input says "warm", want a number`},
		{"nothing", "in_temp_input", "", `in_temp_input says "", want a number`},
		{"not a number", "in_temp_input", "NaN", "want a number"},
		{"infinity", "in_temp_input", "inf", "want a number"},
		{"beyond all numbers", "in_temp_input", "1e999", "want a number"},
		{"a long number", "in_temp_input", strings.Repeat("1", 1<<20), "want a number"},
		{"colder than cold", "in_temp_input", "-273151", "nothing is below -273.15"},
		{"an overflow", "in_pressure_input", "1.7e308", "nothing is below 0"},
		{"a scale of words", "in_voltage_scale", "big", `in_voltage_scale says "big"`},
		{"an offset of words", "in_voltage_offset", "far", `in_voltage_offset says "far"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"iio:device0/name": "x", "iio:device0/" + tt.file: tt.says}
			if strings.Contains(tt.file, "voltage") {
				files["iio:device0/in_voltage0_raw"] = "1"
			}
			_, err := read(t, Options{Sys: tree(files)})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want %q in it", err, tt.want)
			}
		})
	}
}

// swapped is a sysfs that changes between readings.
type swapped struct {
	fs.FS
	fail error // of files that say a value, in place of what they say
}

func (s *swapped) Open(name string) (fs.File, error) {
	if s.fail != nil && strings.HasSuffix(name, "_input") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: s.fail}
	}
	return s.FS.Open(name)
}

func TestVanishedDeviceIsFoundAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sys := &swapped{FS: tree(bme280("iio:device0"))}
		d, err := New(Options{Device: "bme280", Sys: sys})
		if err != nil {
			t.Fatal(err)
		}
		steps := []struct {
			name string
			do   func()
			want string // in the error; "" for a reading
		}{
			{"there", func() {}, ""},
			{"a disturbed transfer", func() { sys.fail = syscall.EIO }, "iio:device0 (bme280): open bus/iio/devices/iio:device0/in_"},
			{"whole again", func() { sys.fail = nil }, ""},
			{"the driver is unbound", func() { sys.fail = syscall.ENODEV }, "no such device"},
			{"its files are gone", func() { sys.FS, sys.fail = fstest.MapFS{}, nil }, "there are: none"},
			{"back, as another number", func() { sys.FS = tree(bme280("iio:device4")) }, ""},
			{"gone at once", func() { sys.FS = fstest.MapFS{} }, "file does not exist"},
			{"not back yet", func() {}, "there are: none"},
			{"back", func() { sys.FS = tree(bme280("iio:device1")) }, ""},
		}
		began := time.Now()
		for i, s := range steps {
			s.do()
			var r sensors.Reading
			err := d.Read(t.Context(), &r)
			if s.want == "" && err != nil || s.want != "" && (err == nil || !strings.Contains(err.Error(), s.want)) {
				t.Errorf("%s: got error %v, want %q", s.name, err, s.want)
			}
			if got, want := time.Since(began), time.Duration(i)*time.Second; got != want {
				t.Errorf("%s: came after %v, want %v", s.name, got, want)
			}
			if err == nil && (len(r.Values) != 3 || r.Time != time.Now()) {
				t.Errorf("%s: got %v, want three values of now", s.name, r)
			}
		}
	})
}

func TestReadEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, err := New(Options{Every: time.Hour, Sys: tree(bme280("iio:device0"))})
		if err != nil {
			t.Fatal(err)
		}
		var r sensors.Reading
		if err := d.Read(t.Context(), &r); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if err := d.Read(ctx, &r); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second {
			t.Errorf("got error %v after %v, want the context's after 1s", err, time.Since(began))
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if err := d.Read(t.Context(), &r); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("got error %v, want that it is closed", err)
		}
		if _, err := New(Options{Every: -1}); err == nil {
			t.Error("got no error for a negative pace, want one")
		}
	})
}

// TestLinksAsInSysfs: what lies in the folder are links to where the devices are.
func TestLinksAsInSysfs(t *testing.T) {
	sys := t.TempDir()
	device := filepath.Join(sys, "devices/i2c-1/1-0076/iio:device0")
	list := filepath.Join(sys, folder)
	for _, dir := range []string{device, list} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, says := range map[string]string{"name": "bme280\n", "in_temp_input": "25080\n"} {
		if err := os.WriteFile(filepath.Join(device, name), []byte(says), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(device, filepath.Join(list, "iio:device0")); err != nil {
		t.Fatal(err)
	}
	got, err := read(t, Options{Device: "bme280", Sys: os.DirFS(sys)})
	if err != nil || got != "temperature 25.08 °C" {
		t.Errorf("got %q and error %v, want temperature 25.08 °C", got, err)
	}
}
