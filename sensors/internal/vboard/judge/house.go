package main

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// quantity is what a chip must say: the nearest value to what it feels that it has, give or take its resolution.
type quantity struct {
	name   string
	value  float64
	unit   string
	within float64
}

// felt is what each chip of the house must say. The guest makes all of them feel the same.
func felt() map[string][]quantity {
	warm := func(within float64) quantity { return quantity{"temperature", 21.5, "°C", within} }
	damp := func(within float64) quantity { return quantity{"humidity", 47, "%", within} }
	co2, tvoc := quantity{"co2", 812, "ppm", 0}, quantity{"tvoc", 55, "ppb", 0}
	return map[string][]quantity{
		"mcp9808": {warm(0)}, "tmp102": {warm(0)}, "aht20": {warm(1e-3), damp(1e-3)}, "hdc302x": {warm(2e-3), damp(1e-3)},
		"scd4x": {co2, warm(2e-3), damp(1e-3)}, "ccs811": {co2, tvoc}, "sgp30": {co2, tvoc},
		"bh1750":  {{"illuminance", 431, "lx", 0.5 / 1.2}},
		"adxl345": {{"acceleration_x", 0.5, "g", 0}, {"acceleration_y", -0.25, "g", 0}, {"acceleration_z", 0.75, "g", 0}},
		"ina219":  {{"voltage", 3.3, "V", 2e-3}, {"current", 1.25, "A", 5e-4}, {"power", 4.125, "W", 4e-3}},
		"ads1115": {{"voltage", 3.3, "V", 1e-4}}, "ads1015": {{"voltage", 3.3, "V", 2e-3}},
		"iio": {warm(0.01), {"pressure", 98765, "Pa", 2}}, // the kernel's integers
	}
}

// seeHouse asserts that every chip is read, by edged's drivers or by the kernel's, and still is after all that happened
// to the other bus.
func (j *judge) seeHouse() {
	since := time.Now()
	for _, name := range []string{"mcp9808", "tmp102", "aht20", "hdc302x", "bh1750", "adxl345", "ina219", "ads1115", "ads1015", "iio",
		"ccs811", "scd4x", "sgp30"} { // the slowest last: 5 s to a measurement, 15 s to warm up
		j.table.row(name, func() (string, error) {
			var words []string
			_, err := j.seen.await(name+"/reading", since, firstPatience, asJSON(func(r *reading) error {
				words = nil
				for _, q := range felt()[name] {
					got := r.Values[q.name]
					if got.Unit != q.unit || !(math.Abs(got.Value-q.value) <= q.within+1e-9) {
						return fmt.Errorf("%s is %v %s, want %v %s within %v", q.name, got.Value, got.Unit, q.value, q.unit, q.within)
					}
					words = append(words, fmt.Sprintf("%s %.6g %s", q.name, got.Value, q.unit))
				}
				return nil
			}))
			return strings.Join(words, ", "), err
		})
	}
}
