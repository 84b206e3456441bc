package iio

import (
	"io/fs"
	"math"
	"testing"

	"edged/sensors"
)

// FuzzDevice reads a device with any two files: no panic, and no value that is not a number.
func FuzzDevice(f *testing.F) {
	f.Add("in_temp_raw", "12", "in_temp_scale", "0.5")
	f.Add("in_voltage0-voltage1_raw", "-3", "in_voltage-voltage_offset", "1e300")
	f.Add("in_accel_x_raw", "256", "in_accel_scale", "1e308")
	f.Add("in__raw", "", "in_temp", "in_")
	f.Fuzz(func(t *testing.T, file1, says1, file2, says2 string) {
		files := map[string]string{}
		for file, says := range map[string]string{file1: says1, file2: says2} {
			if fs.ValidPath("iio:device0/" + file) {
				files["iio:device0/"+file] = says
			}
		}
		d, err := New(Options{Sys: tree(files)})
		if err != nil {
			t.Fatal(err)
		}
		var r sensors.Reading
		if d.Read(t.Context(), &r) != nil {
			return
		}
		for _, v := range r.Values {
			if math.IsNaN(v.Value) || math.IsInf(v.Value, 0) || v.Name == "" || v.Unit == "" {
				t.Errorf("%q: got %v, want a number with a name and a unit", files, v)
			}
		}
	})
}
